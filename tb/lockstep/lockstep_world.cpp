#include "lockstep/lockstep_world.hpp"

#include <algorithm>
#include <utility>

#include "base/hex.hpp"
#include "field/tlm_world.hpp"
#include "lockstep/describe.hpp"

namespace tb {

namespace {

constexpr std::size_t KeptEvents = 8;       // for the message
constexpr std::size_t MostCalls = 200'000;  // recorded for the waveform
constexpr base::Tick SettleTicks = 1024;    // after that every frame that has ended was told
constexpr base::Tick ReplayLead = 1024;     // of the reader's own time before a replay begins
constexpr base::Tick NoiseTicks = 16;       // the reader may misjudge L by so much in noise

base::Tick distance(base::Tick a, base::Tick b) { return a > b ? a - b : b - a; }

}  // namespace

/// Frames and field changes of one world, until they are compared.
class LockstepWorld::Log final : public port::FrameObserver {
public:
    explicit Log(port::FrameObserver** host) : host_{host} {}
    void on_frame(const port::AirFrame& frame) override {
        events.push_back({true, frame, false});
        if (host_ != nullptr && *host_ != nullptr) (*host_)->on_frame(frame);
    }
    void on_field(bool on, base::Tick tick) override {
        port::AirFrame frame;
        frame.start = tick;
        events.push_back({false, frame, on});
        if (host_ != nullptr && *host_ != nullptr) (*host_)->on_field(on, tick);
    }

    std::deque<Event> events;

private:
    port::FrameObserver** host_;
};

/// The host's scripted card: asked by the RTL world, remembered for the model and for replays.
class LockstepWorld::Script {
public:
    explicit Script(port::ScriptedCard& card) : asking_{*this, card}, telling_{*this} {}

    [[nodiscard]] port::ScriptedCard& asking() { return asking_; }
    [[nodiscard]] port::ScriptedCard& telling() { return telling_; }
    [[nodiscard]] const auto& replies() const { return replies_; }

private:
    struct Asking final : port::ScriptedCard {
        Asking(Script& script, port::ScriptedCard& card) : script_{script}, card_{card} {}
        std::optional<Reply> answer(const port::AirFrame& frame) override {
            auto reply = card_.answer(frame);
            script_.replies_[frame.start] = reply;
            return reply;
        }
        Script& script_;
        port::ScriptedCard& card_;
    };
    struct Telling final : port::ScriptedCard {
        explicit Telling(Script& script) : script_{script} {}
        std::optional<Reply> answer(const port::AirFrame& frame) override {
            const auto found = script_.replies_.find(frame.start);
            return found == script_.replies_.end() ? std::nullopt : found->second;
        }
        Script& script_;
    };

