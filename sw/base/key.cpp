#include "base/key.hpp"

namespace base {

void wipe(std::span<std::uint8_t> data) noexcept {
    for (std::uint8_t& byte : data) *static_cast<volatile std::uint8_t*>(&byte) = 0;
}

bool equal_in_constant_time(ByteView a, ByteView b) noexcept {
    if (a.size() != b.size()) return false;
    volatile std::uint8_t difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        difference = static_cast<std::uint8_t>(difference | (a[i] ^ b[i]));
    return difference == 0;
}

}  // namespace base
