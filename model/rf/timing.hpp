/// \file timing.hpp
/// Times of the air interface in ticks of the carrier (docs/choices.md; twin of nfc_pkg).
#pragma once

#include <array>

#include "base/tick.hpp"
#include "port/air_frame.hpp"

namespace rf {

using base::BitTicks;
using base::Tick;
using port::BitRate;

inline constexpr Tick DecisionTicks = 256;
inline constexpr Tick DeafAfterSilence = 512;
inline constexpr Tick PowerUpTicks = 4096;
inline constexpr Tick FieldLossTicks = 1024;
inline constexpr Tick NvmLossTicks = 1040;
inline constexpr Tick ShortestFieldOff = 2048;
inline constexpr Tick ProgrammingStart = 1024;  ///< after the grid origin G
inline constexpr Tick LeadTicksA = 512;         ///< subcarrier before the start bit, type A
inline constexpr Tick Tr1Ticks = 1408;          ///< TR1 of our cards
inline constexpr Tick EgtMax = 773;             ///< longest gap between the characters of a PCD

/// From E to G, by rate: the last pause began its bit (Z), or half a bit later (X)
/// (14443-3, 6.2.1.1).
inline constexpr std::array<Tick, 4> FdtAfterZ{20, 116, 100, 92};
inline constexpr std::array<Tick, 4> FdtAfterX{84, 148, 116, 100};

/// A pause of a frame at fc/128 has begun so long before the frame's D, or is not heard.
inline constexpr Tick PauseBeforeDecision = 15;
/// At fc/64, fc/32, fc/16 it has ended so long before it.
inline constexpr std::array<Tick, 3> FastPauseBeforeDecision{11, 7, 5};

/// Last tick with the level of a field, after the carrier of the default antenna has stopped: the
/// level, 192, loses 3/8 of itself a tick, and a field is 8 or more.
inline constexpr Tick FieldLingers = 6;

/// The field is modulated at the ticks on to off - 1: a pause of type A, a low of type B.
struct Low {
    Tick on = 0;
    Tick off = 0;
};

/// How a PCD frame ended: what every time of the card hangs on. Type B: as a Z at fc/128.
struct FrameEnd {
    Tick end = 0;            ///< E
    bool last_is_x = false;  ///< the last pause began at half a bit
    BitRate rate = BitRate::Fc128;

    /// Grid origin G, the same instant of the bit grid in both cases.
    [[nodiscard]] Tick grid() const noexcept {
        const auto index = static_cast<std::size_t>(rate);
        return end + (last_is_x ? FdtAfterX[index] : FdtAfterZ[index]);
    }
    /// D, when the card knows that nothing follows.
    [[nodiscard]] Tick decision() const noexcept { return grid() + DecisionTicks; }
    /// Type A: a carrier that stops at `off` leaves the frame without an end, as there is no field
    /// at D.
    [[nodiscard]] bool undone_by(Tick off) const noexcept {
        return off + FieldLingers < decision();
    }
};

/// E of a frame whose last modulation is `low`.
[[nodiscard]] constexpr Tick end_after(const Low& low) noexcept { return low.off + 1; }

}  // namespace rf
