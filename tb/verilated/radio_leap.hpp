/// \file radio_leap.hpp
/// Ticks within exchanges in which sim_radio does nothing but count: how many of them there are,
/// and what its registers are after them.
///
/// All this holds while nothing that the radio is told changes. Each unit says for how many ticks
/// the branches of its RTL will stay the same, up to the tick in which the next one differs, and
/// moves its counters on by them; a unit that is at anything else says 0. Numbers are those of the
/// units. What this gets wrong is found by `ctest -R Computing`.
#pragma once

#include <verilated.h>

#include <algorithm>

#include "base/tick.hpp"

namespace tb {

/// rf_miller_encoder and rf_nrz_encoder.
struct EncodersLeap {
    CData* tick;
    const CData* active;
    const CData* one;
    const CData* pause;
    CData* left;
    const CData* nrz_state;
    const CData* nrz_tick;
    const SData* nrz_left;

    [[nodiscard]] base::Tick most(unsigned rate) const {
        const unsigned last = 127U >> rate;
        const unsigned before_half = 63U >> rate;
        if (*nrz_state != 0 || *nrz_tick != last || *nrz_left != 0) return 0;
        base::Tick n = ~base::Tick{0};
        if (*active != 0) n = *tick <= last ? last - *tick : 0;
        if (*active != 0 && *one != 0 && *tick <= before_half)
            n = std::min<base::Tick>(n, before_half - *tick);
        if (*pause != 0) n = std::min<base::Tick>(n, *left);
        return n;
    }
    void pass(base::Tick n) const {
        if (*active != 0) *tick = static_cast<CData>(*tick + n);
        if (*pause != 0) *left = static_cast<CData>(*left - n);
    }
};

/// rf_manchester_decoder with all that it has below it. While it listens and hears nothing it is
/// the same every four ticks, but for its estimate of the noise, how long it has learned that, and
/// the place of the next step; within an answer it works.
struct DecoderLeap {
    static constexpr unsigned NoiseParts = 6;
    static constexpr base::Tick MostAge = 63;

    const CData *active, *trial, *sof, *bit_valid, *eof, *drop;
    const CData *state, *measure, *half_valid, *soc, *shift;
    const SData* size;
    IData* noise;
    CData* age;
    CData* place;
    const CData *full, *zeros, *change_valid, *sums_valid;
    const SData *change, *sum, *turn;
    const CData *phase, *filled, *skip, *valid;
    const SData *group, *last, *older, *step;

    /// Cheap, and true for much of an answer.
    [[nodiscard]] bool busy() const { return (*state | *active) != 0; }

    /// Of up to `most` ticks.
    [[nodiscard]] base::Tick most(bool listens, unsigned level, base::Tick most) const {
        constexpr unsigned RestSteps = 20;
        if ((*active | *trial | *sof | *bit_valid | *eof | *drop | *state | *half_valid | *soc |
             *shift | *skip) != 0)
            return 0;
        if (!listens) {
            const bool idle = (*phase | *filled | *valid | *place | *full | *zeros | *change_valid |
                               *sums_valid | *measure) == 0 &&
                              (*group | *change | *sum | *turn) == 0 && (*noise | *age) == 0;
            return idle ? most : 0;
        }
        // What is kept of steps is 0 then.
        if (*zeros != RestSteps || *last != 4 * level || *older != 4 * level ||
            *group != *phase * level || *step != 0 || (*change | *sum | *turn | *size) != 0)
            return 0;
        // It tells when the noise is gone.
        unsigned estimate = *noise;
        base::Tick n = 0;
        if (estimate >> NoiseParts == 0) return most - most % 4;
        for (; n + 4 <= most; n += 4) {
            estimate >>= 1U;
            if (estimate >> NoiseParts == 0) break;
        }
        return n;
    }
    void pass(bool listens, base::Tick n) const {
        if (!listens) return;
        *place = static_cast<CData>((*place + n / 4) % 16);
        *age = static_cast<CData>(std::min(*age + n / 4, MostAge));
        for (; n != 0 && *noise >> NoiseParts != 0; n -= 4) *noise >>= 1U;
    }
};

/// rf_pause_receiver and rf_miller_decoder. What can be passed over is a level that is the
/// carrier's, or deep in a pause at fc/128; not the ways from one to the other.
struct ListenLeap {
    SData* carrier;
    SData* step;
    const CData* under;
    const SData* sum;
    SData* limit;
    const CData* low;
    CData* count;
    CData* still;
    const CData *start, *end;
    CData* brief;
    const CData* active;
    SData* time;
    CData* gap;
    const CData *is_x, *zero, *one, *sof, *eof, *trial, *doubt, *was_low;

