/// \file sc_time.hpp
/// Ticks as SystemC's time.
#pragma once

#include <systemc>

#include "base/tick.hpp"

namespace card {

/// `ticks` of the carrier as sc_time, always from the absolute number, so that rounding never adds
/// up.
[[nodiscard]] inline sc_core::sc_time to_sc_time(base::Tick ticks) {
    // 1/13.56 MHz = 25 000 000 / 339 ps; split so that no product overflows.
    constexpr base::Tick Numerator = 25'000'000;
    constexpr base::Tick Denominator = 339;
    return sc_core::sc_time::from_value(ticks / Denominator * Numerator +
                                        ticks % Denominator * Numerator / Denominator);
}

}  // namespace card
