#include "verilated/field_sim.hpp"

#include <verilated.h>

#include <stdexcept>
#include <string>
#include <utility>

#ifdef CARTOUCHE_MUTANTS
#include "Vsim_field_1.h"
#include "Vsim_field_1___024root.h"
#include "Vsim_field_8.h"
#include "Vsim_field_8___024root.h"
#else
#include "Vsim_field_1_fst.h"
#include "Vsim_field_1_fst___024root.h"
#include "Vsim_field_8_fst.h"
#include "Vsim_field_8_fst___024root.h"
#include "Vsim_radio_1.h"
#include "Vsim_radio_1___024root.h"
#include "Vsim_radio_8.h"
#include "Vsim_radio_8___024root.h"
#include "verilated/split_field.hpp"
DECLARE_CLOCKED_TOP(Vsim_radio_1);
DECLARE_CLOCKED_TOP(Vsim_radio_8);
#endif
#include "verilated/coverage.hpp"
#include "verilated/whole_field.hpp"

// Verilator's own, declared nowhere.
#define EVAL_SETTLE(top) top##___024root___eval_settle
#define DECLARE_EVAL_SETTLE(top) void EVAL_SETTLE(top)(top##___024root*)
#ifdef CARTOUCHE_MUTANTS
DECLARE_EVAL_SETTLE(Vsim_field_1);
DECLARE_EVAL_SETTLE(Vsim_field_8);
#else
DECLARE_EVAL_SETTLE(Vsim_field_1_fst);
DECLARE_EVAL_SETTLE(Vsim_field_8_fst);
DECLARE_EVAL_SETTLE(Vsim_radio_1);
DECLARE_EVAL_SETTLE(Vsim_radio_8);
#endif

namespace tb {

namespace {

/// `Field`: WholeField or SplitField.
template <class Field>
class FieldSimOf final : public FieldSim {
public:
    explicit FieldSimOf(const std::string& fst) : field_{*lenient(context_.get()), fst} {
        field_.reset(false);
        field_.settle();
        field_.reset(true);
        for (int i = 0; i < 4; ++i) field_.edge(true, true);
        field_.reset(false);
        field_.release_cards();
    }

    ~FieldSimOf() override {
        enter();
        save_coverage(*Verilated::threadContextp());
    }
    FieldSimOf(const FieldSimOf&) = delete;
    FieldSimOf& operator=(const FieldSimOf&) = delete;

    void run(base::Tick until) override {
        enter();
        if (settings_changed_) {
            field_.load_settings(true);
            step();
            field_.load_settings(false);
            settings_changed_ = false;
            // Only now does a new card see its own settings: it takes its seeds as it leaves reset.
            field_.release_cards();
            field_.settle();
            if (changed()) return;
        }
        if (clock_ != nullptr || probe_) {
            while (now_ < until) {
                step();
                if (changed()) return;
            }
            return;
        }
        // An input set before this call has reached everything after so many ticks.
        constexpr unsigned InputTicks = 4;
        const bool can_pass = skip_ && field_.can_pass();
        const std::uint64_t watch = watch_;
        base::Tick now = now_;
        base::Tick awake = now + InputTicks;
        while (now < until) {
            field_.edge(true, true);
            ++now;
            if (field_.watch() != watch) break;
            if (!can_pass || now <= awake) continue;
            base::Tick passed = 0;
            if (field_.quiet()) {
                passed = field_.pass(until - now, watch >> WatchPoweredShift);
                // Near an alarm nothing can be passed over for a while.
                awake = now + InputTicks;
            } else {
                passed = field_.leap(until - now, watch >> WatchPoweredShift);
            }
            if (passed == 0) continue;
            now += passed + slip_;
            awake = now + 1;
            skipped_ += passed;
            if (field_.watch() != watch) break;
        }
        now_ = now;
        watch_ = field_.watch();
    }

    void check_leaps() override { field_.check_leaps(); }

