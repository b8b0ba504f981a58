/// \file free_counters.hpp
/// What of reader and cards counts ticks in which nothing happens, so that those can be passed
/// over.
#pragma once

#include <verilated.h>

#include <algorithm>
#include <array>

#include "base/tick.hpp"

namespace tb {

/// The counters of a card that run freely (docs/rooms.md, top_picc), where Verilator has them.
struct CardCounters {
    CData* divider;
    SData* lfsr;
    SData* ticks;
    const CData* block_state;

    /// How many ticks may be passed over at once: the card counts the rounds of its timer while it
    /// waits for its host.
    [[nodiscard]] base::Tick most() const {
        constexpr CData BlockHold = 2;  // nfc_pkg::block_state_e
        constexpr base::Tick CountsAt =
            63 * 128 + 66;  // nfc_pkg::GoLeadTicks before the round ends
        constexpr base::Tick Margin = 4;
        if (*block_state != BlockHold) return ~base::Tick{0};
        return *ticks + Margin < CountsAt ? CountsAt - Margin - *ticks : 0;
    }

    void pass(base::Tick n) const {
        constexpr base::Tick NonceTicks = 128;
        constexpr base::Tick DelayModulus = 1U << 13U;
        for (base::Tick steps = (*divider + n) / NonceTicks; steps > 0; --steps) {
            const unsigned state = *lfsr;
            const unsigned next = (state ^ state >> 2U ^ state >> 3U ^ state >> 5U) & 1U;
            *lfsr = static_cast<SData>(state >> 1U | next << 15U);
        }
        *divider = static_cast<CData>((*divider + n) % NonceTicks);
        *ticks = static_cast<SData>((*ticks + n) % DelayModulus);
    }
};

/// The reader's time, where Verilator has it.
struct PcdCounters {
    IData* tick;
    const IData* alarm;
    const CData* pending;  ///< the carrier is to be switched

    /// How many ticks may be passed over before the alarm.
    [[nodiscard]] base::Tick most() const {
        constexpr base::Tick Margin = 4;
        if (*pending != 0) return 0;
        const auto to_alarm = static_cast<std::int32_t>(*alarm - *tick);
        if (to_alarm <= 0) return ~base::Tick{0};
        const auto ticks = static_cast<base::Tick>(to_alarm);
        return ticks > Margin ? ticks - Margin : 0;
    }

    /// The same, up to the tick in which it works out that it will tell of the alarm.
    [[nodiscard]] base::Tick most_exactly() const {
        if (*pending != 0) return 0;
        const auto to_alarm = static_cast<std::int32_t>(*alarm - *tick);
        if (to_alarm <= 0) return ~base::Tick{0};
        return to_alarm > 2 ? static_cast<base::Tick>(to_alarm - 2) : 0;
    }

    void pass(base::Tick n) const { *tick += static_cast<IData>(n); }
};

template <unsigned Cards>
struct FreeCounters {
    PcdCounters pcd;
    std::array<CardCounters, Cards> cards;

    /// Passes over up to `most` ticks, all of them quiet; returns how many. `powered`: a bit a
    /// card.
    [[nodiscard]] base::Tick pass(base::Tick most, std::uint64_t powered) const {
        most = std::min(most, pcd.most());
        for (const CardCounters& card : cards) most = std::min(most, card.most());
        // The reader's receiver counts samples in fours.
        most -= most % 4;
        if (most == 0) return 0;
        pcd.pass(most);
        for (unsigned i = 0; i < Cards; ++i)
            if ((powered >> i & 1U) != 0) cards[i].pass(most);
        return most;
    }
};

}  // namespace tb
