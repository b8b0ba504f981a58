/// \file counted_power.hpp
/// PowerPort without RTL: clocks are counted, not run.
#pragma once

#include <functional>

#include "port/crypto_port.hpp"
#include "port/power_port.hpp"

namespace control {

/// Time passes where spend() says, and where a clock of its own goes on (the world's).
class CountedPower final : public port::PowerPort {
public:
    using Clock = std::function<base::Tick()>;
    explicit CountedPower(Clock clock = [] { return base::Tick{0}; });

    void set(port::Module module, bool on) override;
    [[nodiscard]] bool on(port::Module module) const override;
    [[nodiscard]] base::Tick ticks(port::Module module) override;
    void spend(base::Tick ticks) override;
    /// What spend() was told in all.
    [[nodiscard]] base::Tick spent() const noexcept { return spent_; }

private:
    void catch_up();

    Clock clock_;
    base::Tick seen_;
    base::Tick spent_ = 0;
    std::array<bool, port::Modules.size()> on_{};
    std::array<base::Tick, port::Modules.size()> ticks_{};
};

/// An engine whose ticks pass for every module that is on. Errors: std::logic_error while the
/// secure-access module is off.
class CountedCrypto final : public port::CryptoPort {
public:
    /// Both outlive it.
    CountedCrypto(port::CryptoPort& engine, port::PowerPort& power)
        : engine_{engine}, power_{power} {}

    [[nodiscard]] base::Tick load_key(base::ByteView key) override;
    [[nodiscard]] base::Tick encrypt(AesBlock& block) override;
    [[nodiscard]] base::Tick decrypt(AesBlock& block) override;
    void wipe() noexcept override { engine_.wipe(); }

private:
    base::Tick spent(base::Tick ticks);
    void require_on() const;

    port::CryptoPort& engine_;
    port::PowerPort& power_;
};

}  // namespace control
