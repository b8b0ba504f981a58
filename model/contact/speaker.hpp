/// \file speaker.hpp
/// What a card is about to send: bytes, the earliest start of each, and repetitions.
#pragma once

#include <cstdint>
#include <deque>

#include "base/bytes.hpp"
#include "contact/character.hpp"

namespace contact {

class Speaker {
public:
    /// Forgets everything and starts anew, `guard` etu between start edges.
    void restart(Convention convention, Rate rate, unsigned guard = GuardEtus);

    /// `byte` starts at `earliest`, or as soon after it as what is before it allows.
    void say(std::uint8_t byte, Cycle earliest);
    void say(base::ByteView bytes, Cycle earliest);

    [[nodiscard]] bool empty() const noexcept { return queue_.empty(); }
    /// The next character if it starts by `until`.
    const Character* next(Cycle until);
    /// The character last given out was refused: it comes again. False: once too often.
    [[nodiscard]] bool repeat(const ErrorSignal& signal);
    void silence() { queue_.clear(); }

private:
    struct Item {
        std::uint8_t byte = 0;
        Cycle earliest = 0;
    };

    Convention convention_ = Convention::Direct;
    Rate rate_{};
    unsigned guard_ = GuardEtus;
    std::deque<Item> queue_{};
    Character last_{};
    std::uint8_t last_byte_ = 0;
    unsigned repetitions_ = 0;
    bool repeated_ = false;  ///< the front of the queue is last_byte_ again
};

}  // namespace contact
