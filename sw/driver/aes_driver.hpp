/// \file aes_driver.hpp
/// CryptoPort over the registers of `top_aes`.
#pragma once

#include "driver/register_bus.hpp"
#include "port/crypto_port.hpp"

namespace driver {

/// Drives one `top_aes` with all its parts that has just been reset; `bus` must outlive it. Ticks
/// are those that passed on the bus. An engine that does not end throws std::runtime_error.
class AesDriver final : public port::CryptoPort {
public:
    explicit AesDriver(RegisterBus& bus);

    /// Runs one block as well: it leaves the round keys that decryption needs.
    [[nodiscard]] base::Tick load_key(base::ByteView key) override;
    [[nodiscard]] base::Tick encrypt(AesBlock& block) override;
    [[nodiscard]] base::Tick decrypt(AesBlock& block) override;
    void wipe() noexcept override;

private:
    void write_key(base::ByteView key);
    void run(std::uint32_t command);
    [[nodiscard]] base::Tick transform(std::uint32_t command, AesBlock& block);

    RegisterBus& bus_;
    bool loaded_ = false;
};

}  // namespace driver
