/// \file clock.hpp
/// Time at the contacts: cycles of the card's clock, elementary time units, and ticks of the run.
#pragma once

#include <cstdint>
#include <numeric>

#include "base/tick.hpp"

namespace contact {

/// Cycles of the contact clock since the start of the run, as if it never stopped.
using Cycle = std::uint64_t;

/// The contact clock as a rational division of the ticks.
/// Example: Clock{3'571'200} has 744 cycles in 2825 ticks
class Clock {
public:
    explicit constexpr Clock(std::uint64_t hertz) noexcept
        : ticks_{base::CarrierHz / std::gcd(base::CarrierHz, hertz)},
          cycles_{hertz / std::gcd(base::CarrierHz, hertz)} {}

    /// The tick in which `cycle` begins.
    [[nodiscard]] constexpr base::Tick tick(Cycle cycle) const noexcept {
        return cycle * ticks_ / cycles_;
    }
    /// The first cycle that begins at `tick` or later.
    [[nodiscard]] constexpr Cycle cycle(base::Tick tick) const noexcept {
        return (tick * cycles_ + ticks_ - 1) / ticks_;
    }

private:
    std::uint64_t ticks_;
    std::uint64_t cycles_;
};

/// Length of an etu: F / D cycles (ISO/IEC 7816-3:2006, 7.1).
struct Rate {
    unsigned f = 372;
    unsigned d = 1;

    [[nodiscard]] constexpr Cycle etus(std::uint64_t count) const noexcept {
        return half_etus(2 * count);
    }
    /// Rounded up to whole cycles. Example: Rate{512, 16}.half_etus(21) == 336
    [[nodiscard]] constexpr Cycle half_etus(std::uint64_t count) const noexcept {
        return (count * f + 2 * d - 1) / (2 * d);
    }

    friend bool operator==(const Rate&, const Rate&) = default;
};

/// Start-edge distances every device keeps, in etu (7816-3, 7.2, 11.4.3).
inline constexpr unsigned GuardEtus = 12;
inline constexpr unsigned BlockGuardEtus = 22;
/// Longest distance during ATR and PPS (7816-3, 8.1, 9.1).
inline constexpr unsigned InitialWaitEtus = 9600;
/// A character that is refused this often after its first time is given up (docs/choices.md).
inline constexpr unsigned MostRepetitions = 3;

}  // namespace contact
