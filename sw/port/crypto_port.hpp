/// \file crypto_port.hpp
/// The card's AES engine, block by block (FIPS 197). CBC, CMAC and key derivation stand on top of it in
/// model/aes; all other cryptography is Crypto++'s on every level.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/tick.hpp"

namespace port {

/// One engine. Results come at once; what they took is told in ticks, the same on every level
/// (docs/choices.md, AES engine), and charged by the caller.
class CryptoPort {
public:
    virtual ~CryptoPort() = default;

    using AesBlock = std::array<std::uint8_t, 16>;

    /// The key of the blocks to come: 16, 24 or 32 bytes, else std::invalid_argument.
    [[nodiscard]] virtual base::Tick load_key(base::ByteView key) = 0;
    /// Both replace `block`. Throw std::logic_error when no key was loaded.
    [[nodiscard]] virtual base::Tick encrypt(AesBlock& block) = 0;
    [[nodiscard]] virtual base::Tick decrypt(AesBlock& block) = 0;
    /// Forgets the key.
    virtual void wipe() noexcept = 0;
};

}  // namespace port
