/// \file line.hpp
/// The wires between a reader and a card, and a place to disturb them.
#pragma once

#include <optional>

#include "contact/pins.hpp"

namespace contact {

/// Changes characters on their way.
class Disturbance {
public:
    virtual ~Disturbance() = default;
    /// False: the character never arrives.
    virtual bool to_card(Character& character) = 0;
    virtual bool to_reader(Character& character) = 0;
};

/// The reader's end. Cycles never go back.
class Line {
public:
    explicit Line(Pins& card) noexcept : card_{&card} {}

    /// nullptr: undisturbed again.
    void disturb(Disturbance* disturbance) noexcept { disturbance_ = disturbance; }

    void drive(Pin pin, bool high, Cycle at);
    /// Sends; what the card says meanwhile is lost. The card's error signal, if any.
    std::optional<ErrorSignal> send(Character character);
    /// The card's next character, if it starts by `until`.
    std::optional<Character> receive(Cycle until);
    /// The reader's error signal on the character last received.
    void refuse(const ErrorSignal& signal);

    /// The present: the latest cycle anything was done or waited for.
    [[nodiscard]] Cycle now() const noexcept { return now_; }
    void wait_until(Cycle at) noexcept;

private:
    Pins* card_;
    Disturbance* disturbance_ = nullptr;
    Cycle now_ = 0;
};

}  // namespace contact
