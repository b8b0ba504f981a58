/// \file split_field.hpp
/// Reader, air and cards as several Verilated tops: sim_radio with all that counts ticks, a half of
/// the reader and of each card that acts on what is heard, the decoder of answers in phases, and
/// what a card has for type B and for such answers. Those are computed only when they can change.
///
/// A clocked circuit whose inputs stand and whose registers did not change in the last tick will
/// not change in the next one: such a part sleeps until an input changes. So every register has in
/// every tick the value that it has in WholeField; nothing is known here of what the RTL does.
/// Three inputs that run on are left out of this, for they count only together with others: the
/// reader's tick (top_pcd_radio), which is brought up to date in every tick in which its half is
/// awake, the instant at a card's half (top_picc_radio), and the level at a decoder that does not
/// listen.
#pragma once

#include <verilated.h>

#include <array>
#include <cstring>
#include <memory>
#include <string>

#include "Vsim_bpsk.h"
#include "Vsim_bpsk___024root.h"
#include "Vsim_pcd_logic.h"
#include "Vsim_pcd_logic___024root.h"
#include "Vsim_picc_b.h"
#include "Vsim_picc_b___024root.h"
#include "Vsim_picc_logic.h"
#include "Vsim_picc_logic___024root.h"
#include "verilated/clocked_top.hpp"
#include "verilated/free_counters.hpp"
#include "verilated/pins.hpp"
#include "verilated/radio_leap.hpp"
#include "verilated/unit_member.hpp"

DECLARE_CLOCKED_TOP(Vsim_bpsk);
DECLARE_CLOCKED_TOP(Vsim_pcd_logic);
DECLARE_CLOCKED_TOP(Vsim_picc_b);
DECLARE_CLOCKED_TOP(Vsim_picc_logic);

namespace tb {

/// One part that may sleep.
template <class Clocked>
class SleepingPart : public Clocked {
public:
    using Clocked::Clocked;

    [[nodiscard]] bool awake() const { return awake_; }
    void wake() { awake_ = true; }
    /// Inputs that are set from outside, one by one.
    [[nodiscard]] auto& inputs() {
        awake_ = true;
        touched_ = true;
        return this->top;
    }

    void tick(unsigned clocks) {
        if (touched_) {
            this->top.eval();
            touched_ = false;
        }
        const auto& root = this->root();
        this->raise(clocks);
        std::memcpy(before_.data(), static_cast<const void*>(&root), before_.size());
        this->follow();
        awake_ = std::memcmp(before_.data(), static_cast<const void*>(&root), before_.size()) != 0;
    }

