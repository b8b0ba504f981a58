/// \file tick.hpp
/// Time as an integer, so that it never drifts.
#pragma once

#include <cstdint>

namespace base {

/// Periods of the carrier since the start of the run: 1 tick = 1/fc = 1/13.56 MHz = 73.746 ns.
using Tick = std::uint64_t;

inline constexpr std::uint64_t CarrierHz = 13'560'000;
inline constexpr Tick BitTicks = 128;  ///< one bit at 106 kbit/s (ISO/IEC 14443-2, 8.1)

/// Example: 13560 -> 1.0
[[nodiscard]] constexpr double milliseconds(Tick ticks) noexcept {
    return static_cast<double>(ticks) * 1e3 / static_cast<double>(CarrierHz);
}

}  // namespace base
