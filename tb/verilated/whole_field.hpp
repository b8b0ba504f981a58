/// \file whole_field.hpp
/// Reader, air and cards as one Verilated top (sim_field), all of it computed in every tick. For
/// waveforms and for mutants; SplitField does the same in less time.
#pragma once

#include <verilated.h>
#include <verilated_fst_c.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "verilated/free_counters.hpp"
#include "verilated/pins.hpp"
#include "verilated/unit_member.hpp"

namespace tb {

#ifdef CARTOUCHE_MUTANTS
inline constexpr bool ClocksHaveNames = false;
#else
inline constexpr bool ClocksHaveNames = true;
#endif

#define WHOLE_CARD_MEMBER(root, i, unit, name) \
    &(root).UNIT_MEMBER(sim_field__DOT__g_card__BRA__##i##__KET____DOT__u_top_picc, unit, name)
#define WHOLE_CARD_COUNTERS(root, i)                                                             \
    CardCounters {                                                                               \
        WHOLE_CARD_MEMBER(root, i, UNIT_PATH(u_top_picc_radio, u_crypto1_nonce), divider_q),     \
            WHOLE_CARD_MEMBER(root, i, UNIT_PATH(u_top_picc_radio, u_crypto1_nonce), lfsr_q),    \
            WHOLE_CARD_MEMBER(root, i, UNIT_PATH(u_top_picc_radio, u_frame_fdt_timer), ticks_q), \
            WHOLE_CARD_MEMBER(                                                                   \
                root, i,                                                                         \
                UNIT_PATH(u_top_picc_logic,                                                      \
                          UNIT_PATH(g_block, UNIT_PATH(u_top_block, u_block_engine))),           \
                state_q)                                                                         \
    }

template <class Root, unsigned Cards>
FreeCounters<Cards> whole_counters(Root& root) {
    const PcdCounters pcd{
        &root.UNIT_MEMBER(sim_field__DOT__u_top_pcd, UNIT_PATH(u_top_pcd_radio, u_timer), tick_q),
        &root.UNIT_MEMBER(sim_field__DOT__u_top_pcd, UNIT_PATH(u_top_pcd_radio, u_timer), alarm_q),
        &root.UNIT_MEMBER(sim_field__DOT__u_top_pcd, UNIT_PATH(u_top_pcd_radio, u_timer),
                          pending_q)};
    if constexpr (Cards == 1) {
        return {pcd, {WHOLE_CARD_COUNTERS(root, 0)}};
    } else {
        static_assert(Cards == 8);
        return {pcd,
                {WHOLE_CARD_COUNTERS(root, 0), WHOLE_CARD_COUNTERS(root, 1),
                 WHOLE_CARD_COUNTERS(root, 2), WHOLE_CARD_COUNTERS(root, 3),
                 WHOLE_CARD_COUNTERS(root, 4), WHOLE_CARD_COUNTERS(root, 5),
                 WHOLE_CARD_COUNTERS(root, 6), WHOLE_CARD_COUNTERS(root, 7)}};
    }
}

/// `Settle`: Verilator's eval_settle of the top's root. `Traced`: the top can write a waveform.
template <class Top, class Root, void (*Settle)(Root*), unsigned Cards, bool Traced>
class WholeField {
public:
    static constexpr unsigned CardCount = Cards;

    /// `fst`: file to which a waveform goes; empty for none.
    WholeField(VerilatedContext& context, const std::string& fst) : top_{&context, ""} {
        if constexpr (Traced) {
            if (fst.empty()) return;
            trace_ = std::make_unique<VerilatedFstC>();
            trace_->set_time_unit("1ps");
            trace_->set_time_resolution("1ps");
            top_.trace(trace_.get(), 99);
            trace_->open(fst.c_str());
            if (!trace_->isOpen()) throw std::runtime_error{fst + ": cannot be written"};
        }
    }
    ~WholeField() { top_.final(); }
    WholeField(const WholeField&) = delete;
    WholeField& operator=(const WholeField&) = delete;

    // The tops whose ports have to do with the air, the reader's bus, card `slot`; and the place of
    // that card's bits among those of others.
    [[nodiscard]] Top& air() { return top_; }
    [[nodiscard]] const Top& air() const { return top_; }
    [[nodiscard]] Top& reader() { return top_; }
    [[nodiscard]] Top& card(unsigned /*slot*/) { return top_; }
    [[nodiscard]] const Top& reader() const { return top_; }
    [[nodiscard]] const Top& card(unsigned /*slot*/) const { return top_; }
    [[nodiscard]] static constexpr unsigned place(unsigned slot) { return slot; }

    void set_type_b(unsigned slot, bool type_b) { set_bits(top_.type_b_i, slot, 1, type_b); }
    void reset(bool on) { top_.rst_ni = !on; }
    void load_settings(bool on) { top_.load_settings_i = on; }
    void reset_card(unsigned slot) { set_bits(top_.picc_rst_ni, slot, 1, 0); }
    void release_cards() { set_bits(top_.picc_rst_ni, 0, Cards, ~0U); }
    void settle() { top_.eval(); }

    [[nodiscard]] std::uint64_t watch() const { return top_.watch_o; }
    [[nodiscard]] bool quiet() const { return top_.quiet_o != 0; }
    [[nodiscard]] bool can_pass() const {
        if constexpr (Traced) return trace_ == nullptr;
        return true;
    }

    base::Tick pass(base::Tick most, std::uint64_t powered) {
        auto& root = *top_.rootp;
        const base::Tick ticks = whole_counters<Root, Cards>(root).pass(most, powered);
        // What hangs on a counter that was written from here is computed anew. (Verilator would do
        // it by itself for a counter that it knows to be written: before every tick.)
        if (ticks != 0) Settle(&root);
        return ticks;
    }

    /// Nothing within exchanges (see SplitField).
    [[nodiscard]] static constexpr base::Tick leap(base::Tick /*most*/, std::uint64_t /*powered*/) {
        return 0;
    }
    static constexpr void check_leaps() {}
    [[nodiscard]] static constexpr unsigned wrong_leaps() { return 0; }

    /// One rising edge of either clock or both.
    void edge(bool pcd, bool picc) {
        if (pcd) top_.clk_i = 1;
        if (picc) top_.picc_clk_i = 1;
        top_.eval();
        top_.clk_i = 0;
        top_.picc_clk_i = 0;
        if constexpr (Traced) {
            if (trace_ != nullptr) {
                dump();
                top_.eval();
                dump();
                return;
            }
        }
        if constexpr (!ClocksHaveNames) {
            top_.eval();  // a netlist's clocks have names of their own
        } else {
            // Nothing in the design looks at falling edges: telling Verilator that it has seen the
            // clocks low saves the evaluation of half a tick.
            top_.rootp->__Vtrigrprev__TOP__clk_i = 0;
            top_.rootp->__Vtrigrprev__TOP__picc_clk_i = 0;
        }
    }

private:
    static constexpr std::uint64_t PicosecondsPerTick = 73'746;

    struct NoWave {};  // a top without one must not need Verilator's code for it

    void dump() {
        trace_->dump(time_);
        time_ += PicosecondsPerTick / 2;
    }

    Top top_;
    std::conditional_t<Traced, std::unique_ptr<VerilatedFstC>, NoWave> trace_;
    std::uint64_t time_ = 0;
};

}  // namespace tb
