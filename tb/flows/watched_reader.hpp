/// \file watched_reader.hpp
/// What a reader works on, with somebody who watches: its modules' clocks, its AES engine, the
/// memory of the card in its field.
#pragma once

#include <functional>

#include "flows/stage_watch.hpp"
#include "port/crypto_port.hpp"
#include "port/power_port.hpp"
#include "port/store_port.hpp"

namespace flows {

/// Tells `watch` what happens by a clock that is not the watched one's.
class Shifted final : public port::FrameObserver, public port::WorkObserver {
public:
    /// `by`: what has to be added to a tick that is told now. `watch` outlives it.
    Shifted(StageWatch& watch, std::function<Tick()> by) : watch_{watch}, by_{std::move(by)} {}

    void on_frame(const port::AirFrame& frame) override;
    void on_field(bool on, Tick tick) override { watch_.on_field(on, tick + by_()); }
    void on_work(port::CardUnit unit, Tick begin, Tick end) override;

private:
    StageWatch& watch_;
    std::function<Tick()> by_;
};

/// Ticks of all of them are those of `now`; what they are given outlives them.
using Clock = std::function<Tick()>;

/// Tells when modules run, and what the display shows: whatever else is spent on the way goes to
/// the clocks below.
class WatchedPower final : public port::PowerPort {
public:
    WatchedPower(port::PowerPort& power, StageWatch& watch, Clock now)
        : power_{power}, watch_{watch}, now_{std::move(now)} {}

    void set(port::Module module, bool on) override;
    [[nodiscard]] bool on(port::Module module) const override { return power_.on(module); }
    [[nodiscard]] Tick ticks(port::Module module) override { return power_.ticks(module); }
    void spend(Tick ticks) override;

private:
    port::PowerPort& power_;
    StageWatch& watch_;
    Clock now_;
};

class WatchedCrypto final : public port::CryptoPort {
public:
    WatchedCrypto(port::CryptoPort& engine, StageWatch& watch, Clock now)
        : engine_{engine}, watch_{watch}, now_{std::move(now)} {}

    [[nodiscard]] Tick load_key(base::ByteView key) override;
    [[nodiscard]] Tick encrypt(AesBlock& block) override;
    [[nodiscard]] Tick decrypt(AesBlock& block) override;
    void wipe() noexcept override { engine_.wipe(); }

private:
    template <typename Call>
    Tick told(Call call);

    port::CryptoPort& engine_;
    StageWatch& watch_;
    Clock now_;
};

/// A memory without a card OS.
class WatchedStore final : public port::StorePort {
public:
    WatchedStore(port::StorePort& store, port::WorkObserver& watch)
        : store_{store}, watch_{watch} {}

    [[nodiscard]] port::Block read(port::BlockAddress block, Tick now) override {
        return store_.read(block, now);
    }
    Programming program(port::BlockAddress block, const port::Block& data, Tick start) override;
    void power_lost(Tick at) override { store_.power_lost(at); }
    void power_up(Tick at) override { store_.power_up(at); }
    [[nodiscard]] std::unique_ptr<port::StorePort> clone() const override { return store_.clone(); }

private:
    port::StorePort& store_;
    port::WorkObserver& watch_;
};

}  // namespace flows