    [[nodiscard]] unsigned cards() const override { return Field::CardCount; }

    void set_air(const AirSettings& s) override {
        auto& t = field_.air();
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
        field_.reset(true);
        field_.load_settings(true);
        field_.edge(true, true);
        field_.edge(true, true);
        field_.load_settings(false);
        field_.reset(false);
    }

    void set_card(unsigned slot, const port::CardProfile& p) override {
        auto& t = field_.card(slot);
        const unsigned place = field_.place(slot);
        for (unsigned i = 0; i < p.uid.size(); ++i)
            set_bits(t.uid_i, 80 * place + 8 * i, 8, p.uid[i]);
        const unsigned size = p.uid.size() == 4 ? 0 : p.uid.size() == 7 ? 1 : 2;
        set_bits(t.uid_size_i, 2 * place, 2, size);
        set_bits(t.atqa_i, 16 * place, 16, p.atqa);
        set_bits(t.sak_i, 8 * place, 8, p.sak);
        field_.set_type_b(slot, p.technology == port::Technology::B);
        set_bits(t.afi_i, 8 * place, 8, p.afi);
        for (unsigned i = 0; i < p.atqb.size(); ++i)
            set_bits(t.atqb_i, 56 * place + 8 * i, 8, p.atqb[i]);
        set_bits(t.kind_i, 3 * place, 3, static_cast<unsigned>(p.kind));  // as in nfc_pkg::kind_e
        set_bits(t.random_uid_i, place, 1, p.random_uid);
        set_bits(t.nak_silent_i, place, 1, p.nak_silent);
        set_bits(t.nonce_unpredictable_i, place, 1, p.nonce_unpredictable);
        set_bits(field_.air().prng_seed_i, 16 * slot, 16, p.prng_seed);
        set_bits(t.nonce_seed_i, 32 * place, 32, p.nonce_seed);
        settings_changed_ = true;
    }

    void set_present(unsigned slot, bool present) override {
        set_bits(field_.air().present_i, slot, 1, present);
        field_.reset_card(slot);
        field_.settle();
        settings_changed_ = true;
    }

    void set_card_clock(CardClock* clock) override {
        clock_ = clock;
        field_.air().warp_i = clock != nullptr;
    }

    void set_cut(bool cut) override { field_.air().cut_i = cut; }
    void set_mute(bool mute) override { field_.air().mute_i = mute; }
    void set_pause(bool pause) override { field_.air().inject_pause_i = pause; }
    void set_load(unsigned slot, bool load) override {
        set_bits(field_.air().inject_load_i, slot, 1, load);
    }

    void set_bus(const Bus& bus) override {
        auto& t = field_.reader();
        t.psel_i = bus.select;
        t.penable_i = bus.enable;
        t.pwrite_i = bus.write;
        t.paddr_i = bus.address;
        t.pwdata_i = bus.data;
    }
    [[nodiscard]] std::uint32_t read_data() const override {
        return std::as_const(field_).reader().prdata_o;
    }

    [[nodiscard]] StoreRequest store_request(unsigned slot) const override {
        const auto& t = std::as_const(field_).card(slot);
        const unsigned place = field_.place(slot);
        return {get_bits(t.store_op_o, 2 * place, 2),
                static_cast<port::BlockAddress>(get_bits(t.store_block_o, 9 * place, 9)),
                get_bits(t.store_offset_o, 4 * place, 4),
                static_cast<std::uint8_t>(get_bits(t.store_wdata_o, 8 * place, 8))};
    }
    void set_store_answer(unsigned slot, bool ready, std::uint8_t data, bool error) override {
        auto& t = field_.card(slot);
        const unsigned place = field_.place(slot);
        set_bits(t.store_ready_i, place, 1, ready);
        set_bits(t.store_rdata_i, 8 * place, 8, data);
        set_bits(t.store_error_i, place, 1, error);
    }

