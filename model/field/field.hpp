/// \file field.hpp
/// The air of the transaction level: one PCD, up to eight cards, frames instead of levels.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <systemc>

#include "card/card.hpp"
#include "port/world.hpp"
#include "rf/manchester.hpp"

namespace field {

using base::Tick;

/// What the PCD heard of one frame.
struct Reception {
    bool silent = true;
    Tick start = 0;  ///< L
    Tick end = 0;
    base::BitView bits{};
    base::BitView collisions{};
    bool framing = false;
};

/// Owns the slots and keeps everything that happens in them in order of time.
class Field : public sc_core::sc_module {
public:
    explicit Field(const sc_core::sc_module_name& name);

    /// Empties the air and all slots for a new world.
    void reset(const port::AirProfile& air);
    void observe(port::FrameObserver* observer) noexcept { observer_ = observer; }

    [[nodiscard]] bool empty(unsigned slot) const noexcept { return slots_[slot]->empty(); }
    void place(unsigned slot, const port::CardProfile& profile, port::StorePort& store, Tick now);
    void place(unsigned slot, port::ScriptedCard& card);
    void remove(unsigned slot, Tick now);

    /// Does what is due up to `until`.
    void advance(Tick until);
    void carrier(bool on, Tick at);
    [[nodiscard]] bool carrier_on() const noexcept { return carrier_; }
    void cut_power(Tick at) noexcept { cut_ = at; }
    /// When the carrier last went off, if it ever was on.
    [[nodiscard]] std::optional<Tick> off_since() const noexcept { return off_since_; }

    /// The buffer transmit() sends from.
    [[nodiscard]] base::Bits& outgoing() noexcept { return frame_.bits; }
    /// Sends outgoing() (not empty), or `raw` when there is any, as `request` says, and listens
    /// until its time-out. The reception is valid until the next call.
    Reception transmit(const port::Request& request, std::span<const rf::Low> raw = {});
    /// E of the frame last sent.
    [[nodiscard]] Tick tx_end() const noexcept { return frame_.end; }

private:
    struct Arrival {
        unsigned slot = 0;
        const rf::PiccFrame* reply = nullptr;
    };

    void send(card::PcdFrame frame);
    [[nodiscard]] unsigned pause_ticks(port::BitRate rate) const noexcept;
    /// Answers that begin by `until` and are whole before the carrier goes, by start and slot.
    void collect(Tick until);
    /// The observer hears of an answer when it is over: one that `until` cuts in two has time
    /// still.
    void tell_answers(Tick until);
    void stop_carrier(Tick at);
    Reception receive(const port::Request& request);
    /// The answers in arrivals_, as a reader hears them that listens as `request` says.
    void merge(const port::Request& request, Reception& reception);

    std::array<std::unique_ptr<card::Card>, port::CardSlots> slots_{};
    sc_core::sc_vector<sc_core::sc_port<card::FrameTransport>> ports_;
    std::vector<unsigned> occupied_{};

    port::AirProfile air_{};
    bool carrier_ = false;
    std::optional<Tick> off_since_{};
    std::optional<Tick> cut_{};
    port::FrameObserver* observer_ = nullptr;
    port::AirFrame frame_{};
    port::AirFrame told_{};
    std::vector<port::AirFrame> under_way_{};  ///< answers that are not over
    std::vector<Arrival> arrivals_{};
    rf::Superposition superposition_{};
    rf::AirBits merged_{};
};

}  // namespace field
