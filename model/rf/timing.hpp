/// \file timing.hpp
/// Times of type A at 106 kbit/s in ticks of the carrier (docs/choices.md; twin of nfc_pkg).
#pragma once

#include "base/tick.hpp"

namespace rf {

using base::BitTicks;
using base::Tick;

inline constexpr Tick HalfBitTicks = 64;
inline constexpr Tick FdtAfterZ = 20;  ///< last pause began its bit (14443-3, 6.2.1.1)
inline constexpr Tick FdtAfterX = 84;  ///< last pause began at half a bit
inline constexpr Tick DecisionTicks = 256;
inline constexpr Tick DeafAfterSilence = 512;
inline constexpr Tick PowerUpTicks = 4096;
inline constexpr Tick FieldLossTicks = 1024;
inline constexpr Tick NvmLossTicks = 1040;
inline constexpr Tick ShortestFieldOff = 2048;
inline constexpr Tick ProgrammingStart = 1024;  ///< after the grid origin G

/// How a PCD frame ended: what every time of the card hangs on.
struct FrameEnd {
    Tick end = 0;            ///< E
    bool last_is_x = false;  ///< the last pause began at half a bit

    /// Grid origin G, the same instant of the bit grid in both cases.
    [[nodiscard]] Tick grid() const noexcept { return end + (last_is_x ? FdtAfterX : FdtAfterZ); }
    /// D, when the card knows that nothing follows.
    [[nodiscard]] Tick decision() const noexcept { return grid() + DecisionTicks; }
};

/// End of a PICC frame of `bits` bits that begins at `start`; the EOC is not counted.
[[nodiscard]] constexpr Tick picc_end(Tick start, std::size_t bits) noexcept {
    return start + BitTicks * (1 + bits);
}

}  // namespace rf