    /// What is heard reaches all that hangs on it. `reset`: a reset is in it, given or taken back.
    void take_heard(bool reset) {
        this->edge(ClockTake);
        if (reset) this->top.eval();
        awake_ = true;
    }

private:
    bool awake_ = true;
    bool touched_ = true;
    std::array<unsigned char, sizeof(typename Clocked::Root)> before_{};
};

inline std::uint32_t word_of(IData port, unsigned /*i*/) { return port; }
template <std::size_t Words>
std::uint32_t word_of(const VlWide<Words>& port, unsigned i) {
    return port[i];
}
inline void set_word(IData& port, unsigned /*i*/, std::uint32_t value) { port = value; }
template <std::size_t Words>
void set_word(VlWide<Words>& port, unsigned i, std::uint32_t value) {
    port[i] = value;
}

#define SPLIT_CARD_MEMBER(root, i, unit, name)                                                  \
    &(root).UNIT_MEMBER(sim_radio__DOT__g_card__BRA__##i##__KET____DOT__u_top_picc_radio, unit, \
                        name)
#define SPLIT_CARD_COUNTERS(root, i)                                                 \
    CardCounters {                                                                   \
        SPLIT_CARD_MEMBER(root, i, u_crypto1_nonce, divider_q),                      \
            SPLIT_CARD_MEMBER(root, i, u_crypto1_nonce, lfsr_q),                     \
            SPLIT_CARD_MEMBER(root, i, u_frame_fdt_timer, ticks_q),                  \
            &cards_[i]->top.rootp->UNIT_MEMBER(                                      \
                sim_picc_logic__DOT__u_top_picc_logic,                               \
                UNIT_PATH(g_block, UNIT_PATH(u_top_block, u_block_engine)), state_q) \
    }

#define SPLIT_PCD_MEMBER(root, unit, name) \
    &(root).UNIT_MEMBER(sim_radio__DOT__u_top_pcd_radio, unit, name)
#define SPLIT_RECEIVER_MEMBER(root, name) \
    SPLIT_PCD_MEMBER(root, UNIT_PATH(u_manchester_decoder, u_subcarrier_receiver), name)
#define SPLIT_STEPS_MEMBER(root, name)                                                         \
    SPLIT_PCD_MEMBER(                                                                          \
        root,                                                                                  \
        UNIT_PATH(u_manchester_decoder, UNIT_PATH(u_subcarrier_receiver, u_subcarrier_steps)), \
        name)
#define SPLIT_PAUSE_MEMBER(root, i, name) \
    SPLIT_CARD_MEMBER(root, i, UNIT_PATH(u_top_listen, u_rf_pause_receiver), name)
#define SPLIT_MILLER_MEMBER(root, i, name) \
    SPLIT_CARD_MEMBER(root, i, UNIT_PATH(u_top_listen, u_rf_miller_decoder), name)
#define SPLIT_CARD_LEAP(root, i)                                                                  \
    CardLeap {                                                                                    \
        .field_count = SPLIT_CARD_MEMBER(root, i, u_rf_field_detector, count_q),                  \
        .rests =                                                                                  \
            &(root).sim_radio__DOT__g_card__BRA__##i##__KET____DOT__u_top_picc_radio__DOT__rests, \
        .rests_before =                                                                           \
            &(root)                                                                               \
                 .sim_radio__DOT__g_card__BRA__##i##__KET____DOT__u_top_picc_radio__DOT__rests_q, \
        .listen = {.carrier = SPLIT_PAUSE_MEMBER(root, i, carrier_q),                             \
                   .low = SPLIT_PAUSE_MEMBER(root, i, low_q),                                     \
                   .width = SPLIT_PAUSE_MEMBER(root, i, width_q),                                 \
                   .start = SPLIT_PAUSE_MEMBER(root, i, start_q),                                 \
                   .end = SPLIT_PAUSE_MEMBER(root, i, end_q),                                     \
                   .brief = SPLIT_PAUSE_MEMBER(root, i, brief_q),                                 \
                   .before = SPLIT_PAUSE_MEMBER(root, i, g_rising__DOT__before_q),                \
                   .rising = SPLIT_PAUSE_MEMBER(root, i, g_rising__DOT__rising_q),                \
                   .active = SPLIT_MILLER_MEMBER(root, i, active_q),                              \
                   .time = SPLIT_MILLER_MEMBER(root, i, time_q),                                  \
                   .gap = SPLIT_MILLER_MEMBER(root, i, gap_q),                                    \
                   .zero = SPLIT_MILLER_MEMBER(root, i, zero_q),                                  \
                   .one = SPLIT_MILLER_MEMBER(root, i, one_q),                                    \
                   .sof = SPLIT_MILLER_MEMBER(root, i, sof_q),                                    \
                   .eof = SPLIT_MILLER_MEMBER(root, i, eof_q),                                    \
                   .trial = SPLIT_MILLER_MEMBER(root, i, trial_q),                                \
                   .doubt = SPLIT_MILLER_MEMBER(root, i, doubt_q)},                               \
        .delay = {.ticks = SPLIT_CARD_MEMBER(root, i, u_frame_fdt_timer, ticks_q),                \
                  .late = SPLIT_CARD_MEMBER(root, i, u_frame_fdt_timer, late_q)},                 \
        .encoder_active = SPLIT_CARD_MEMBER(                                                      \
            root, i, UNIT_PATH(u_top_modulate, u_rf_manchester_encoder), active_q),               \
        .encoder_load = SPLIT_CARD_MEMBER(                                                        \
            root, i, UNIT_PATH(u_top_modulate, u_rf_manchester_encoder), load_q),                 \
        .seeded = SPLIT_CARD_MEMBER(root, i, u_crypto1_nonce, seeded_q)                           \
    }

/// `Radio`: CLOCKED_TOP of sim_radio. `Settle`: Verilator's eval_settle of its root.
template <class Radio, auto Settle, unsigned Cards>
class SplitField {
public:
    static constexpr unsigned CardCount = Cards;

    SplitField(VerilatedContext& context, const std::string& /*fst*/)
        : radio_{&context},
          bpsk_{&context},
          reader_{&context},
          cards_{parts<Card>(context)},
          b_{parts<CardB>(context)} {}

