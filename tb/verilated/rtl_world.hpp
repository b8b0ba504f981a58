/// \file rtl_world.hpp
/// port::World on the RTL: reader, air and cards as one Verilated top.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/pcd_driver.hpp"
#include "port/world.hpp"
#include "verilated/air_monitor.hpp"
#include "verilated/card_host.hpp"
#include "verilated/field_sim.hpp"

namespace tb {

struct RtlOptions {
    unsigned cards = 1;          ///< RTL cards simulated, 1 or 8: slots 0 to cards-1 take them
    std::string fst{};           ///< file for a waveform of both sides; empty: none
    unsigned load_permille = 0;  ///< finer than AirProfile::load, whose place it takes unless 0
    bool skip = true;            ///< pass over ticks in which nothing happens; false: compute each
    base::Tick slip = 0;         ///< see FieldSim::set_slip
    bool check_leaps = false;    ///< see FieldSim::check_leaps
    FieldSim::Computing computing = FieldSim::Computing::Needed;
    bool comparator = false;  ///< the cards see 0 or 255 instead of samples of the level
};

/// Ticks of the world are those of the reader. Scripted cards take any free slot.
///
/// Errors: what breaks a rule of port::World throws std::invalid_argument before anything happens.
class RtlWorld final : public port::World {
public:
    RtlWorld(const port::AirProfile& air, const RtlOptions& options);
    ~RtlWorld() override;

    void field(bool on, base::Tick at) override;
    port::Answer exchange(const port::Request& request) override;
    port::AuthAnswer authenticate(const port::AuthRequest& request) override;
    void crypto1_off() override;
    [[nodiscard]] bool crypto1_on() const override;
    void wait_until(base::Tick at) override;
    [[nodiscard]] base::Tick now() const override;

    void place(unsigned slot, const port::CardProfile& profile, port::StorePort& store) override;
    void place(unsigned slot, port::ScriptedCard& card) override;
    void remove(unsigned slot) override;
    void cut_power(base::Tick at) override;
    port::Answer pauses(const std::vector<base::Tick>& starts, base::Tick timeout) override;
    port::Answer edges(const std::vector<base::Tick>& edges, base::Tick timeout) override;
    void observe(port::FrameObserver* observer) override;

    // ---- Beyond port::World, for tests of the air itself ----

    /// One dip of the carrier from tick `start` on, for `ticks`.
    void dip(base::Tick start, base::Tick ticks);
    /// Subcarrier of no card on the air, from tick `start` on, for `ticks`.
    void stray_load(base::Tick start, base::Tick ticks);
    /// Ticks the cards' clock loses in each of the following pauses, in turn.
    void lose_ticks(std::vector<unsigned> ticks);
    /// `probe` sees the level at the cards in every tick from now on.
    void probe_level(LevelProbe probe);
    /// `listener` sees every edge of a card's load switch: slot, on or off, tick.
    using LoadListener = std::function<void(unsigned, bool, base::Tick)>;
    void listen_to_load(LoadListener listener);
    /// Ticks of each phase as `bus_counters` of the reader or of a card tells them over the bus
    /// (nfc_pkg::pcd_phase_e, card_phase_e), up to the end of the last one; takes ticks. Between
    /// exchanges only, and while no card has something to tell its host.
    using PhaseTicks = std::array<std::uint32_t, 8>;
    [[nodiscard]] PhaseTicks reader_phases();
    [[nodiscard]] PhaseTicks card_phases(unsigned slot);
    /// Makes all of them 0, the reader's and the card's; the present phases go on.
    void clear_phases(unsigned slot);
    /// Assertions of the RTL that have failed, and promises of rooms.md found broken.
    [[nodiscard]] unsigned errors() const;

private:
    struct Slot {
        port::StorePort* store = nullptr;
        port::ScriptedCard* scripted = nullptr;
        bool powered = false;  ///< the store has been told so
        std::optional<base::Tick> power_at{};
        port::Block page{};
        unsigned job = 0;                  ///< counts requests, so that a late answer is recognised
        std::shared_ptr<CardHost> host{};  ///< of a card that speaks ISO-DEP

        [[nodiscard]] bool free() const { return store == nullptr && scripted == nullptr; }
    };

    class Bus;

    void advance(base::Tick until, bool stop_at_irq = false);
    std::uint8_t access_card(unsigned slot, FieldSim::HostAccess access);
    void changed(std::uint64_t before, std::uint64_t after);
    void at(base::Tick tick, std::function<void()> action);
    void carrier(bool on);
    void unmodulated_since(base::Tick from);
    void unmodulated_since(unsigned slot, base::Tick from);
    void drop_pause(base::Tick start, base::Tick ticks);
    void serve(unsigned slot);
    void answer_store(unsigned slot, std::uint8_t data, bool error);
    void heard(const port::AirFrame& frame);
    void play(unsigned slot, const port::ScriptedCard::Reply& reply);
    void switch_load(unsigned slot, bool on, base::Tick tick, bool is_card);
    void power_lost(unsigned slot, base::Tick tick);
    void check_slot(unsigned slot) const;
    bool reach_now();
    void leave_now();
    [[nodiscard]] port::Answer judged(port::Answer answer, base::Tick timeout, base::Tick eoc);
    [[nodiscard]] port::AuthAnswer judged(port::AuthAnswer answer,
                                          const port::AuthRequest& request);

    port::AirProfile air_;
    std::unique_ptr<FieldSim> sim_;
    std::unique_ptr<CardClock> clock_;
    std::unique_ptr<Bus> bus_;
    std::unique_ptr<driver::PcdDriver> driver_;
    AirMonitor monitor_;
    port::FrameObserver* observer_ = nullptr;
    LoadListener load_listener_;
    std::array<Slot, port::CardSlots> slots_{};
    std::multimap<base::Tick, std::function<void()>> events_;
    std::optional<base::Tick> cut_at_;  ///< the carrier was cut and not switched on since
    bool field_wanted_ = false;
    unsigned cut_job_ = 0;                    ///< counts cuts asked for: only the last one counts
    std::optional<base::Tick> cut_wanted_{};  ///< it has not happened yet
    base::Tick carrier_changed_ = 0;
    unsigned dips_ = 0;  ///< injected pauses under way
    unsigned broken_promises_ = 0;
};

[[nodiscard]] std::unique_ptr<RtlWorld> make_rtl_world(const port::AirProfile& air,
                                                       const RtlOptions& options = {});

}  // namespace tb