    std::map<base::Tick, std::optional<port::ScriptedCard::Reply>> replies_;
    Asking asking_;
    Telling telling_;
};

/// What a scripted card said, `shift` ticks earlier.
class LockstepWorld::Replayed final : public port::ScriptedCard {
public:
    Replayed(const Script& script, base::Tick shift) : script_{script}, shift_{shift} {}
    std::optional<Reply> answer(const port::AirFrame& frame) override {
        const auto found = script_.replies().find(frame.start + shift_);
        if (found == script_.replies().end() || !found->second) return std::nullopt;
        Reply reply = *found->second;
        reply.start -= shift_;
        return reply;
    }

private:
    const Script& script_;
    base::Tick shift_;
};

namespace {

std::unique_ptr<port::World> make_other(const port::AirProfile& air,
                                        const LockstepOptions& options) {
    if (options.twin) return make_rtl_world(air, *options.twin);
    return field::make_tlm_world(air);
}

}  // namespace

LockstepWorld::LockstepWorld(const port::AirProfile& air, const LockstepOptions& options)
    : air_{air},
      options_{options},
      exact_{!CardClock::needed(air)},
      rtl_{make_rtl_world(air, {options.cards, options.live_fst})},
      tlm_{make_other(air, options)},
      rtl_log_{std::make_unique<Log>(&host_)},
      tlm_log_{std::make_unique<Log>(nullptr)} {
    rtl_->observe(rtl_log_.get());
    tlm_->observe(tlm_log_.get());
}

LockstepWorld::~LockstepWorld() = default;

// ---- Calls: first the RTL, then the model ----

template <class Function>
auto LockstepWorld::both(const std::string& what, Call call, Function function) {
    doing_ = what;
    record(std::move(call));
    if constexpr (std::is_void_v<decltype(function(*rtl_))>) {
        function(*rtl_);
        try {
            function(*tlm_);
        } catch (const std::invalid_argument& refused) {
            differ("only one level refuses", "accepted", refused.what());
        }
    } else {
        auto rtl = function(*rtl_);
        try {
            auto tlm = function(*tlm_);
            return std::pair{std::move(rtl), std::move(tlm)};
        } catch (const std::invalid_argument& refused) {
            differ("only one level refuses", "accepted", refused.what());
        }
    }
}

void LockstepWorld::field(bool on, base::Tick at) {
    if (on) start_recording(at);
    both(
        on ? "field on" : "field off",
        [on, at](RtlWorld& world, base::Tick shift) { world.field(on, at - shift); },
        [on, at](port::World& world) { world.field(on, at); });
    compare(0);
}

port::Answer LockstepWorld::exchange(const port::Request& request) {
    const auto [rtl, tlm] = both(
        "exchange of " + base::to_hex(request.data, " ") + " at " + std::to_string(request.start),
        [request](RtlWorld& world, base::Tick shift) {
            port::Request earlier = request;
            earlier.start -= shift;
            world.exchange(earlier);
        },
        [&request](port::World& world) { return world.exchange(request); });
    compare(request.start);
    if (!same(rtl, tlm)) differ("answers differ", describe(rtl), describe(tlm));
    compare_stores(rtl.rx_end);
    return rtl;
}

port::AuthAnswer LockstepWorld::authenticate(const port::AuthRequest& request) {
    auto [rtl, tlm] = both(
        "authentication of block " + std::to_string(request.block) + " at " +
            std::to_string(request.start),
        [request](RtlWorld& world, base::Tick shift) {
            port::AuthRequest earlier = request;
            earlier.start -= shift;
            world.authenticate(earlier);
        },
        [&request](port::World& world) { return world.authenticate(request); });
    compare(request.start);
    const port::AuthAnswer answer = rtl;
    if (!exact_) rtl.nt = tlm.nt;
    if (!exact_ || (air_.noise != 0 && distance(rtl.end, tlm.end) <= NoiseTicks)) rtl.end = tlm.end;
    if (rtl != tlm) differ("authentications differ", describe(rtl), describe(tlm));
    compare_stores(answer.end);
    return answer;
}

template <class Send>
port::Answer LockstepWorld::raw(const std::string& what, const std::vector<base::Tick>& ticks,
                                Send send) {
    const base::Tick start = ticks.empty() ? 0 : ticks.front();
    const auto [rtl, tlm] = both(
        what + " at " + std::to_string(start),
        [ticks, send](RtlWorld& world, base::Tick shift) {
            std::vector<base::Tick> earlier = ticks;
            for (base::Tick& tick : earlier) tick -= shift;
            send(world, earlier);
        },
        [&](port::World& world) { return send(world, ticks); });
    compare(start);
    if (!same(rtl, tlm)) differ("answers differ", describe(rtl), describe(tlm));
    compare_stores(rtl.rx_end);
    return rtl;
}

port::Answer LockstepWorld::pauses(const std::vector<base::Tick>& starts, base::Tick timeout) {
    return raw("train of " + std::to_string(starts.size()) + " pauses", starts,
               [timeout](port::World& world, const std::vector<base::Tick>& ticks) {
                   return world.pauses(ticks, timeout);
               });
}

port::Answer LockstepWorld::edges(const std::vector<base::Tick>& edges, base::Tick timeout) {
    return raw("train of " + std::to_string(edges.size()) + " edges", edges,
               [timeout](port::World& world, const std::vector<base::Tick>& ticks) {
                   return world.edges(ticks, timeout);
               });
}

void LockstepWorld::crypto1_off() {
    both(
        "end of Crypto1", [](RtlWorld& world, base::Tick) { world.crypto1_off(); },
        [](port::World& world) { world.crypto1_off(); });
}

void LockstepWorld::wait_until(base::Tick at) {
    both(
        "wait until " + std::to_string(at),
        [at](RtlWorld& world, base::Tick shift) { world.wait_until(at - shift); },
        [at](port::World& world) { world.wait_until(at); });
    compare(0);
}

void LockstepWorld::cut_power(base::Tick at) {
    both(
        "power cut at " + std::to_string(at),
        [at](RtlWorld& world, base::Tick shift) { world.cut_power(at - shift); },
        [at](port::World& world) { world.cut_power(at); });
}

void LockstepWorld::place(unsigned slot, const port::CardProfile& profile, port::StorePort& store) {
    if (slot >= slots_.size()) throw std::invalid_argument{"World::place: no such slot"};
    Slot card;
    card.profile = profile;
    card.tlm_memory = store.clone();
    card.rtl = std::make_unique<WatchedStore>(store);
    card.tlm = std::make_unique<WatchedStore>(*card.tlm_memory);
    card.snapshot = store.clone();
    doing_ = "placing a card";
    rtl_->place(slot, profile, *card.rtl);
    tlm_->place(slot, profile, *card.tlm);
    slots_[slot] = std::move(card);
    // A waveform of what came before would show another set of cards.
    recording_since_.reset();
}

void LockstepWorld::place(unsigned slot, port::ScriptedCard& card) {
    if (slot >= slots_.size()) throw std::invalid_argument{"World::place: no such slot"};
    auto script = std::make_shared<Script>(card);
    rtl_->place(slot, script->asking());
    tlm_->place(slot, script->telling());
    slots_[slot] = {};
    slots_[slot].script = std::move(script);
    recording_since_.reset();
}

void LockstepWorld::remove(unsigned slot) {
    doing_ = "removing a card";
    rtl_->remove(slot);
    tlm_->remove(slot);
    compare_stores(rtl_->now() + 1);
    slots_[slot] = {};
    recording_since_.reset();
}

void LockstepWorld::finish() {
    if (differed_) return;
    doing_ = "the end";
    const base::Tick settled = std::max(rtl_->now(), tlm_->now()) + SettleTicks;
    rtl_->wait_until(settled);
    tlm_->wait_until(settled);
    compare(settled);
    compare_stores(settled);
    for (unsigned slot = 0; slot < slots_.size(); ++slot) {
        const Slot& card = slots_[slot];
        if (!card.rtl) continue;
        const unsigned blocks = port::blocks_of(card.profile.kind);
        for (unsigned block = 0; block < blocks; ++block)
            compare_memory(slot, static_cast<port::BlockAddress>(block), settled);
        compare_memory(slot, port::ConfigurationBlock, settled);
    }
    if (rtl_->errors() != 0)
        differ("assertions of the RTL failed", std::to_string(rtl_->errors()), "none");
}

// ---- Comparison ----

bool LockstepWorld::same(const Event& rtl, const Event& tlm) const {
    if (exact_) return rtl == tlm;
    // Nonces may differ, and with them every bit of an encrypted frame.
    return rtl.is_frame == tlm.is_frame && rtl.field_on == tlm.field_on &&
           rtl.frame.source == tlm.frame.source && rtl.frame.slot == tlm.frame.slot &&
           rtl.frame.bits.size() == tlm.frame.bits.size();
}

bool LockstepWorld::same(port::Answer rtl, port::Answer tlm) const {
    const bool near = air_.noise != 0 && distance(rtl.rx_start, tlm.rx_start) <= NoiseTicks;
    if (!exact_ || near) {
        rtl.rx_start = tlm.rx_start;
        rtl.rx_end = tlm.rx_end;
    }
    return rtl == tlm;
}

void LockstepWorld::compare(base::Tick settled) {
    auto& rtl = rtl_log_->events;
    auto& tlm = tlm_log_->events;
    const auto text = [](const Event& event) {
        return event.is_frame ? describe(event.frame)
                              : (event.field_on ? "field on at " : "field off at ") +
                                    std::to_string(event.start());
    };
    const auto before = [&] {
        std::string all;
        for (const Event& event : agreed_) all += "\n    " + text(event);
        return all;
    };
    while (!rtl.empty() && !tlm.empty()) {
        if (!same(rtl.front(), tlm.front()))
            differ("frames differ, after" + before(), text(rtl.front()), text(tlm.front()));
        agreed_.push_back(std::move(rtl.front()));
        if (agreed_.size() > KeptEvents) agreed_.pop_front();
        rtl.pop_front();
        tlm.pop_front();
    }
    if (!rtl.empty() && rtl.front().start() < settled)
        differ("only the RTL has it, after" + before(), text(rtl.front()), "nothing");
    if (!tlm.empty() && tlm.front().start() < settled)
        differ("only the model has it, after" + before(), "nothing", text(tlm.front()));
}

void LockstepWorld::compare_stores(base::Tick settled) {
    for (unsigned slot = 0; slot < slots_.size(); ++slot) {
        Slot& card = slots_[slot];
        if (!card.rtl) continue;
        auto& rtl = card.rtl_events;
        auto& tlm = card.tlm_events;
        for (auto& event : card.rtl->take_events()) rtl.push_back(std::move(event));
        for (auto& event : card.tlm->take_events()) tlm.push_back(std::move(event));
        const auto differ_here = [&](const std::string& a, const std::string& b) {
            differ("the stores of slot " + std::to_string(slot) + " are told different things", a,
                   b);
        };
        while (!rtl.empty() && !tlm.empty()) {
            StoreEvent a = rtl.front();
            const StoreEvent& b = tlm.front();
            if (!exact_) {
                a.tick = b.tick;
                a.taken.ready = b.taken.ready;
            }
            if (a != b) differ_here(describe(a), describe(b));
            if (a.kind == StoreEvent::Kind::Program) card.programmed.push_back(a.block);
            rtl.pop_front();
            tlm.pop_front();
        }
        // One level may have come further than the other.
        if (!rtl.empty() && rtl.front().tick < settled)
            differ_here(describe(rtl.front()), "nothing");
        if (!tlm.empty() && tlm.front().tick < settled)
            differ_here("nothing", describe(tlm.front()));
        if (!rtl.empty() || !tlm.empty()) continue;
        for (const port::BlockAddress block : std::exchange(card.programmed, {}))
            compare_memory(slot, block, settled);
    }
}

void LockstepWorld::compare_memory(unsigned slot, port::BlockAddress block, base::Tick tick) {
    const port::Block rtl = slots_[slot].rtl->read(block, tick);
    const port::Block tlm = slots_[slot].tlm->read(block, tick);
    if (rtl != tlm)
        differ("slot " + std::to_string(slot) + ", block " + std::to_string(block) + " differs",
               base::to_hex(rtl), base::to_hex(tlm));
}

void LockstepWorld::differ(const std::string& what, const std::string& rtl,
                           const std::string& tlm) {
    std::string text =
        "lockstep, during " + doing_ + ": " + what + "\n  rtl: " + rtl + "\n  tlm: " + tlm;
    if (!options_.fst.empty()) {
        if (recording_since_ && calls_.size() < MostCalls) {
            write_waveform();
            text += "\n  waveform of the RTL since the field went on at " +
                    std::to_string(*recording_since_) + " (tick " + std::to_string(ReplayLead) +
                    " of " + options_.fst + ")";
        } else {
            text += "\n  no waveform: the cards changed since the field went on";
        }
    }
    differed_ = true;
    throw LockstepDifference{text};
}

// ---- The waveform: the RTL's calls since the field went on, once more and traced ----

void LockstepWorld::record(Call call) {
    if (recording_since_ && calls_.size() < MostCalls) calls_.push_back(std::move(call));
}

void LockstepWorld::start_recording(base::Tick at) {
    if (options_.fst.empty()) return;
    calls_.clear();
    recording_since_ = at;
    for (Slot& slot : slots_)
        if (slot.rtl) slot.snapshot = slot.rtl->clone();
}

void LockstepWorld::write_waveform() {
    const base::Tick shift = *recording_since_ - std::min(*recording_since_, ReplayLead);
    RtlWorld again{air_, {options_.cards, options_.fst}};
    std::vector<std::unique_ptr<port::ScriptedCard>> scripts;
    std::vector<std::unique_ptr<WatchedStore>> stores;
    for (unsigned slot = 0; slot < slots_.size(); ++slot) {
        const Slot& card = slots_[slot];
        if (card.script) {
            scripts.push_back(std::make_unique<Replayed>(*card.script, shift));
            again.place(slot, *scripts.back());
        } else if (card.rtl) {
            stores.push_back(std::make_unique<WatchedStore>(*card.snapshot, shift));
            again.place(slot, card.profile, *stores.back());
        }
    }
    try {
        for (const Call& call : calls_) call(again, shift);
    } catch (const std::exception&) {
        // The waveform ends where the replay does.
    }
}

std::unique_ptr<LockstepWorld> make_lockstep_world(const port::AirProfile& air,
                                                   const LockstepOptions& options) {
    return std::make_unique<LockstepWorld>(air, options);
}

}  // namespace tb
