/// \file split_field.hpp
/// Reader, air and cards as several Verilated tops: sim_radio with all that counts ticks, a half of
/// the reader and of each card that acts on what is heard, and the decoder of answers in phases.
/// Those are computed only when they can change.
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
#include "Vsim_picc_logic.h"
#include "Vsim_picc_logic___024root.h"
#include "verilated/free_counters.hpp"
#include "verilated/pins.hpp"
#include "verilated/unit_member.hpp"

namespace tb {

/// One part that may sleep.
template <class Top, class Root>
class SleepingPart {
public:
    Top top;

    explicit SleepingPart(VerilatedContext* context) : top{context, ""} {}
    ~SleepingPart() { top.final(); }
    SleepingPart(const SleepingPart&) = delete;
    SleepingPart& operator=(const SleepingPart&) = delete;

    [[nodiscard]] bool awake() const { return awake_; }
    void wake() { awake_ = true; }

    /// A tick: `raise` raises the clocks, `lower` takes them back unseen.
    template <class Raise, class Lower>
    void tick(Raise raise, Lower lower) {
        const Root& root = *top.rootp;
        std::memcpy(before_.data(), static_cast<const void*>(&root), sizeof(Root));
        raise(top);
        top.eval();
        lower(top);
        awake_ = std::memcmp(before_.data(), static_cast<const void*>(&root), sizeof(Root)) != 0;
    }

private:
    bool awake_ = true;
    std::array<unsigned char, sizeof(Root)> before_{};
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

/// `Settle`: Verilator's eval_settle of the radio's root.
template <class Radio, class Root, void (*Settle)(Root*), unsigned Cards>
class SplitField {
public:
    static constexpr unsigned CardCount = Cards;

    SplitField(VerilatedContext& context, const std::string& /*fst*/)
        : radio_{&context, ""}, bpsk_{&context}, reader_{&context} {
        for (auto& card : cards_) card = std::make_unique<Card>(&context);
    }
    ~SplitField() { radio_.final(); }
    SplitField(const SplitField&) = delete;
    SplitField& operator=(const SplitField&) = delete;

    [[nodiscard]] Radio& air() { return radio_; }
    [[nodiscard]] Vsim_pcd_logic& reader() {
        reader_.wake();
        return reader_.top;
    }
    [[nodiscard]] Vsim_picc_logic& card(unsigned slot) {
        cards_[slot]->wake();
        return cards_[slot]->top;
    }
    [[nodiscard]] const Vsim_pcd_logic& reader() const { return reader_.top; }
    [[nodiscard]] const Vsim_picc_logic& card(unsigned slot) const { return cards_[slot]->top; }
    [[nodiscard]] static constexpr unsigned place(unsigned /*slot*/) { return 0; }

    void set_type_b(unsigned slot, bool type_b) {
        set_bits(radio_.type_b_i, slot, 1, type_b);
        card(slot).type_b_i = type_b;
    }
    void reset(bool on) {
        radio_.rst_ni = !on;
        bpsk_.top.rst_ni = !on;
        bpsk_.wake();
        reader().rst_ni = !on;
        for (unsigned i = 0; i < Cards; ++i) card(i).rst_ni = !on;
        settle();
    }
    void load_settings(bool on) {
        radio_.load_settings_i = on;
        for (unsigned i = 0; i < Cards; ++i) card(i).load_settings_i = on;
        loading_ = on;
    }
    void reset_card(unsigned slot) {
        set_bits(radio_.picc_rst_ni, slot, 1, 0);
        card(slot).picc_rst_ni = 0;
    }
    void release_cards() {
        set_bits(radio_.picc_rst_ni, 0, Cards, ~0U);
        for (unsigned i = 0; i < Cards; ++i) card(i).picc_rst_ni = 1;
    }

    /// What was set from outside reaches all that hangs on it.
    void settle() {
        radio_.eval();
        bpsk_.top.eval();
        reader_.top.eval();
        for (auto& card : cards_) card->top.eval();
        exchange();
    }

    [[nodiscard]] std::uint64_t watch() const { return radio_.watch_o | logic_watch_; }
    [[nodiscard]] bool quiet() const { return radio_.quiet_o != 0; }
    [[nodiscard]] static constexpr bool can_pass() { return true; }

    base::Tick pass(base::Tick most, std::uint64_t powered) {
        auto& root = *radio_.rootp;
        const base::Tick ticks = counters().pass(most, powered);
        if (ticks != 0) {
            Settle(&root);
            exchange();
        }
        return ticks;
    }