    [[nodiscard]] auto& air() {
        touched_ = true;
        return radio_.top;
    }
    [[nodiscard]] const auto& air() const { return radio_.top; }
    [[nodiscard]] auto& reader() { return reader_.inputs(); }
    [[nodiscard]] auto& card(unsigned slot) { return cards_[slot]->inputs(); }
    [[nodiscard]] const auto& reader() const { return reader_.top; }
    [[nodiscard]] const auto& card(unsigned slot) const { return cards_[slot]->top; }
    [[nodiscard]] static constexpr unsigned place(unsigned /*slot*/) { return 0; }

    void set_type_b(unsigned slot, bool type_b) {
        set_bits(air().type_b_i, slot, 1, type_b);
        card(slot).type_b_i = type_b;
    }
    void reset(bool on) {
        air().rst_ni = !on;
        bpsk_.inputs().rst_ni = !on;
        reader().rst_ni = !on;
        for (unsigned i = 0; i < Cards; ++i) card(i).rst_ni = !on;
        settle();
    }
    void load_settings(bool on) {
        air().load_settings_i = on;
        for (unsigned i = 0; i < Cards; ++i) card(i).load_settings_i = on;
        loading_ = on;
    }
    void reset_card(unsigned slot) {
        set_bits(air().picc_rst_ni, slot, 1, 0);
        card(slot).picc_rst_ni = 0;
        b_[slot]->inputs().picc_rst_ni = 0;
    }
    void release_cards() {
        set_bits(air().picc_rst_ni, 0, Cards, ~0U);
        for (unsigned i = 0; i < Cards; ++i) {
            card(i).picc_rst_ni = 1;
            b_[i]->inputs().picc_rst_ni = 1;
        }
    }

    /// What was set from outside reaches all that hangs on it.
    void settle() {
        radio_.top.eval();
        bpsk_.top.eval();
        reader_.top.eval();
        for (auto& card : cards_) card->top.eval();
        for (auto& b : b_) b->top.eval();
        bpsk_changed_ = reader_changed_ = true;
        card_changed_ = b_changed_ = ~0U;
        exchange();
    }

    [[nodiscard]] std::uint64_t watch() const { return radio_.top.watch_o | logic_watch_; }
    [[nodiscard]] bool quiet() const { return radio_.top.quiet_o != 0; }
    [[nodiscard]] static constexpr bool can_pass() { return true; }

    base::Tick pass(base::Tick most, std::uint64_t powered) {
        const base::Tick ticks = counters_.pass(most, powered);
        if (ticks != 0) {
            Settle(&radio_.root());
            exchange();
        }
        return ticks;
    }

    /// Passes over up to `most` ticks in which the radio but counts and all others sleep; returns
    /// how many.
    base::Tick leap(base::Tick most, std::uint64_t powered) {
        if (!air_leap_.stands() || decoder_leap_.busy() || !asleep()) return 0;
        const auto& radio = radio_.top;
        const Said said{radio.pcd_said_i};
        if (said.acts()) return 0;
        const unsigned pcd_level = *pcd_level_;
        most = std::min({most, counters_.pcd.most_exactly(), encoders_leap_.most(said.tx_rate())});
        std::array<CardLeap::Situation, Cards> now{};
        for (unsigned i = 0; i < Cards; ++i) {
            const std::uint32_t word = word_of(radio.picc_said_i, i);
            constexpr std::uint32_t Acts = 0b1'0011'0001'0000'0000U;
            if ((word & Acts) != 0) return 0;
            now[i] = {.powered = (powered >> i & 1U) != 0,
                      .level = (*present_ >> i & 1U) != 0 ? radio.picc_level_o : 0U,
                      .said = {.type_b = (get_bits(radio.type_b_i, i, 1)) != 0,
                               .arm = (word >> 18U & 1U) != 0,
                               .follow = (word >> 17U & 1U) != 0,
                               .rate = word >> 2U & 3U,
                               .fdt = word & 3U}};
            most = card_leaps_[i].most(now[i], most);
        }
        most = decoder_leap_.most(said.listens(), pcd_level, most);
        constexpr base::Tick Worth = 3;
        if (most < Worth) return 0;
        counters_.pcd.pass(most);
        encoders_leap_.pass(most);
        decoder_leap_.pass(said.listens(), most);
        air_leap_.pass(most);
        for (unsigned i = 0; i < Cards; ++i) {
            card_leaps_[i].pass(now[i], most);
            if (now[i].powered) counters_.cards[i].pass(most);
        }
        Settle(&radio_.root());
        exchange();
        return most;
    }

