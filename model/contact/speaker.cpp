#include "contact/speaker.hpp"

#include <algorithm>

namespace contact {

void Speaker::restart(Convention convention, Rate rate, unsigned guard) {
    *this = Speaker{};
    convention_ = convention;
    rate_ = rate;
    guard_ = guard;
}

void Speaker::say(std::uint8_t byte, Cycle earliest) { queue_.push_back({byte, earliest}); }

void Speaker::say(base::ByteView bytes, Cycle earliest) {
    for (const auto byte : bytes) say(byte, earliest);
}

const Character* Speaker::next(Cycle until) {
    if (queue_.empty()) return nullptr;
    const Item item = queue_.front();
    const Cycle start = last_.start == 0
                            ? item.earliest
                            : std::max(item.earliest, last_.start + rate_.etus(guard_));
    if (start > until) return nullptr;
    queue_.pop_front();
    if (!repeated_) repetitions_ = 0;
    repeated_ = false;
    last_byte_ = item.byte;
    last_ = encode(item.byte, convention_, rate_, start);
    return &last_;
}

bool Speaker::repeat(const ErrorSignal& signal) {
    if (!sees(last_, signal)) return true;
    if (repetitions_ == MostRepetitions) return false;
    ++repetitions_;
    repeated_ = true;
    // Not before two etu after the error signal was seen (7816-3, 7.3).
    queue_.push_front({last_byte_, last_.start + rate_.etus(13)});
    return true;
}

}  // namespace contact
