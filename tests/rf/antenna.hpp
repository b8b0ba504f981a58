/// \file antenna.hpp
/// Levels of a field with a reader and cards in it, for the receivers' tests. Ticks are those of
/// docs/choices.md; bits and pauses come from ISO/IEC 14443-2, 8.1.3 and 8.2.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "base/bytes.hpp"

namespace rf_test {

using Tick = std::int64_t;
/// One entry a tick.
using Switch = std::vector<std::uint8_t>;
using Levels = std::vector<std::uint16_t>;

/// Where pauses start, from the SOC on, for the bits of a frame of a PCD.
/// `bit` is the bit time.
/// Example: miller("0110010") == {0, 128, 320, 448, 640, 832, 1024}  // REQA
[[nodiscard]] std::vector<Tick> miller(const base::Bits& bits, Tick bit = 128);

/// How a PCD sends type B (ISO/IEC 14443-2, 9.1). Times of SOF and EOF in bit times, EGT in ticks.
struct FramingB {
    Tick bit = 128;
    Tick sof_low = 10;
    Tick sof_high = 2;
    Tick egt = 0;
    Tick eof_low = 10;
};

/// Which ticks the field is modulated, from the SOF on, for the bytes of a frame of a type B PCD.
[[nodiscard]] Switch nrz(base::ByteView bytes, const FramingB& framing = {});

/// The same for a bit string as the fact sheet has it: SOF, characters with start and stop bit,
/// EOF.
[[nodiscard]] Switch nrz_bits(const char* characters, const FramingB& framing = {});

/// Which ticks a card loads the field, from L on: SOC, bits, silence.
[[nodiscard]] Switch manchester(const base::Bits& bits);

/// Bits from a string of 0 and 1; everything else is skipped.
[[nodiscard]] base::Bits bits_of(const char* text);

/// The bits of bytes with odd parity after each.
[[nodiscard]] base::Bits with_parity(base::ByteView bytes);

/// The antenna of sw/port/world.hpp.
struct Antenna {
    double carrier = 192.0 / 255.0;  ///< of full scale
    double fall = 96.0 / 256.0;      ///< share of the distance in a tick
    double rise = 128.0 / 256.0;
    double residual = 0.0;   ///< of the carrier, left in a pause or in the low of type B
    double overshoot = 0.0;  ///< above the carrier after a pause, dying away over 20 ticks
    double noise = 0.0;      ///< peak of uniform noise, of full scale
    double load = 0.12;      ///< of the carrier
    std::uint32_t seed = 1;

    /// What the field is at each tick, of full scale. `pause` and `loads` may have different
    /// lengths; where they end nothing is modulated. `strength`, if given, scales the load
    /// modulation tick by tick.
    [[nodiscard]] std::vector<double> field(const Switch& pause, const Switch& loads,
                                            std::size_t ticks,
                                            const std::vector<double>& strength = {}) const;

    /// The same, sampled with `bits` bits.
    [[nodiscard]] Levels level(const Switch& pause, const Switch& loads, std::size_t ticks,
                               unsigned bits, const std::vector<double>& strength = {}) const;
};

/// Pauses of `length` ticks from each of `starts`, `offset` ticks later.
[[nodiscard]] Switch pauses(const std::vector<Tick>& starts, Tick length, Tick offset);

/// `what` after `offset` idle ticks.
[[nodiscard]] Switch delayed(const Switch& what, Tick offset);

}  // namespace rf_test
