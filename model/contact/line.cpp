#include "contact/line.hpp"

#include <algorithm>

namespace contact {

void Line::wait_until(Cycle at) noexcept { now_ = std::max(now_, at); }

void Line::drive(Pin pin, bool high, Cycle at) {
    wait_until(at);
    card_->drive(pin, high, now_);
}

std::optional<ErrorSignal> Line::send(Character character) {
    wait_until(character.start);
    while (card_->speak(character.start - 1) != nullptr) {
    }
    if (disturbance_ != nullptr && !disturbance_->to_card(character)) return std::nullopt;
    return card_->hear(character);
}

std::optional<Character> Line::receive(Cycle until) {
    while (const Character* spoken = card_->speak(until)) {
        Character character = *spoken;
        wait_until(character.start);
        if (disturbance_ == nullptr || disturbance_->to_reader(character)) return character;
    }
    wait_until(until);
    return std::nullopt;
}

void Line::refuse(const ErrorSignal& signal) { card_->refuse(signal); }

}  // namespace contact
