#include "verilated/field_sim.hpp"

#include <verilated.h>
#include <verilated_fst_c.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "Vsim_field_1.h"
#include "Vsim_field_1___024root.h"
#include "Vsim_field_8.h"
#include "Vsim_field_8___024root.h"
#include "verilated/coverage.hpp"
#include "verilated/unit_member.hpp"
#ifndef CARTOUCHE_MUTANTS
#include "Vsim_field_1_fst.h"
#include "Vsim_field_8_fst.h"
#endif

// Verilator's own, declared nowhere.
void Vsim_field_1___024root___eval_settle(Vsim_field_1___024root*);
void Vsim_field_8___024root___eval_settle(Vsim_field_8___024root*);

namespace tb {

namespace {

constexpr std::uint64_t PicosecondsPerTick = 73'746;

/// Writes `width` (up to 32) bits of a port from bit `lsb` on, whatever type Verilator gave it.
template <class Port>
void set_bits(Port& port, unsigned lsb, unsigned width, std::uint32_t value) {
    if constexpr (std::is_integral_v<Port>) {
        const std::uint64_t mask = ((1ULL << width) - 1) << lsb;
        port = static_cast<Port>((port & ~mask) | ((std::uint64_t{value} << lsb) & mask));
    } else {
        for (unsigned i = 0; i < width; ++i) {
            const std::uint32_t bit = 1U << ((lsb + i) % 32);
            std::uint32_t& word = port[(lsb + i) / 32];
            word = (value >> i) & 1U ? word | bit : word & ~bit;
        }
    }
}

template <class Port>
std::uint32_t get_bits(const Port& port, unsigned lsb, unsigned width) {
    if constexpr (std::is_integral_v<Port>) {
        return static_cast<std::uint32_t>((std::uint64_t{port} >> lsb) & ((1ULL << width) - 1));
    } else {
        std::uint32_t value = 0;
        for (unsigned i = 0; i < width; ++i)
            value |= ((port[(lsb + i) / 32] >> ((lsb + i) % 32)) & 1U) << i;
        return value;
    }
}

/// The counters of a card that run freely (docs/rooms.md, top_picc).
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

#ifdef CARTOUCHE_MUTANTS
constexpr bool ClocksHaveNames = false;
#else
constexpr bool ClocksHaveNames = true;
#endif
#define CARD_MEMBER(root, i, unit, name) \
    &(root).UNIT_MEMBER(sim_field__DOT__g_card__BRA__##i##__KET____DOT__u_top_picc, unit, name)
#define CARD_COUNTERS(root, i)                                                             \
    CardCounters {                                                                         \
        CARD_MEMBER(root, i, u_crypto1_nonce, divider_q),                                  \
            CARD_MEMBER(root, i, u_crypto1_nonce, lfsr_q),                                 \
            CARD_MEMBER(root, i, u_frame_fdt_timer, ticks_q),                              \
            CARD_MEMBER(root, i, UNIT_PATH(g_block, u_top_block, u_block_engine), state_q) \
    }

std::array<CardCounters, 1> counters_of(Vsim_field_1___024root& root) {
    return {CARD_COUNTERS(root, 0)};
}
std::array<CardCounters, 8> counters_of(Vsim_field_8___024root& root) {
    return {CARD_COUNTERS(root, 0), CARD_COUNTERS(root, 1), CARD_COUNTERS(root, 2),
            CARD_COUNTERS(root, 3), CARD_COUNTERS(root, 4), CARD_COUNTERS(root, 5),
            CARD_COUNTERS(root, 6), CARD_COUNTERS(root, 7)};
}

/// What hangs on a counter that was written from here is computed anew. (Verilator would do it by
/// itself for a counter that it knows to be written: before every tick.)
void settle(Vsim_field_1___024root& root) { Vsim_field_1___024root___eval_settle(&root); }
void settle(Vsim_field_8___024root& root) { Vsim_field_8___024root___eval_settle(&root); }

template <class Top, unsigned Cards, bool Traced>
class FieldSimOf final : public FieldSim {
public:
    explicit FieldSimOf(const std::string& fst) {
        context_->fatalOnError(false);
        context_->errorLimit(1'000'000);
        context_->traceEverOn(Traced);
        top_ = std::make_unique<Top>(context_.get(), "");
        if constexpr (Traced) {
            trace_ = std::make_unique<VerilatedFstC>();
            trace_->set_time_unit("1ps");
            trace_->set_time_resolution("1ps");
            top_->trace(trace_.get(), 99);
            trace_->open(fst.c_str());
            if (!trace_->isOpen()) throw std::runtime_error{fst + ": cannot be written"};
        }
        top_->rst_ni = 1;
        top_->eval();
        top_->rst_ni = 0;
        for (int i = 0; i < 4; ++i) edge(true, true);
        top_->rst_ni = 1;
        set_bits(top_->picc_rst_ni, 0, Cards, ~0U);
    }

    ~FieldSimOf() override {
        enter();
        if constexpr (Traced) trace_->close();
        top_->final();
        save_coverage(*Verilated::threadContextp());
    }

    void run(base::Tick until) override {
        enter();
        if (settings_changed_) {
            top_->load_settings_i = 1;
            step();
            top_->load_settings_i = 0;
            settings_changed_ = false;
            // Only now does a new card see its own settings: it takes its seeds as it leaves reset.
            set_bits(top_->picc_rst_ni, 0, Cards, ~0U);
            top_->eval();
            if (changed()) return;
        }
        if (clock_ != nullptr || probe_ || Traced) {
            while (now_ < until) {
                step();
                if (changed()) return;
            }
            return;
        }
        // An input set before this call has reached everything after so many ticks.
        constexpr unsigned InputTicks = 4;
        Top& top = *top_;
        const std::uint64_t watch = watch_;
        base::Tick now = now_;
        base::Tick awake = now + InputTicks;
        while (now < until) {
            edge(true, true);
            ++now;
            if (top.watch_o != watch) break;
            if (top.quiet_o != 0 && now > awake) {
                now += pass(until - now);
                // Near an alarm nothing can be passed over for a while.
                awake = now + InputTicks;
            }
        }
        now_ = now;
        watch_ = top.watch_o;
    }

    [[nodiscard]] unsigned cards() const override { return Cards; }

    void set_air(const AirSettings& s) override {
        Top& t = *top_;
        t.unmodulated_i = s.unmodulated;
        t.peak_i = s.peak;
        t.residual_i = s.residual;
        for (unsigned i = 0; i < s.fast_residual.size(); ++i)
            t.fast_residual_i[i] = s.fast_residual[i];
        t.shallow_level_i = s.shallow;
        t.fall_i = s.fall;
        t.rise_i = s.rise;
        t.pcd_drop_i = s.pcd_drop;
        t.picc_drop_i = s.picc_drop;
        t.fading_step_i = s.fading_step;
        t.fading_depth_i = s.fading_depth;
        t.noise_i = s.noise;
        t.noise_seed_i = s.noise_seed;
        // The noise generator takes its seed in reset.
        t.rst_ni = 0;
        t.load_settings_i = 1;
        edge(true, true);
        edge(true, true);
        t.load_settings_i = 0;
        t.rst_ni = 1;
    }

    void set_card(unsigned slot, const port::CardProfile& p) override {
        Top& t = *top_;
        for (unsigned i = 0; i < p.uid.size(); ++i)
            set_bits(t.uid_i, 80 * slot + 8 * i, 8, p.uid[i]);
        const unsigned size = p.uid.size() == 4 ? 0 : p.uid.size() == 7 ? 1 : 2;
        set_bits(t.uid_size_i, 2 * slot, 2, size);
        set_bits(t.atqa_i, 16 * slot, 16, p.atqa);
        set_bits(t.sak_i, 8 * slot, 8, p.sak);
        set_bits(t.type_b_i, slot, 1, p.technology == port::Technology::B);
        set_bits(t.afi_i, 8 * slot, 8, p.afi);
        for (unsigned i = 0; i < p.atqb.size(); ++i)
            set_bits(t.atqb_i, 56 * slot + 8 * i, 8, p.atqb[i]);
        set_bits(t.kind_i, 3 * slot, 3, static_cast<unsigned>(p.kind));  // as in nfc_pkg::kind_e
        set_bits(t.random_uid_i, slot, 1, p.random_uid);
        set_bits(t.nak_silent_i, slot, 1, p.nak_silent);
        set_bits(t.nonce_unpredictable_i, slot, 1, p.nonce_unpredictable);
        set_bits(t.prng_seed_i, 16 * slot, 16, p.prng_seed);
        set_bits(t.nonce_seed_i, 32 * slot, 32, p.nonce_seed);
        settings_changed_ = true;
    }

    void set_present(unsigned slot, bool present) override {
        set_bits(top_->present_i, slot, 1, present);
        set_bits(top_->picc_rst_ni, slot, 1, 0);
        top_->eval();
        settings_changed_ = true;
    }

    void set_card_clock(CardClock* clock) override {
        clock_ = clock;
        top_->warp_i = clock != nullptr;
    }

    void set_cut(bool cut) override { top_->cut_i = cut; }
    void set_mute(bool mute) override { top_->mute_i = mute; }
    void set_pause(bool pause) override { top_->inject_pause_i = pause; }
    void set_load(unsigned slot, bool load) override {
        set_bits(top_->inject_load_i, slot, 1, load);
    }

    void set_bus(const Bus& bus) override {
        top_->psel_i = bus.select;
        top_->penable_i = bus.enable;
        top_->pwrite_i = bus.write;
        top_->paddr_i = bus.address;
        top_->pwdata_i = bus.data;
    }
    [[nodiscard]] std::uint32_t read_data() const override { return top_->prdata_o; }

    [[nodiscard]] StoreRequest store_request(unsigned slot) const override {
        return {get_bits(top_->store_op_o, 2 * slot, 2),
                static_cast<port::BlockAddress>(get_bits(top_->store_block_o, 9 * slot, 9)),
                get_bits(top_->store_offset_o, 4 * slot, 4),
                static_cast<std::uint8_t>(get_bits(top_->store_wdata_o, 8 * slot, 8))};
    }
    void set_store_answer(unsigned slot, bool ready, std::uint8_t data, bool error) override {
        set_bits(top_->store_ready_i, slot, 1, ready);
        set_bits(top_->store_rdata_i, 8 * slot, 8, data);
        set_bits(top_->store_error_i, slot, 1, error);
    }

    void start_host_access(unsigned slot, const HostAccess& access) override {
        set_bits(top_->host_write_i, slot, 1, access.write);
        set_bits(top_->host_address_i, 8 * slot, 8, access.address);
        set_bits(top_->host_wdata_i, 8 * slot, 8, access.data);
        set_bits(top_->host_call_i, slot, 1, 1U ^ get_bits(top_->host_done_o, slot, 1));
    }
    [[nodiscard]] bool host_access_over(unsigned slot) const override {
        return get_bits(top_->host_call_i, slot, 1) == get_bits(top_->host_done_o, slot, 1);
    }
    [[nodiscard]] std::uint8_t host_data(unsigned slot) const override {
        return static_cast<std::uint8_t>(get_bits(top_->host_rdata_o, 8 * slot, 8));
    }

    [[nodiscard]] unsigned errors() const override {
        return static_cast<unsigned>(context_->errorCount());
    }

private:
    /// Verilator reports to the context of the thread: with several worlds the one that runs must
    /// say so.
    void enter() { Verilated::threadContextp(context_.get()); }

    /// Passes over up to `most` ticks, all of them quiet; returns how many.
    base::Tick pass(base::Tick most) {
        if constexpr (Traced) {
            static_cast<void>(most);
            return 0;
        } else {
            auto& root = *top_->rootp;
            constexpr base::Tick Margin = 4;  // before the reader's alarm
            if (!skip_ || root.UNIT_MEMBER(sim_field__DOT__u_top_pcd, u_timer, pending_q) != 0)
                return 0;
            auto& tick = root.UNIT_MEMBER(sim_field__DOT__u_top_pcd, u_timer, tick_q);
            const auto to_alarm = static_cast<std::int32_t>(
                root.UNIT_MEMBER(sim_field__DOT__u_top_pcd, u_timer, alarm_q) - tick);
            if (to_alarm > 0) {
                const auto ticks = static_cast<base::Tick>(to_alarm);
                most = std::min(most, ticks > Margin ? ticks - Margin : 0);
            }
            const auto cards = counters_of(root);
            for (const CardCounters& card : cards) most = std::min(most, card.most());
            // The reader's receiver counts samples in fours.
            most -= most % 4;
            if (most == 0) return 0;
            tick += static_cast<IData>(most);
            for (unsigned i = 0; i < Cards; ++i)
                if ((watch_ >> (WatchPoweredShift + i) & 1U) != 0) cards[i].pass(most);
            settle(root);
            skipped_ += most;
            return most;
        }
    }

    /// One rising edge of either clock or both.
    void edge(bool pcd, bool picc) {
        Top& top = *top_;
        if (pcd) top.clk_i = 1;
        if (picc) top.picc_clk_i = 1;
        top.eval();
        top.clk_i = 0;
        top.picc_clk_i = 0;
        if constexpr (Traced) {
            trace_->dump(time_);
            time_ += PicosecondsPerTick / 2;
            top.eval();
            trace_->dump(time_);
            time_ += PicosecondsPerTick / 2;
        } else if constexpr (!ClocksHaveNames) {
            top.eval();  // a netlist's clocks have names of their own
        } else {
            // Nothing in the design looks at falling edges: telling Verilator that it has seen the
            // clocks low saves the evaluation of half a tick.
            top.rootp->__Vtrigrprev__TOP__clk_i = 0;
            top.rootp->__Vtrigrprev__TOP__picc_clk_i = 0;
        }
    }

    /// One tick with all that may be special about it.
    void step() {
        Top& top = *top_;
        if (clock_ == nullptr) {
            edge(true, true);
            ++now_;
        } else {
            edge(true, false);
            ++now_;
            clock_->tick(now_, top.picc_level_o, (top.watch_o & WatchPause) != 0,
                         [this, &top](std::uint8_t level) {
                             top.warp_level_i = level;
                             edge(false, true);
                         });
        }
        if (probe_) probe_(now_, top.picc_level_o);
    }

    bool changed() {
        const std::uint64_t watch = top_->watch_o;
        const bool change = watch != watch_;
        watch_ = watch;
        return change;
    }

    std::unique_ptr<VerilatedContext> context_ = std::make_unique<VerilatedContext>();
    std::unique_ptr<Top> top_;
    struct NoTrace {};
    std::unique_ptr<std::conditional_t<Traced, VerilatedFstC, NoTrace>> trace_;
    std::uint64_t time_ = 0;
    CardClock* clock_ = nullptr;
    bool settings_changed_ = false;
};

}  // namespace

std::unique_ptr<FieldSim> FieldSim::make(unsigned cards, const std::string& fst) {
    if (cards != 1 && cards != 8) throw std::invalid_argument{"FieldSim: 1 or 8 cards"};
#ifdef CARTOUCHE_MUTANTS
    if (!fst.empty()) throw std::invalid_argument{"FieldSim: mutants leave no waveforms"};
#else
    if (!fst.empty()) {
        if (cards == 1) return std::make_unique<FieldSimOf<Vsim_field_1_fst, 1, true>>(fst);
        return std::make_unique<FieldSimOf<Vsim_field_8_fst, 8, true>>(fst);
    }
#endif
    if (cards == 1) return std::make_unique<FieldSimOf<Vsim_field_1, 1, false>>(fst);
    return std::make_unique<FieldSimOf<Vsim_field_8, 8, false>>(fst);
}

}  // namespace tb