    void start_host_access(unsigned slot, const HostAccess& access) override {
        auto& t = field_.card(slot);
        const unsigned place = field_.place(slot);
        set_bits(t.host_write_i, place, 1, access.write);
        set_bits(t.host_address_i, 8 * place, 8, access.address);
        set_bits(t.host_wdata_i, 8 * place, 8, access.data);
        set_bits(t.host_call_i, place, 1, 1U ^ get_bits(t.host_done_o, place, 1));
    }
    [[nodiscard]] bool host_access_over(unsigned slot) const override {
        const auto& t = std::as_const(field_).card(slot);
        const unsigned place = field_.place(slot);
        return get_bits(t.host_call_i, place, 1) == get_bits(t.host_done_o, place, 1);
    }
    [[nodiscard]] std::uint8_t host_data(unsigned slot) const override {
        return static_cast<std::uint8_t>(
            get_bits(std::as_const(field_).card(slot).host_rdata_o, 8 * field_.place(slot), 8));
    }

    [[nodiscard]] unsigned errors() const override {
        return static_cast<unsigned>(context_->errorCount()) + field_.wrong_leaps();
    }

private:
    /// Verilator reports to the context of the thread: with several worlds the one that runs must
    /// say so.
    void enter() { Verilated::threadContextp(context_.get()); }

    /// One tick with all that may be special about it.
    void step() {
        if (clock_ == nullptr) {
            field_.edge(true, true);
            ++now_;
        } else {
            field_.edge(true, false);
            ++now_;
            clock_->tick(now_, std::as_const(field_).air().picc_level_o,
                         (field_.watch() & WatchPause) != 0, [this](std::uint8_t level) {
                             field_.air().warp_level_i = level;
                             field_.edge(false, true);
                         });
        }
        if (probe_) probe_(now_, std::as_const(field_).air().picc_level_o);
    }

    bool changed() {
        const std::uint64_t watch = field_.watch();
        const bool change = watch != watch_;
        watch_ = watch;
        return change;
    }

    static VerilatedContext* lenient(VerilatedContext* context) {
        context->fatalOnError(false);
        context->errorLimit(1'000'000);
        context->traceEverOn(true);
        return context;
    }

    std::unique_ptr<VerilatedContext> context_ = std::make_unique<VerilatedContext>();
    Field field_;
    CardClock* clock_ = nullptr;
    bool settings_changed_ = false;
};

#define WHOLE_FIELD(top, cards, traced) \
    FieldSimOf<WholeField<top, top##___024root, EVAL_SETTLE(top), cards, traced>>
#define SPLIT_FIELD(top, cards) FieldSimOf<SplitField<CLOCKED_TOP(top), &EVAL_SETTLE(top), cards>>

}  // namespace

std::unique_ptr<FieldSim> FieldSim::make(unsigned cards, Computing computing,
                                         const std::string& fst) {
    if (cards != 1 && cards != 8) throw std::invalid_argument{"FieldSim: 1 or 8 cards"};
#ifdef CARTOUCHE_MUTANTS
    static_cast<void>(computing);
    if (!fst.empty()) throw std::invalid_argument{"FieldSim: mutants leave no waveforms"};
    if (cards == 1) return std::make_unique<WHOLE_FIELD(Vsim_field_1, 1, false)>(fst);
    return std::make_unique<WHOLE_FIELD(Vsim_field_8, 8, false)>(fst);
#else
    if (computing == Computing::All || !fst.empty()) {
        if (cards == 1) return std::make_unique<WHOLE_FIELD(Vsim_field_1_fst, 1, true)>(fst);
        return std::make_unique<WHOLE_FIELD(Vsim_field_8_fst, 8, true)>(fst);
    }
    if (cards == 1) return std::make_unique<SPLIT_FIELD(Vsim_radio_1, 1)>(fst);
    return std::make_unique<SPLIT_FIELD(Vsim_radio_8, 8)>(fst);
#endif
}

}  // namespace tb
