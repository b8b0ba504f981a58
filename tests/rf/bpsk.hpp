/// \file bpsk.hpp
/// Frames of cards that send phases.
#pragma once

#include <vector>

#include "antenna.hpp"

namespace rf_test {

/// Subcarrier of so many ticks; 1: the phase that begins loaded, 0 the other one.
struct Phase {
    std::uint8_t bit = 1;
    Tick ticks = 0;
};

/// Type A above fc/128 (iso14443.md 1.5): reference phase, start bit 0, bits.
[[nodiscard]] std::vector<Phase> bpsk_a(const base::Bits& bits, unsigned rate);

/// Freedom that a card has in a frame of type B (iso14443.md 2.2 and 2.3).
struct FrameB {
    Tick tr1 = 1408;
    Tick sof_low = 10;  ///< etu
    Tick sof_high = 2;
    Tick eof_low = 10;
    Tick egt = 0;  ///< ticks
};
[[nodiscard]] std::vector<Phase> bpsk_b(base::ByteView bytes, unsigned rate,
                                        const FrameB& how = {});

/// Which ticks a card loads the field, from L on.
[[nodiscard]] Switch bpsk(const std::vector<Phase>& phases);

[[nodiscard]] Tick length(const std::vector<Phase>& phases);

/// The bits of bytes with odd parity after each but the last, whose parity is even.
[[nodiscard]] base::Bits with_last_even(base::ByteView bytes);

/// The bits of bytes.
[[nodiscard]] base::Bits plain(base::ByteView bytes);

}  // namespace rf_test
