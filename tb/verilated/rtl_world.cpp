#include "verilated/rtl_world.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "driver/mailbox_registers.hpp"
#include "driver/pcd_registers.hpp"
#include "verilated/card_load.hpp"

namespace tb {

namespace {

// docs/choices.md, Power
constexpr base::Tick PowerUpTicks = 4096;
constexpr base::Tick FieldLossTicks = 1024;
constexpr base::Tick NvmHoldTicks = 1040;

// nfc_pkg::store_op_e
constexpr unsigned StoreRead = 0;
constexpr unsigned StoreLoad = 1;
constexpr base::Tick FrameKnownTicks = 200;
constexpr base::Tick AfterSilence = 512;  // docs/choices.md, Reader: now()

constexpr base::Tick SubcarrierTicks = 16;

/// A frame of type B at least as long as `ticks`; its length as `start`.
port::Request frame_as_long_as(base::Tick ticks) {
    constexpr base::Tick Frame = 22;  // etu: SOF and EOF
    constexpr base::Tick Character = 10;
    constexpr base::Tick Longest = 256;
    port::Request request;
    request.technology = port::Technology::B;
    for (const auto rate :
         {port::BitRate::Fc16, port::BitRate::Fc32, port::BitRate::Fc64, port::BitRate::Fc128}) {
        const base::Tick etu = port::bit_ticks(rate);
        const base::Tick all = (ticks + etu - 1) / etu;
        const base::Tick bytes =
            all <= Frame ? 1 : std::max<base::Tick>(1, (all - Frame + Character - 1) / Character);
        if (bytes > Longest) continue;
        request.data.assign(bytes, 0);
        request.tx_rate = rate;
        request.start = etu * (Frame + Character * bytes);
        return request;
    }
    throw std::invalid_argument{"edges: too long"};
}

}  // namespace

/// The APB of the reader; inputs of the simulation count one tick later, which no access notices.
class RtlWorld::Bus final : public driver::RegisterBus {
public:
    explicit Bus(RtlWorld& world) : world_{world} {}

    void write(std::uint8_t address, std::uint32_t value) override {
        access({true, false, true, address, value});
    }
    [[nodiscard]] std::uint32_t read(std::uint8_t address) override {
        access({true, false, false, address, 0});
        return world_.sim_->read_data();
    }
    bool wait_irq(base::Tick until) override {
        world_.advance(until, true);
        return (world_.sim_->watch() & WatchIrq) != 0;
    }
    [[nodiscard]] base::Tick now() const override { return world_.sim_->now(); }

private:
    void access(FieldSim::Bus bus) {
        world_.sim_->set_bus(bus);
        world_.advance(now() + 1);
        bus.enable = true;
        world_.sim_->set_bus(bus);
        world_.advance(now() + 1);
        world_.sim_->set_bus({});
    }

