/// \file rtl_crypto.hpp
/// The AES engine of `--level rtl`: driver::AesDriver on a Verilated `top_aes`.
#pragma once

#include <cstdint>
#include <memory>

#include "port/crypto_port.hpp"

namespace tb {

/// Its time passes only while it works and has nothing to do with the world's.
class RtlCrypto final : public port::CryptoPort {
public:
    RtlCrypto();
    ~RtlCrypto() override;

    [[nodiscard]] base::Tick load_key(base::ByteView key) override;
    [[nodiscard]] base::Tick encrypt(AesBlock& block) override;
    [[nodiscard]] base::Tick decrypt(AesBlock& block) override;
    void wipe() noexcept override;

    /// What the engine's counters say, modulo 2^32: ticks of its work and of its bus.
    struct Ticks {
        std::uint32_t work = 0;
        std::uint32_t access = 0;
    };
    [[nodiscard]] Ticks counted();

    /// Assertions of the RTL that failed so far.
    [[nodiscard]] int check_failures() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace tb
