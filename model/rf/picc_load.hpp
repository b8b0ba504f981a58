/// \file picc_load.hpp
/// A card's frame as the state of its load switch, tick by tick (14443-2, 8.2 and 9.2;
/// docs/choices.md). Twin of the encoders of rtl/rf.
#pragma once

#include "rf/picc_frame.hpp"

namespace rf {

inline constexpr Tick SubcarrierTicks = 16;  ///< fc/16: on for the first half

/// One bit time of a phase-keyed frame each: 1 reference phase, 0 the opposite one. What precedes
/// them is reference_ticks(). Type A: start bit and bits; type B: SOF, characters, EOF, one more.
[[nodiscard]] base::Bits phase_symbols(const PiccFrame& frame);

/// Subcarrier of the reference phase before the first symbol.
[[nodiscard]] Tick reference_ticks(const PiccFrame& frame) noexcept;

/// The load switch from `frame.start` to `frame.end()`: one element a tick, 1 when it is on.
/// Example: a frame of no bits at fc/128 begins 8 x 1, 8 x 0, and so on, and is off from 64 on
[[nodiscard]] base::Bits load_of(const PiccFrame& frame);

}  // namespace rf