    RtlWorld& world_;
};

RtlWorld::RtlWorld(const port::AirProfile& air, const RtlOptions& options)
    : air_{air},
      sim_{FieldSim::make(options.cards, options.computing, options.fst)},
      bus_{std::make_unique<Bus>(*this)},
      monitor_{[this](const port::AirFrame& frame) {
                   if (observer_ != nullptr) observer_->on_frame(frame);
               },
               [this](const port::AirFrame& frame) { heard(frame); },
               [this](bool on, base::Tick tick) {
                   if (observer_ != nullptr) observer_->on_field(on, tick);
               }} {
    AirSettings settings = AirSettings::from(air);
    if (options.load_permille != 0) settings.set_load(air.carrier, options.load_permille);
    sim_->set_air(settings);
    sim_->set_skip(options.skip);
    sim_->set_slip(options.slip);
    if (options.check_leaps) sim_->check_leaps();
    if (CardClock::needed(air) || options.comparator) {
        clock_ = std::make_unique<CardClock>(air, options.comparator);
        sim_->set_card_clock(clock_.get());
    }
    driver_ = std::make_unique<driver::PcdDriver>(*bus_, pauses_of(air));
}

RtlWorld::~RtlWorld() = default;

// ---- ReaderPort: the driver, and what a cut does to its answers ----

void RtlWorld::field(bool on, base::Tick at) {
    if (cut_wanted_ && *cut_wanted_ <= at) advance(*cut_wanted_ + 1);
    cut_wanted_.reset();
    ++cut_job_;
    if (cut_at_) {
        // The reader does not know yet that its carrier is gone.
        driver_->crypto1_off();
        bus_->write(driver::reg::FieldAt, static_cast<std::uint32_t>(sim_->now()));
        bus_->write(driver::reg::Control, 0);
        advance(sim_->now() + 4);
        sim_->set_cut(false);
        cut_at_.reset();
    }
    driver_->field(on, at);
    field_wanted_ = on;
}

port::Answer RtlWorld::exchange(const port::Request& request) {
    monitor_.expect(request.technology, request.tx_rate, request.rx_rate);
    const port::Answer answer =
        judged(driver_->exchange(request), request.timeout, port::bit_ticks(request.rx_rate));
    // The reader may know the answer before the observers can.
    if (!answer.silent) advance(answer.rx_end + FrameKnownTicks);
    return answer;
}

port::AuthAnswer RtlWorld::authenticate(const port::AuthRequest& request) {
    monitor_.expect(port::Technology::A, port::BitRate::Fc128, port::BitRate::Fc128);
    return judged(driver_->authenticate(request), request);
}

void RtlWorld::crypto1_off() { driver_->crypto1_off(); }
bool RtlWorld::crypto1_on() const { return driver_->crypto1_on(); }
void RtlWorld::wait_until(base::Tick tick) { driver_->wait_until(tick); }
base::Tick RtlWorld::now() const { return driver_->now(); }

port::Answer RtlWorld::judged(port::Answer answer, base::Tick timeout, base::Tick eoc) {
    // Of an answer that breaks off the decoder of phases gives up to four bits less than there
    // were.
    const base::Tick end = answer.rx_end + (answer.errors.any() ? 5 * eoc : eoc);
    if (answer.silent || !cut_at_ || end <= *cut_at_) return answer;
    port::Answer silent;
    silent.tx_end = answer.tx_end;
    silent.rx_end = answer.tx_end + timeout;
    driver_->wait_until(silent.rx_end + AfterSilence);
    return silent;
}

port::AuthAnswer RtlWorld::judged(port::AuthAnswer answer, const port::AuthRequest& request) {
    if (!cut_at_ || answer.end + base::BitTicks <= *cut_at_) return answer;
    const base::Tick nonce_end = monitor_.last_answer();
    const bool nonce_came = nonce_end > request.start && nonce_end + base::BitTicks <= *cut_at_;
    // With the nonce, the last train is {nr}{ar}; without it, {nr}{ar} may still have been sent.
    const auto& trains = monitor_.last_trains();
    const bool two_trains = trains[1] > request.start;
    port::AuthAnswer lost;
    lost.status = nonce_came ? port::AuthStatus::NoAnswer : port::AuthStatus::NoNonce;
    if (nonce_came) lost.nt = answer.nt;
    lost.end = (nonce_came || !two_trains ? trains[0] : trains[1]) + request.timeout;
    if (driver_->crypto1_on()) driver_->crypto1_off();
    driver_->wait_until(lost.end + AfterSilence);
    return lost;
}

// ---- Time: the one place where ticks pass ----

void RtlWorld::at(base::Tick tick, std::function<void()> action) {
    events_.emplace(tick, std::move(action));
}

void RtlWorld::advance(base::Tick until, bool stop_at_irq) {
    while (sim_->now() < until) {
        if (stop_at_irq && (sim_->watch() & WatchIrq) != 0) return;
        base::Tick stop = std::min(until, monitor_.deadline());
        if (!events_.empty()) stop = std::min(stop, events_.begin()->first);
        if (stop > sim_->now()) {
            const std::uint64_t before = sim_->watch();
            sim_->run(stop);
            if (sim_->watch() != before) changed(before, sim_->watch());
        }
        while (!events_.empty() && events_.begin()->first <= sim_->now())
            events_.extract(events_.begin()).mapped()();
        if (monitor_.deadline() <= sim_->now()) monitor_.expire(sim_->now());
    }
}

void RtlWorld::changed(std::uint64_t before, std::uint64_t after) {
    const base::Tick tick = sim_->now();
    const std::uint64_t edges = before ^ after;
    if ((edges & WatchCarrier) != 0) carrier((after & WatchCarrier) != 0);
    if ((edges & WatchPause) != 0) {
        const bool on = (after & WatchPause) != 0;
        monitor_.pause(on, tick);
        if (!on && (after & WatchCarrier) != 0) unmodulated_since(tick);
    }
    if ((edges & ~std::uint64_t{WatchCarrier | WatchPause | WatchIrq}) == 0) return;
    for (unsigned slot = 0; slot < sim_->cards(); ++slot) {
        const std::uint32_t load = 1U << slot;
        const std::uint32_t powered = 1U << (WatchPoweredShift + slot);
        const std::uint32_t store = 1U << (WatchStoreShift + slot);
        if ((edges & load) != 0) {
            monitor_.load(slot, (after & load) != 0, tick);
            if (load_listener_) load_listener_(slot, (after & load) != 0, tick);
        }
        if ((edges & after & powered) != 0 && !clock_ && slots_[slot].power_at != tick)
            ++broken_promises_;
        const std::uint64_t host = 1ULL << (WatchHostShift + slot);
        if ((edges & after & host) != 0 && slots_[slot].host) slots_[slot].host->interrupt(tick);
        if ((edges & store) != 0) {
            const unsigned job = ++slots_[slot].job;
            // After what else is due in this tick, above all the store's own power-up.
            if ((after & store) != 0)
                at(tick, [this, slot, job] {
                    if (slots_[slot].job == job) serve(slot);
                });
        }
    }
}

// ---- Power ----

void RtlWorld::carrier(bool on) {
    const base::Tick tick = sim_->now();
    carrier_changed_ = tick;
    monitor_.carrier(on, tick);
    if (on) {
        for (Slot& slot : slots_)
            if (slot.host) slot.host->carrier_back();
        unmodulated_since(tick);
        return;
    }
    for (Slot& slot : slots_) {
        if (!slot.powered) slot.power_at.reset();
        if (slot.host) slot.host->fading(tick + FieldLossTicks);
    }
    at(tick + NvmHoldTicks, [this, tick] {
        if (carrier_changed_ != tick) return;
        for (unsigned slot = 0; slot < slots_.size(); ++slot) power_lost(slot, tick + NvmHoldTicks);
    });
}

void RtlWorld::unmodulated_since(base::Tick from) {
    for (unsigned slot = 0; slot < slots_.size(); ++slot)
        if (slots_[slot].store != nullptr && !slots_[slot].powered) unmodulated_since(slot, from);
}

void RtlWorld::unmodulated_since(unsigned slot, base::Tick from) {
    const base::Tick ready = from + PowerUpTicks;
    slots_[slot].power_at = ready;
    at(ready, [this, slot, ready] {
        Slot& card = slots_[slot];
        if (card.store == nullptr || card.powered || card.power_at != ready) return;
        card.powered = true;
        card.store->power_up(ready);
    });
}

void RtlWorld::power_lost(unsigned slot, base::Tick tick) {
    Slot& card = slots_[slot];
    if (card.store == nullptr || !card.powered) return;
    card.powered = false;
    card.power_at.reset();
    ++card.job;
    if (card.host) card.host->power_lost();
    card.store->power_lost(tick);
}

void RtlWorld::cut_power(base::Tick tick) {
    const unsigned job = ++cut_job_;
    cut_wanted_ = tick;
    // An input set before tick `tick` counts from it on.
    at(std::max(tick, sim_->now() + 1) - 1, [this, job] {
        if (job != cut_job_) return;
        cut_wanted_.reset();
        if ((sim_->watch() & WatchCarrier) == 0) return;
        sim_->set_cut(true);
        cut_at_ = sim_->now() + 1;
    });
}

// ---- Cards ----

void RtlWorld::check_slot(unsigned slot) const {
    if (slot >= slots_.size()) throw std::invalid_argument{"World::place: no such slot"};
    if (!slots_[slot].free()) throw std::invalid_argument{"World::place: slot is taken"};
}

void RtlWorld::place(unsigned slot, const port::CardProfile& profile, port::StorePort& store) {
    check_slot(slot);
    if (slot >= sim_->cards())
        throw std::invalid_argument{"World::place: no RTL card in this slot"};
    const bool type_b = profile.technology == port::Technology::B;
    const std::size_t size = profile.uid.size();
    if (size != 4 && (type_b || (size != 7 && size != 10)))
        throw std::invalid_argument{type_b ? "CardProfile: uid, a PUPI, is not 4 bytes"
                                           : "CardProfile: uid is not 4, 7 or 10 bytes"};
    if (type_b && profile.random_uid)
        throw std::invalid_argument{"CardProfile: random_uid in type B"};
    if (profile.prng_seed == 0) throw std::invalid_argument{"CardProfile: prng_seed is 0"};
    if (profile.nonce_seed == 0) throw std::invalid_argument{"CardProfile: nonce_seed is 0"};
    constexpr std::uint8_t SakBlocks = 0x20;
    port::ApduPort* const os = type_b || (profile.sak & SakBlocks) != 0 ? store.air() : nullptr;
    std::shared_ptr<CardHost> host;
    if (os != nullptr)
        host = std::make_shared<CardHost>(
            *sim_, slot, *os, profile,
            [this](base::Tick tick, std::function<void()> action) { at(tick, std::move(action)); });
    const bool live = reach_now();
    slots_[slot] = {};
    slots_[slot].store = &store;
    sim_->set_card(slot, profile);
    sim_->set_present(slot, true);
    if (live) unmodulated_since(slot, sim_->now());
    if (host) host->begin();
    slots_[slot].host = std::move(host);
    if (live) leave_now();
}

void RtlWorld::place(unsigned slot, port::ScriptedCard& card) {
    check_slot(slot);
    slots_[slot] = {};
    slots_[slot].scripted = &card;
}

void RtlWorld::remove(unsigned slot) {
    if (slot >= slots_.size()) throw std::invalid_argument{"World::remove: no such slot"};
    if (slots_[slot].store != nullptr) {
        if (!reach_now() && slots_[slot].powered) advance(now());
        power_lost(slot, sim_->now());
        sim_->set_present(slot, false);
    }
    const unsigned job = slots_[slot].job;
    slots_[slot] = {};
    slots_[slot].job = job + 1;
    if ((sim_->watch() & WatchCarrier) != 0) leave_now();
}

// The simulation is behind now() by what was asked for and has not happened yet. Whether the field
// is on at now(); where it is neither on nor about to be, nothing is simulated.
bool RtlWorld::reach_now() {
    const auto carrier = [this] { return (sim_->watch() & WatchCarrier) != 0; };
    if (field_wanted_ || carrier()) advance(now());
    return carrier();
}

// The simulation stands at now(), and what comes next needs time to reach the registers.
void RtlWorld::leave_now() { driver_->wait_until(now() + AfterSilence); }

void RtlWorld::serve(unsigned slot) {
    Slot& card = slots_[slot];
    if (card.store == nullptr) return;
    const base::Tick tick = sim_->now();
    const StoreRequest request = sim_->store_request(slot);
    if (request.operation == StoreRead) {
        answer_store(slot, card.store->read(request.block, tick)[request.offset], false);
    } else if (request.operation == StoreLoad) {
        card.page[request.offset] = request.data;
        answer_store(slot, 0, false);
    } else {
        const auto programming = card.store->program(request.block, card.page, tick);
        // `ready` set one tick before `done` is high at it.
        at(programming.done - 1, [this, slot, job = card.job, ok = programming.ok] {
            if (slots_[slot].job == job) answer_store(slot, 0, !ok);
        });
    }
}

void RtlWorld::answer_store(unsigned slot, std::uint8_t data, bool error) {
    const base::Tick tick = sim_->now();
    sim_->set_store_answer(slot, true, data, error);
    at(tick + 1, [this, slot] { sim_->set_store_answer(slot, false, 0, false); });
    // The card takes `ready` at the edge of tick + 2; a request that stands then is the next one.
    at(tick + 2, [this, slot, job = slots_[slot].job] {
        if (slots_[slot].job != job) return;
        if ((sim_->watch() >> (WatchStoreShift + slot) & 1U) != 0) serve(slot);
    });
}

// ---- Scripted cards ----

void RtlWorld::heard(const port::AirFrame& frame) {
    if (frame.source != port::AirFrame::Source::Pcd) return;
    for (unsigned slot = 0; slot < slots_.size(); ++slot)
        if (slots_[slot].scripted != nullptr)
            if (const auto reply = slots_[slot].scripted->answer(frame)) play(slot, *reply);
}

void RtlWorld::play(unsigned slot, const port::ScriptedCard::Reply& reply) {
    if (reply.start <= sim_->now() + 1)
        throw std::invalid_argument{"ScriptedCard: the answer starts too early"};
    for (const auto& [from, to] : load_of(reply)) {
        switch_load(slot, true, from, true);
        switch_load(slot, false, to, true);
    }
}

void RtlWorld::switch_load(unsigned slot, bool on, base::Tick tick, bool is_card) {
    at(tick - 1, [this, slot, on, tick, is_card] {
        sim_->set_load(slot, on);
        if (!is_card) return;
        monitor_.load(slot, on, tick);
        if (load_listener_) load_listener_(slot, on, tick);
    });
}

// ---- What a test does to the air ----

void RtlWorld::drop_pause(base::Tick start, base::Tick ticks) {
    at(start - 1, [this] {
        ++dips_;
        sim_->set_pause(true);
    });
    at(start + ticks - 1, [this] {
        --dips_;
        sim_->set_pause(dips_ != 0);
    });
}

port::Answer RtlWorld::pauses(const std::vector<base::Tick>& starts, base::Tick timeout) {
    if (starts.empty()) throw std::invalid_argument{"pauses: no pause"};
    if (std::adjacent_find(starts.begin(), starts.end(), std::greater_equal<>{}) != starts.end())
        throw std::invalid_argument{"pauses: not in order"};
    // The reader listens from the end of a frame on: it sends a one, with pauses at 0 and 192
    // ticks, that ends with the train and does not reach the air.
    constexpr base::Tick LastPauseOfOne = base::BitTicks + base::BitTicks / 2;
    if (starts.front() <= sim_->now() + 1) throw std::invalid_argument{"pauses: start is past"};
    port::Request one;
    one.data = {1};
    one.last_bits = 1;
    one.parity = port::Parity::AsData;
    one.start = starts.back() - LastPauseOfOne;
    one.timeout = timeout;
    for (const base::Tick start : starts) drop_pause(start, air_.pause_ticks);
    monitor_.expect_train(starts.back());
    sim_->set_mute(true);
    const port::Answer answer = exchange(one);
    sim_->set_mute(false);
    return answer;
}

port::Answer RtlWorld::edges(const std::vector<base::Tick>& edges, base::Tick timeout) {
    if (edges.empty() || edges.size() % 2 != 0)
        throw std::invalid_argument{"edges: not an even number"};
    if (std::adjacent_find(edges.begin(), edges.end(), std::greater_equal<>{}) != edges.end())
        throw std::invalid_argument{"edges: not in order"};
    if (edges.front() <= sim_->now() + 1) throw std::invalid_argument{"edges: start is past"};
    // As in pauses(): a frame of zeros that ends with the last edge and does not reach the air. It
    // begins no later than the first one: from then on the reader's modulation is type B's.
    port::Request quiet = frame_as_long_as(edges.back() - edges.front());
    quiet.start = edges.back() - quiet.start;
    quiet.timeout = timeout;
    for (std::size_t i = 0; i < edges.size(); i += 2) drop_pause(edges[i], edges[i + 1] - edges[i]);
    monitor_.expect_train(edges.back());
    sim_->set_mute(true);
    const port::Answer answer = exchange(quiet);
    sim_->set_mute(false);
    return answer;
}

void RtlWorld::dip(base::Tick start, base::Tick ticks) { drop_pause(start, ticks); }

void RtlWorld::stray_load(base::Tick start, base::Tick ticks) {
    constexpr unsigned AnySlot = port::CardSlots - 1;
    for (base::Tick t = start; t < start + ticks; t += SubcarrierTicks) {
        switch_load(AnySlot, true, t, false);
        switch_load(AnySlot, false, t + SubcarrierTicks / 2, false);
    }
}

void RtlWorld::lose_ticks(std::vector<unsigned> ticks) {
    if (!clock_) {
        clock_ = std::make_unique<CardClock>(air_, false);
        clock_->start_at(sim_->now());
        sim_->set_card_clock(clock_.get());
    }
    clock_->lose(std::move(ticks));
}

RtlWorld::PhaseTicks RtlWorld::reader_phases() {
    PhaseTicks ticks{};
    for (unsigned phase = 0; phase < ticks.size(); ++phase) {
        bus_->write(driver::reg::Counter, phase);
        ticks[phase] = bus_->read(driver::reg::CounterTicks);
    }
    return ticks;
}

std::uint8_t RtlWorld::access_card(unsigned slot, FieldSim::HostAccess access) {
    if (slot >= sim_->cards()) throw std::invalid_argument{"World: no such card in the RTL"};
    sim_->start_host_access(slot, access);
    while (!sim_->host_access_over(slot)) advance(sim_->now() + 1);
    return sim_->host_data(slot);
}

RtlWorld::PhaseTicks RtlWorld::card_phases(unsigned slot) {
    PhaseTicks ticks{};
    for (std::uint8_t phase = 0; phase < ticks.size(); ++phase) {
        access_card(slot, {true, driver::mailbox::Counter, phase});
        for (unsigned shift = 0; shift < 32; shift += 8)
            ticks[phase] |=
                std::uint32_t{access_card(slot, {false, driver::mailbox::CounterTicks, 0})}
                << shift;
    }
    return ticks;
}

void RtlWorld::clear_phases(unsigned slot) {
    bus_->write(driver::reg::Counter, driver::reg::CounterClear);
    access_card(slot, {true, driver::mailbox::Counter, driver::mailbox::CounterClear});
}

void RtlWorld::probe_level(LevelProbe probe) { sim_->set_level_probe(std::move(probe)); }
void RtlWorld::listen_to_load(LoadListener listener) { load_listener_ = std::move(listener); }
void RtlWorld::observe(port::FrameObserver* observer) { observer_ = observer; }
unsigned RtlWorld::errors() const { return sim_->errors() + broken_promises_; }

std::unique_ptr<RtlWorld> make_rtl_world(const port::AirProfile& air, const RtlOptions& options) {
    return std::make_unique<RtlWorld>(air, options);
}

}  // namespace tb