    /// One rising edge of either clock or both.
    void edge(bool pcd, bool picc) {
        if (pcd) radio_.clk_i = 1;
        if (picc) radio_.picc_clk_i = 1;
        radio_.eval();
        lower(radio_);
        if (pcd && bpsk_.awake()) {
            tick(bpsk_);
            bpsk_changed_ = true;
        }
        if (pcd && reader_.awake()) {
            tick(reader_);
            reader_changed_ = true;
        }
        for (unsigned i = 0; i < Cards; ++i) {
            Card& card = *cards_[i];
            if (!card.awake() || !(picc || loading_)) continue;
            card.tick(
                [pcd, picc](auto& top) {
                    top.clk_i = pcd;
                    top.picc_clk_i = picc;
                },
                [](auto& top) { lower(top); });
            card_changed_ |= 1U << i;
        }
        exchange();
    }

private:
    using Bpsk = SleepingPart<Vsim_bpsk, Vsim_bpsk___024root>;
    using Reader = SleepingPart<Vsim_pcd_logic, Vsim_pcd_logic___024root>;
    using Card = SleepingPart<Vsim_picc_logic, Vsim_picc_logic___024root>;

    /// Nothing looks at falling edges (see WholeField::edge).
    template <class Top>
    static void lower(Top& top) {
        top.clk_i = 0;
        top.picc_clk_i = 0;
        top.rootp->__Vtrigrprev__TOP__clk_i = 0;
        top.rootp->__Vtrigrprev__TOP__picc_clk_i = 0;
    }

    template <class Half>
    static void tick(Half& half) {
        half.tick([](auto& top) { top.clk_i = 1; },
                  [](auto& top) {
                      top.clk_i = 0;
                      top.rootp->__Vtrigrprev__TOP__clk_i = 0;
                  });
    }

    /// What a half hears reaches all that hangs on it.
    template <class Top>
    static void take_heard(Top& top) {
        top.heard_clk_i = 1;
        top.eval();
        top.heard_clk_i = 0;
        top.rootp->__Vtrigrprev__TOP__heard_clk_i = 0;
    }

    /// Hands on what the halves tell each other until all agree.
    void exchange() {
        if (reader_.awake() || reader_.top.selected_o != 0) {
            reader_.top.tick_i = radio_.tick_o;
            take_heard(reader_.top);
            reader_changed_ = true;
            if (reader_.top.selected_o != 0) reader_.wake();
        }
        for (;;) {
            hear();
            if (!say()) return;
            radio_.said_clk_i = 1;
            radio_.eval();
            radio_.said_clk_i = 0;
            radio_.rootp->__Vtrigrprev__TOP__said_clk_i = 0;
        }
    }

    void hear() {
        constexpr std::uint32_t Level = 0xFFF;
        constexpr std::uint32_t Index = 0x3F;
        const std::uint32_t heard = radio_.bpsk_heard_o;
        const bool listens = heard >> 15U != 0;
        if ((heard ^ bpsk_.top.heard_i) & (listens ? ~0U : ~Level)) {
            bpsk_.top.heard_i = static_cast<SData>(heard);
            bpsk_.top.eval();
            bpsk_.wake();
            bpsk_changed_ = true;
        }
        if (reader_.top.pcd_heard_i != radio_.pcd_heard_o) {
            reader_.top.pcd_heard_i = radio_.pcd_heard_o;
            reader_.top.tick_i = radio_.tick_o;
            take_heard(reader_.top);
            reader_.wake();
            reader_changed_ = true;
        }
        for (unsigned i = 0; i < Cards; ++i) {
            auto& top = cards_[i]->top;
            const std::uint32_t told = word_of(radio_.picc_heard_o, i);
            if (((top.picc_heard_i ^ told) & ~Index) == 0) continue;
            top.picc_heard_i = told;
            take_heard(top);
            cards_[i]->wake();
            card_changed_ |= 1U << i;
        }
    }

    /// True: there was something new.
    bool say() {
        if (!reader_changed_ && !bpsk_changed_ && card_changed_ == 0) return false;
        bool news = false;
        if (radio_.bpsk_told_i != bpsk_.top.told_o) {
            radio_.bpsk_told_i = bpsk_.top.told_o;
            news = true;
        }
        if (reader_changed_ && reader_.top.pcd_said_o != radio_.pcd_said_i) {
            radio_.pcd_said_i = reader_.top.pcd_said_o;
            news = true;
        }
        for (unsigned i = 0; i < Cards; ++i) {
            const std::uint32_t said = cards_[i]->top.picc_said_o;
            if (word_of(radio_.picc_said_i, i) == said) continue;
            set_word(radio_.picc_said_i, i, said);
            news = true;
        }
        bpsk_changed_ = false;
        reader_changed_ = false;
        card_changed_ = 0;
        watch_logic();
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

    [[nodiscard]] FreeCounters<Cards> counters() {
        auto& root = *radio_.rootp;
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
    std::array<std::unique_ptr<Card>, Cards> cards_{};
    std::uint64_t logic_watch_ = 0;
    bool loading_ = false;
    bool bpsk_changed_ = true;
    bool reader_changed_ = true;
    std::uint32_t card_changed_ = ~0U;  ///< a bit a card
};

}  // namespace tb
