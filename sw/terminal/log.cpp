#include "terminal/log.hpp"

#include <utility>

namespace terminal {

void Log::add(Traffic traffic) {
    const std::lock_guard lock{mutex_};
    traffic.number = ++last_;
    kept_.push_back(std::move(traffic));
    if (kept_.size() > Most) kept_.pop_front();
}

std::vector<Traffic> Log::after(std::uint64_t number, std::size_t count) const {
    const std::lock_guard lock{mutex_};
    std::vector<Traffic> made;
    for (const Traffic& traffic : kept_) {
        if (traffic.number <= number) continue;
        if (made.size() == count) break;
        made.push_back(traffic);
    }
    return made;
}

}  // namespace terminal
