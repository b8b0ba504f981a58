/// \file engine.hpp
/// Cryptography as the card does it: AES on the engine behind CryptoPort, the rest in software;
/// what it takes is charged to the work under way (docs/choices.md, Card OS).
#pragma once

#include <cstdint>
#include <optional>

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
/// Free of charge; Engine::hash is not.
[[nodiscard]] base::Bytes digest(Hash hash, base::ByteView data);

/// Both as big-endian bytes.
struct RsaPublic {
    base::Bytes modulus{};
    base::Bytes exponent{};
};

/// Lives for one command. Data of CBC must be whole blocks.
class Engine {
public:
    static constexpr base::Tick DesBlockTicks = 256;
    static constexpr base::Tick HashByteTicks = 64;
    static constexpr base::Tick RsaTicks = 131'072;  ///< one RSA operation with the public key
    static constexpr base::Tick EcdsaTicks = 4'194'304;  ///< verifying one signature on P-256
    static constexpr base::Tick RsaPrivateTicks = 4'194'304;  ///< one with the private key

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
    /// The same with SHA-256 only.
    [[nodiscard]] bool rsa_verify_sha256(const RsaPublic& key, base::ByteView data,
                                         base::ByteView signature);
    /// ECDSA on P-256 with SHA-256: `point` is x|y, `signature` r|s, 64 bytes each.
    [[nodiscard]] bool ecdsa_verify(base::ByteView point, base::ByteView data,
                                    base::ByteView signature);
    /// input^e mod N, as long as the modulus. Nothing when the input is not below the modulus.
    [[nodiscard]] std::optional<base::Bytes> rsa_public(const RsaPublic& key, base::ByteView input);
    /// input^d mod N. What came out is tried with the public key before anybody sees it: nothing
    /// when it does not fit.
    [[nodiscard]] std::optional<base::Bytes> rsa_private(const RsaPublic& key,
                                                         const Secret& exponent,
                                                         base::ByteView input);

private:
    port::CryptoPort& aes_;
    store::Work& work_;
};

/// 80 and zeros up to whole blocks; always at least one byte.
[[nodiscard]] base::Bytes pad_80(base::ByteView data, std::size_t block);
/// Takes the padding off; false when there is none.
[[nodiscard]] bool unpad_80(base::Bytes& data);

}  // namespace domain
