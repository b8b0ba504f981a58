#include "link/wake_event.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace hostlink {

WakeEvent::WakeEvent() : descriptor_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)} {
    if (descriptor_ < 0) throw std::system_error{errno, std::generic_category(), "eventfd"};
}

WakeEvent::~WakeEvent() { close(descriptor_); }

void WakeEvent::set() const noexcept {
    const std::uint64_t one = 1;
    // A full counter wakes as well, so the result does not matter.
    [[maybe_unused]] const auto written = write(descriptor_, &one, sizeof one);
}

void WakeEvent::clear() const noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = read(descriptor_, &count, sizeof count);
}

}  // namespace hostlink