    /// One rising edge of either clock or both.
    void edge(bool pcd, bool picc) {
        const unsigned clocks = (pcd ? ClockPcd : 0U) | (picc ? ClockPicc : 0U);
        step_radio(clocks);
        if (pcd && bpsk_.awake()) {
            bpsk_.tick(clocks);
            bpsk_changed_ = true;
        }
        if (pcd && reader_.awake()) {
            reader_.tick(clocks);
            reader_changed_ = true;
        }
        for (unsigned i = 0; i < Cards; ++i) {
            if (cards_[i]->awake() && (picc || loading_)) {
                cards_[i]->tick(clocks);
                card_changed_ |= 1U << i;
            }
            if (b_[i]->awake() && picc) {
                b_[i]->tick(clocks);
                b_changed_ |= 1U << i;
            }
        }
        exchange();
    }

private:
    using Bpsk = SleepingPart<CLOCKED_TOP(Vsim_bpsk)>;
    using Reader = SleepingPart<CLOCKED_TOP(Vsim_pcd_logic)>;
    using Card = SleepingPart<CLOCKED_TOP(Vsim_picc_logic)>;
    using CardB = SleepingPart<CLOCKED_TOP(Vsim_picc_b)>;

    template <class Part>
    static auto parts(VerilatedContext& context) {
        std::array<std::unique_ptr<Part>, Cards> all;
        for (auto& part : all) part = std::make_unique<Part>(&context);
        return all;
    }

    /// What the reader's other half says.
    class Said {
    public:
        explicit Said(const VlWide<4>& words)
            : first_{words[0]}, second_{words[1]}, last_{words[3]} {}
        /// alarm_set_i, field_set_i, send_i, stop_i
        [[nodiscard]] bool acts() const { return (last_ & 0b110'0110'0000U) != 0; }
        [[nodiscard]] unsigned tx_rate() const { return first_ >> 31U | (second_ & 1U) << 1U; }
        /// At fc/128 of type A.
        [[nodiscard]] bool listens() const {
            const bool phases = (last_ >> 7U & 1U) != 0 || (first_ >> 29U & 3U) != 0;
            return (last_ >> 2U & 1U) != 0 && !phases;
        }

    private:
        std::uint32_t first_, second_, last_;
    };

    [[nodiscard]] bool asleep() const {
        if (bpsk_.awake() || reader_.awake() || touched_ || loading_) return false;
        for (unsigned i = 0; i < Cards; ++i)
            if (cards_[i]->awake() || b_[i]->awake()) return false;
        return true;
    }

    void step_radio(unsigned clocks) {
        if (touched_) {
            radio_.top.eval();
            touched_ = false;
        }
        const std::uint32_t watch = radio_.top.watch_o;
        radio_.edge(clocks);
        // A card's power is the reset of most of it.
        constexpr std::uint32_t Powered = 0xFFU << WatchPoweredShift;
        if (((watch ^ radio_.top.watch_o) & Powered) != 0) radio_.top.eval();
    }

    /// Hands on what the parts tell each other until all agree.
    void exchange() {
        if (reader_.awake() || reader_.top.selected_o != 0) {
            reader_.top.tick_i = radio_.top.tick_o;
            reader_.take_heard(false);
            reader_changed_ = true;
        }
        do {
            hear();
        } while (say());
    }

    void hear() {
        constexpr std::uint32_t Level = 0xFFF;
        const std::uint32_t heard = radio_.top.bpsk_heard_o;
        const bool listens = heard >> 15U != 0;
        if ((heard ^ bpsk_.top.heard_i) & (listens ? ~0U : ~Level)) {
            bpsk_.top.heard_i = static_cast<SData>(heard);
            bpsk_.top.eval();
            bpsk_.wake();
            bpsk_changed_ = true;
        }
        if (reader_.top.pcd_heard_i != radio_.top.pcd_heard_o) {
            reader_.top.pcd_heard_i = radio_.top.pcd_heard_o;
            reader_.top.tick_i = radio_.top.tick_o;
            reader_.take_heard(false);
            reader_changed_ = true;
        }
        for (unsigned i = 0; i < Cards; ++i) {
            constexpr std::uint32_t Index = 0x3F;
            constexpr std::uint32_t Powered = 1U << 20U;
            constexpr std::uint32_t BPowered = 1U << 17U;
            auto& top = cards_[i]->top;
            const std::uint32_t told = word_of(radio_.top.picc_heard_o, i);
            const std::uint32_t news = top.picc_heard_i ^ told;
            if ((news & ~Index) != 0) {
                top.picc_heard_i = told;
                cards_[i]->take_heard((news & Powered) != 0);
                card_changed_ |= 1U << i;
            }
            const std::uint32_t b_told = word_of(radio_.top.b_heard_o, i);
            const std::uint32_t b_news = b_[i]->top.heard_i ^ b_told;
            if (b_news != 0) {
                b_[i]->top.heard_i = b_told;
                b_[i]->take_heard((b_news & BPowered) != 0);
                b_changed_ |= 1U << i;
            }
        }
    }

