/// \file lockstep_world.hpp
/// port::World on both levels at once: what they do must be the same, bit for bit and tick for
/// tick.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "lockstep/watched_store.hpp"
#include "port/world.hpp"
#include "verilated/rtl_world.hpp"

namespace tb {

/// The two levels did not do the same. what() holds both sides and the name of the waveform.
class LockstepDifference : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct LockstepOptions {
    unsigned cards = 1;  ///< RTL cards simulated, 1 or 8
    /// Waveform of the RTL side since the field went on, written at the first difference; empty:
    /// none.
    std::string fst = "lockstep.fst";
    std::string live_fst{};  ///< waveform of the whole run; empty: none
    /// What takes the model's place: the RTL once more, simulated in another way.
    std::optional<RtlOptions> twin{};
};

/// The host sees the RTL's answers and frames. Cards on the model have stores cloned when they are
/// placed.
///
/// Compared are all frames and field changes, all answers, all that the stores are told, and the
/// memory after each programming and at finish(). With a card clock of its own (ppm, carrier clock)
/// ticks and nonces may differ: then answers without their ticks, and what is written. With noise
/// the reader may take the start of an answer for a few ticks earlier or later.
class LockstepWorld final : public port::World {
public:
    LockstepWorld(const port::AirProfile& air, const LockstepOptions& options);
    ~LockstepWorld() override;

    void field(bool on, base::Tick at) override;
    port::Answer exchange(const port::Request& request) override;
    port::AuthAnswer authenticate(const port::AuthRequest& request) override;
    void crypto1_off() override;
    [[nodiscard]] bool crypto1_on() const override { return rtl_->crypto1_on(); }
    void wait_until(base::Tick at) override;
    [[nodiscard]] base::Tick now() const override { return rtl_->now(); }
    void place(unsigned slot, const port::CardProfile& profile, port::StorePort& store) override;
    void place(unsigned slot, port::ScriptedCard& card) override;
    void remove(unsigned slot) override;
    void cut_power(base::Tick at) override;
    port::Answer pauses(const std::vector<base::Tick>& starts, base::Tick timeout) override;
    port::Answer edges(const std::vector<base::Tick>& edges, base::Tick timeout) override;
    void observe(port::FrameObserver* observer) override { host_ = observer; }

    /// Compares what has not been compared yet, and the whole memory of every card. Call it at the
    /// end.
    void finish();

    [[nodiscard]] RtlWorld& rtl() { return *rtl_; }
    /// The copy that the model's card in `slot` uses. What reaches the RTL's card another way than
    /// through the air has to be done to it as well.
    [[nodiscard]] port::StorePort& model_store(unsigned slot) {
        return *slots_.at(slot).tlm_memory;
    }

private:
    struct Event {
        bool is_frame = true;
        port::AirFrame frame{};
        bool field_on = false;
        [[nodiscard]] base::Tick start() const { return frame.start; }
        friend bool operator==(const Event&, const Event&) = default;
    };
    class Log;
    class Script;
    class Replayed;

    struct Slot {
        port::CardProfile profile{};
        std::unique_ptr<port::StorePort> tlm_memory{};
        std::unique_ptr<WatchedStore> rtl{}, tlm{};
        std::deque<StoreEvent> rtl_events{}, tlm_events{};  ///< not compared yet
        std::vector<port::BlockAddress> programmed{};       ///< nor these
        std::shared_ptr<Script> script{};
        /// As it was when the recording of calls began.
        std::unique_ptr<port::StorePort> snapshot{};
    };

    using Call = std::function<void(RtlWorld&, base::Tick)>;

    /// A raw train, `send` in either world.
    template <class Send>
    port::Answer raw(const std::string& what, const std::vector<base::Tick>& ticks, Send send);
    template <class Function>
    auto both(const std::string& what, Call call, Function function);
    void record(Call call);
    void start_recording(base::Tick at);
    void compare(base::Tick settled);
    void compare_stores(base::Tick settled);
    void compare_memory(unsigned slot, port::BlockAddress block, base::Tick tick);
    [[nodiscard]] bool same(const Event& rtl, const Event& tlm) const;
    [[nodiscard]] bool same(port::Answer rtl, port::Answer tlm) const;
    [[noreturn]] void differ(const std::string& what, const std::string& rtl,
                             const std::string& tlm);
    void write_waveform();

    port::AirProfile air_;
    LockstepOptions options_;
    bool exact_;
    std::unique_ptr<RtlWorld> rtl_;
    std::unique_ptr<port::World> tlm_;
    std::unique_ptr<Log> rtl_log_, tlm_log_;
    port::FrameObserver* host_ = nullptr;
    std::array<Slot, port::CardSlots> slots_{};
    std::string doing_;
    bool differed_ = false;
    std::deque<Event> agreed_;  ///< the last few events, for the message

    std::vector<Call> calls_;
    std::optional<base::Tick> recording_since_;
};

[[nodiscard]] std::unique_ptr<LockstepWorld> make_lockstep_world(
    const port::AirProfile& air, const LockstepOptions& options = {});

}  // namespace tb
