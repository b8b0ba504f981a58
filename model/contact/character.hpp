/// \file character.hpp
/// A character on I/O: ten moments of H and L, and what a receiver makes of them.
#pragma once

#include <cstdint>
#include <optional>

#include "contact/clock.hpp"

namespace contact {

/// How bytes become levels; the first character of the ATR tells (7816-3, 8.1).
enum class Convention : std::uint8_t {
    Direct,  ///< H is 1, least significant bit first; TS reads 3B
    Inverse  ///< L is 1, most significant bit first; TS reads 3F
};

struct Character {
    Cycle start = 0;           ///< falling edge of the start moment
    Rate rate{};               ///< the sender's
    std::uint16_t levels = 0;  ///< bit k: level in moment k + 2 (eight data moments, parity), 1 = H

    friend bool operator==(const Character&, const Character&) = default;
};

/// I/O held low by the receiver of a character (7816-3, 7.3).
struct ErrorSignal {
    Cycle start = 0;
    Cycle end = 0;

    friend bool operator==(const ErrorSignal&, const ErrorSignal&) = default;
};

struct Decoded {
    std::uint8_t byte = 0;
    bool parity_ok = true;

    friend bool operator==(const Decoded&, const Decoded&) = default;
};

/// Even parity.
/// Example: encode(0x3B, Convention::Direct, {}, 0).levels == 0x13B
[[nodiscard]] Character encode(std::uint8_t byte, Convention convention, Rate rate, Cycle start);

/// What a receiver that samples the middle of its own moments reads.
[[nodiscard]] Decoded decode(const Character& character, Convention convention, Rate rate);

/// The convention `ts` announces; nothing when it is neither of the two patterns.
[[nodiscard]] std::optional<Convention> convention_of(const Character& ts);

/// The error signal on a character that began at `start`: from 10.5 etu on, 1.5 etu long.
[[nodiscard]] ErrorSignal error_signal(Cycle start, Rate rate);

/// Whether the sender of `character`, who looks 11 etu after its start, sees `signal`.
[[nodiscard]] bool sees(const Character& character, const ErrorSignal& signal);

}  // namespace contact