    /// True: there was something new.
    bool say() {
        if (!reader_changed_ && !bpsk_changed_ && (card_changed_ | b_changed_) == 0) return false;
        auto& radio = radio_.top;
        bool news = false;
        if (radio.bpsk_told_i != bpsk_.top.told_o) {
            radio.bpsk_told_i = bpsk_.top.told_o;
            news = true;
        }
        if (reader_changed_ && reader_.top.pcd_said_o != radio.pcd_said_i) {
            radio.pcd_said_i = reader_.top.pcd_said_o;
            news = true;
        }
        for (unsigned i = 0; i < Cards; ++i) {
            const std::uint32_t said = cards_[i]->top.picc_said_o;
            if (word_of(radio.picc_said_i, i) != said) {
                set_word(radio.picc_said_i, i, said);
                news = true;
            }
            const std::uint32_t told = b_[i]->top.told_o;
            if (word_of(radio.b_told_i, i) != told) {
                set_word(radio.b_told_i, i, told);
                news = true;
            }
        }
        bpsk_changed_ = false;
        reader_changed_ = false;
        card_changed_ = 0;
        b_changed_ = 0;
        watch_logic();
        if (news) radio_.edge(ClockTake);
        return news;
    }

    void watch_logic() {
        std::uint64_t watch = reader_.top.irq_o != 0 ? WatchIrq : 0;
        for (unsigned i = 0; i < Cards; ++i) {
            const auto& top = cards_[i]->top;
            watch |= std::uint64_t{top.store_asked_o} << (WatchStoreShift + i);
            watch |= std::uint64_t{top.host_irq_o} << (WatchHostShift + i);
        }
        logic_watch_ = watch;
    }

    [[nodiscard]] EncodersLeap encoders_leap() {
        auto& root = radio_.root();
        return {.tick = SPLIT_PCD_MEMBER(root, u_miller_encoder, tick_q),
                .active = SPLIT_PCD_MEMBER(root, u_miller_encoder, active_q),
                .one = SPLIT_PCD_MEMBER(root, u_miller_encoder, one_q),
                .pause = SPLIT_PCD_MEMBER(root, u_miller_encoder, pause_q),
                .left = SPLIT_PCD_MEMBER(root, u_miller_encoder, left_q),
                .nrz_state = SPLIT_PCD_MEMBER(root, UNIT_PATH(g_nrz, u_nrz_encoder), state_q),
                .nrz_tick = SPLIT_PCD_MEMBER(root, UNIT_PATH(g_nrz, u_nrz_encoder), tick_q),
                .nrz_left = SPLIT_PCD_MEMBER(root, UNIT_PATH(g_nrz, u_nrz_encoder), left_q)};
    }
    [[nodiscard]] DecoderLeap decoder_leap() {
        auto& root = radio_.root();
        return {.active = SPLIT_PCD_MEMBER(root, u_manchester_decoder, active_q),
                .sof = SPLIT_PCD_MEMBER(root, u_manchester_decoder, sof_q),
                .bit_valid = SPLIT_PCD_MEMBER(root, u_manchester_decoder, bit_valid_q),
                .eof = SPLIT_PCD_MEMBER(root, u_manchester_decoder, eof_q),
                .state = SPLIT_RECEIVER_MEMBER(root, state_q),
                .index = SPLIT_RECEIVER_MEMBER(root, index_q),
                .measure = SPLIT_RECEIVER_MEMBER(root, measure_q),
                .stretched = SPLIT_RECEIVER_MEMBER(root, stretched_q),
                .edge_valid = SPLIT_RECEIVER_MEMBER(root, edge_valid_q),
                .half_valid = SPLIT_RECEIVER_MEMBER(root, half_valid_q),
                .soc = SPLIT_RECEIVER_MEMBER(root, soc_q),
                .sum = SPLIT_RECEIVER_MEMBER(root, sum_q),
                .turn = SPLIT_RECEIVER_MEMBER(root, turn_q),
                .previous = SPLIT_RECEIVER_MEMBER(root, previous_q),
                .edge = SPLIT_RECEIVER_MEMBER(root, edge_q),
                .noise = SPLIT_RECEIVER_MEMBER(root, noise_q),
                .phase = SPLIT_STEPS_MEMBER(root, phase_q),
                .filled = SPLIT_STEPS_MEMBER(root, filled_q),
                .skip = SPLIT_STEPS_MEMBER(root, skip_q),
                .valid = SPLIT_STEPS_MEMBER(root, valid_q),
                .quiet = SPLIT_STEPS_MEMBER(root, quiet_q),
                .group = SPLIT_STEPS_MEMBER(root, sum_q),
                .last = SPLIT_STEPS_MEMBER(root, last_q),
                .older = SPLIT_STEPS_MEMBER(root, older_q),
                .step = SPLIT_STEPS_MEMBER(root, step_q)};
    }
    [[nodiscard]] AirLeap air_leap() {
        auto& root = radio_.root();
        return {.work = &root.sim_radio__DOT__u_sim_antenna__DOT__u_sim_air__DOT__work,
                .rest = &root.sim_radio__DOT__u_sim_antenna__DOT__u_sim_air__DOT__rest_q,
                .fading_step = &root.sim_radio__DOT__u_sim_antenna__DOT__fading_step_q};
    }
    [[nodiscard]] std::array<CardLeap, Cards> card_leaps() {
        auto& root = radio_.root();
        if constexpr (Cards == 1) {
            return {SPLIT_CARD_LEAP(root, 0)};
        } else {
            static_assert(Cards == 8);
            return {SPLIT_CARD_LEAP(root, 0), SPLIT_CARD_LEAP(root, 1), SPLIT_CARD_LEAP(root, 2),
                    SPLIT_CARD_LEAP(root, 3), SPLIT_CARD_LEAP(root, 4), SPLIT_CARD_LEAP(root, 5),
                    SPLIT_CARD_LEAP(root, 6), SPLIT_CARD_LEAP(root, 7)};
        }
    }

