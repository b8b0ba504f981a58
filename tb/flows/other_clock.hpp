/// \file other_clock.hpp
/// An AES engine as if its clock were another one.
#pragma once

#include <memory>

#include "port/crypto_port.hpp"

namespace flows {

/// Same results, other ticks: those of `engine` through `factor`, rounded up.
class OtherClock final : public port::CryptoPort {
public:
    /// `factor` > 0: the clock as a multiple of the one that `engine` has.
    OtherClock(std::unique_ptr<port::CryptoPort> engine, double factor)
        : engine_{std::move(engine)}, factor_{factor} {}

    [[nodiscard]] base::Tick load_key(base::ByteView key) override {
        return scaled(engine_->load_key(key));
    }
    [[nodiscard]] base::Tick encrypt(AesBlock& block) override {
        return scaled(engine_->encrypt(block));
    }
    [[nodiscard]] base::Tick decrypt(AesBlock& block) override {
        return scaled(engine_->decrypt(block));
    }
    void wipe() noexcept override { engine_->wipe(); }

private:
    [[nodiscard]] base::Tick scaled(base::Tick ticks) const;

    std::unique_ptr<port::CryptoPort> engine_;
    double factor_;
};

}  // namespace flows