    static constexpr base::Tick FirstDown = 64;
    static constexpr base::Tick TooLong = 127;
    static constexpr unsigned StepBits = 9;

    [[nodiscard]] static unsigned threshold(unsigned carrier) {
        carrier >>= 2U;
        return (carrier >> 2U) + (carrier >> 4U);
    }
    /// Of a level that is no pause.
    [[nodiscard]] static unsigned reference(unsigned carrier, unsigned rate) {
        if (rate != 3) return threshold(carrier) + (carrier >> 3U);
        carrier >>= 2U;
        return carrier - (carrier >> 3U) + (carrier >> 5U);
    }
    /// Of the sum.
    [[nodiscard]] static unsigned most_of_sum(unsigned carrier, unsigned rate) {
        carrier >>= 2U;
        switch (rate) {
            case 1:
                return 5 * carrier;
            case 2:
                return 2 * carrier + (carrier >> 3U);
            case 3:
                return (carrier >> 1U) + (carrier >> 3U);
            default:
                return 8 * carrier;
        }
    }
    /// How far the estimate of the carrier will move.
    [[nodiscard]] base::Tick distance(unsigned level) const {
        const unsigned now = *carrier;
        if (level > now >> 2U) return 4 * level - now;
        return level < now >> 2U ? now - (4 * level + 3) : 0;
    }
    [[nodiscard]] unsigned moved(unsigned level, base::Tick n) const {
        const auto by = static_cast<unsigned>(std::min(n, distance(level)));
        return level > unsigned{*carrier} >> 2U ? *carrier + by : *carrier - by;
    }

    [[nodiscard]] base::Tick most(bool powered, unsigned rate, unsigned level,
                                  base::Tick most) const {
        if ((*start | *end | *zero | *one | *sof | *eof) != 0) return 0;
        base::Tick n = most;
        const bool is_low = *low != 0;
        if (is_low) {
            if (rate != 0 || *under == 0 || *step >> (StepBits - 1) == 0 ||
                *sum != 8 * (*carrier >> 2U) || level >= threshold(*carrier) ||
                *count < FirstDown || *count >= TooLong)
                return 0;
            n = std::min(n, TooLong - *count);
        } else if ((*under | *count | *sum) != 0 || (*step >> (StepBits - 1)) != 0 ||
                   level < reference(*carrier, rate)) {
            return 0;
        }
        if (powered && *was_low != *low) return 0;
        if (powered && *active != 0) {
            const base::Tick over = *is_x != 0 ? 328 : 264;
            if (rate != 0 || (*trial | *doubt) != 0) return 0;
            if (!is_low) n = std::min<base::Tick>(n, over - std::min<base::Tick>(*time, over));
        } else if (!is_low && distance(level) != 0) {
            n = std::min(n, distance(level));  // there the card rests
        }
        return n;
    }
    void pass(bool powered, unsigned rate, unsigned level, base::Tick n) const {
        const bool is_low = *low != 0;
        // Of the last tick.
        const unsigned before = is_low ? *carrier : moved(level, n - 1);
        const unsigned from = is_low ? threshold(before) : reference(before, rate);
        *step = static_cast<SData>((level - from) % (1U << StepBits));
        *limit = static_cast<SData>(most_of_sum(before, rate));
        *still = level == before >> 2U ? 1 : 0;
        *brief = is_low ? 0 : 1;
        if (is_low) {
            *count = static_cast<CData>(*count + n);
            return;
        }
        *carrier = static_cast<SData>(moved(level, n));
        if (powered && *active != 0) {
            *time = static_cast<SData>(*time + n);
            *gap = static_cast<CData>((*gap + n) % 64);
        }
    }
};

/// frame_fdt_timer, but for its count, which CardCounters moves on.
struct DelayLeap {
    const SData* ticks;
    CData* late;

