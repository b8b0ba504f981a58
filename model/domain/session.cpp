#include "domain/session.hpp"

namespace domain {

std::uint8_t SessionState::level() const noexcept {
    if (!open) return Level::None;
    if (const auto* scp02 = std::get_if<Scp02>(&protocol)) return scp02->level();
    if (const auto* scp03 = std::get_if<Scp03>(&protocol)) return scp03->level();
    if (const auto* scp10 = std::get_if<Scp10>(&protocol)) return scp10->level();
    return Level::None;
}

void SessionState::break_off() noexcept {
    *this = SessionState{};
    broken = true;
}

std::uint8_t Session::level() const noexcept {
    if (!state_.open) return Level::None;
    return static_cast<std::uint8_t>(Level::Authenticated | state_.level());
}

}  // namespace domain
