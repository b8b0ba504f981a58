/// \file engine.hpp
/// Cryptography as the card does it: AES on the engine behind CryptoPort, the rest in software;
/// what it takes is charged to the work under way (docs/choices.md, Card OS).
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/tick.hpp"
#include "domain/secret.hpp"
#include "port/crypto_port.hpp"

namespace store {
struct Work;
}  // namespace store

namespace domain {

enum class Hash : std::uint8_t { Sha1, Sha256, Sha384, Sha512 };
[[nodiscard]] std::size_t hash_bytes(Hash hash) noexcept;

/// Lives for one command. Data of CBC must be whole blocks.
class Engine {
public:
    static constexpr base::Tick DesBlockTicks = 256;
    static constexpr base::Tick HashByteTicks = 64;
    static constexpr base::Tick RsaTicks = 131'072;  ///< one RSA operation with the public key

    Engine(port::CryptoPort& aes, store::Work& work) : aes_{aes}, work_{work} {}
    ~Engine() { aes_.wipe(); }
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    using AesBlock = port::CryptoPort::AesBlock;
    [[nodiscard]] AesBlock aes_encrypt(const Secret& key, const AesBlock& block);
    [[nodiscard]] base::Bytes aes_cbc_encrypt(const Secret& key, const AesBlock& iv,
                                              base::ByteView data);
    [[nodiscard]] base::Bytes aes_cbc_decrypt(const Secret& key, const AesBlock& iv,
                                              base::ByteView data);
    [[nodiscard]] AesBlock aes_cmac(const Secret& key, base::ByteView data);

    /// Keys of 16 or 24 bytes.
    [[nodiscard]] base::Bytes des3_cbc_encrypt(const Secret& key, base::ByteView data);
    [[nodiscard]] base::Bytes des3_cbc_decrypt(const Secret& key, base::ByteView data);
    [[nodiscard]] base::Bytes des3_ecb_encrypt(const Secret& key, base::ByteView data);
    [[nodiscard]] base::Bytes des3_ecb_decrypt(const Secret& key, base::ByteView data);
    /// One block under the first half of the key.
    [[nodiscard]] base::Bytes des_encrypt(const Secret& key, base::ByteView block);
    /// Single DES in CBC, triple DES on the last block (ISO 9797-1 algorithm 3); pads with 80.
    [[nodiscard]] base::Bytes retail_mac(const Secret& key, base::ByteView icv,
                                         base::ByteView data);
    /// Triple DES in CBC, last block; pads with 80.
    [[nodiscard]] base::Bytes full_mac(const Secret& key, base::ByteView data);

    [[nodiscard]] base::Bytes hash(Hash kind, base::ByteView data);
    /// PKCS #1 v1.5 over a hash of `data`: SHA-1 or SHA-256, whichever the signer took.
    [[nodiscard]] bool rsa_verify(base::ByteView modulus, base::ByteView exponent,
                                  base::ByteView data, base::ByteView signature);

private:
    port::CryptoPort& aes_;
    store::Work& work_;
};

/// 80 and zeros up to whole blocks; always at least one byte.
[[nodiscard]] base::Bytes pad_80(base::ByteView data, std::size_t block);
/// Takes the padding off; false when there is none.
[[nodiscard]] bool unpad_80(base::Bytes& data);

}  // namespace domain