    /// What a card's other half says of it.
    struct Said {
        bool type_b = false, arm = false, follow = false;
        unsigned rate = 0, fdt = 0;
    };

    [[nodiscard]] base::Tick most(const Said& said) const {
        constexpr unsigned ProgramAt = 1023;
        constexpr unsigned SilenceAt = 768 + 4 - 1;
        constexpr unsigned SilenceAtB = 768 + 4;
        constexpr unsigned Shallow = 48;
        constexpr unsigned LastGo = 128 - 62;
        constexpr unsigned FdtStore = 3;
        base::Tick n =
            std::min(to(ProgramAt, 8192),
                     to(said.type_b ? SilenceAtB + 2 * (Shallow >> said.rate) : SilenceAt, 8192));
        if (said.follow) n = std::min(n, to(LastGo, 128));
        if (said.arm && said.fdt == FdtStore) n = std::min(n, to(127, 128));
        if (said.arm && said.fdt != FdtStore) {
            constexpr unsigned Indices[] = {9, 18, 35};
            n = std::min(n, to(128 * Indices[said.fdt] - 1, 8192));
        }
        return n;
    }
    /// Before the count has been moved on.
    void pass(base::Tick n) const {
        if (*ticks % 128 + n >= 128) *late = 0;
    }

private:
    [[nodiscard]] base::Tick to(unsigned at, unsigned modulus) const {
        return (at - *ticks) % modulus;
    }
};

/// All of a card's half.
struct CardLeap {
    SData* field_count;
    const CData* rests;
    const CData* rests_before;
    ListenLeap listen;
    DelayLeap delay;
    const CData *encoder_active, *encoder_load;
    const CData* seeded;

    struct Situation {
        bool powered = false;
        unsigned level = 0;
        DelayLeap::Said said{};
    };

    [[nodiscard]] base::Tick most(const Situation& now, base::Tick most) const {
        constexpr base::Tick UpCount = 4096 - 2;
        constexpr base::Tick LossCount = 1024;
        if (*rests != *rests_before || (*encoder_active | *encoder_load) != 0) return 0;
        if (present(now) == now.powered) {
            if (*field_count != 0) return 0;
        } else {
            most = std::min(most, (now.powered ? LossCount : UpCount) - *field_count);
        }
        if (now.powered) {
            if (*seeded == 0) return 0;
            most = std::min(most, delay.most(now.said));
        }
        return listen.most(now.powered, now.said.rate, level_a(now), most);
    }
    void pass(const Situation& now, base::Tick n) const {
        if (present(now) != now.powered) *field_count = static_cast<SData>(*field_count + n);
        if (now.powered) delay.pass(n);
        listen.pass(now.powered, now.said.rate, level_a(now), n);
    }

private:
    [[nodiscard]] static bool present(const Situation& now) { return now.level >= 8; }
    [[nodiscard]] static unsigned level_a(const Situation& now) {
        return now.said.type_b ? 0 : now.level;
    }
};

/// sim_air and sim_antenna.
struct AirLeap {
    const CData* work;
    CData* rest;
    const IData* fading_step;

    [[nodiscard]] bool stands() const { return *work == 0 && *rest != 0 && *fading_step == 0; }
    void pass(base::Tick n) const {
        constexpr base::Tick RestTicks = 160;
        *rest = static_cast<CData>(std::min(*rest + n, RestTicks));
    }
};

}  // namespace tb
