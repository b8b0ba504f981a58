/// \file pins.hpp
/// The contacts of a card as whoever holds the other end sees them.
#pragma once

#include <cstdint>
#include <optional>

#include "contact/character.hpp"

namespace contact {

/// Contacts the reader drives. High: supply on, clock runs, reset released, I/O left to the
/// pull-up.
enum class Pin : std::uint8_t { Vcc, Clk, Rst, Io };

/// Cycles never go back. Half duplex: what the reader sends while the card speaks is lost.
class Pins {
public:
    virtual ~Pins() = default;

    virtual void drive(Pin pin, bool high, Cycle at) = 0;

    /// A character of the reader. The error signal of the card, when it gives one.
    virtual std::optional<ErrorSignal> hear(const Character& character) = 0;

    /// The card's next character if it starts by `until`, each once; nullptr: there is none. Valid
    /// until the next call.
    virtual const Character* speak(Cycle until) = 0;

    /// The reader's error signal on the character last spoken.
    virtual void refuse(const ErrorSignal& signal) = 0;
};

}  // namespace contact