    [[nodiscard]] FreeCounters<Cards> counters() {
        auto& root = radio_.root();
        const PcdCounters pcd{
            &root.UNIT_MEMBER(sim_radio__DOT__u_top_pcd_radio, u_timer, tick_q),
            &root.UNIT_MEMBER(sim_radio__DOT__u_top_pcd_radio, u_timer, alarm_q),
            &root.UNIT_MEMBER(sim_radio__DOT__u_top_pcd_radio, u_timer, pending_q)};
        if constexpr (Cards == 1) {
            return {pcd, {SPLIT_CARD_COUNTERS(root, 0)}};
        } else {
            static_assert(Cards == 8);
            return {pcd,
                    {SPLIT_CARD_COUNTERS(root, 0), SPLIT_CARD_COUNTERS(root, 1),
                     SPLIT_CARD_COUNTERS(root, 2), SPLIT_CARD_COUNTERS(root, 3),
                     SPLIT_CARD_COUNTERS(root, 4), SPLIT_CARD_COUNTERS(root, 5),
                     SPLIT_CARD_COUNTERS(root, 6), SPLIT_CARD_COUNTERS(root, 7)}};
        }
    }

    Radio radio_;
    Bpsk bpsk_;
    Reader reader_;
    std::array<std::unique_ptr<Card>, Cards> cards_;
    std::array<std::unique_ptr<CardB>, Cards> b_;
    FreeCounters<Cards> counters_ = counters();
    EncodersLeap encoders_leap_ = encoders_leap();
    DecoderLeap decoder_leap_ = decoder_leap();
    AirLeap air_leap_ = air_leap();
    std::array<CardLeap, Cards> card_leaps_ = card_leaps();
    const SData* pcd_level_ =
        &radio_.root().sim_radio__DOT__u_sim_antenna__DOT__u_sim_air__DOT__pcd_level_o;
    const CData* present_ = &radio_.root().sim_radio__DOT__present_q;
    std::uint64_t logic_watch_ = 0;
    bool loading_ = false;
    bool bpsk_changed_ = true;
    bool reader_changed_ = true;
    std::uint32_t card_changed_ = ~0U;  ///< a bit a card
    std::uint32_t b_changed_ = ~0U;
    bool touched_ = true;  ///< an input of the radio was set
};

}  // namespace tb
