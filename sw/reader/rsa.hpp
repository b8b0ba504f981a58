/// \file rsa.hpp
/// RSA as SCP10 uses it, on numbers as long as the modulus: Crypto++ behind names of the sheet.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "base/bytes.hpp"

namespace CryptoPP {
class InvertibleRSAFunction;
}

namespace reader {

/// As many random bytes as asked for; must be good for keys.
using Random = std::function<base::Bytes(std::size_t)>;

class RsaPublicKey {
public:
    /// Throws std::invalid_argument unless the modulus is odd and has 1024 or 2048 bits, and the
    /// exponent is odd, above 1 and at most four bytes long. Leading zeros do not count.
    RsaPublicKey(base::ByteView modulus, base::ByteView exponent);

    /// Bytes of the modulus: 128 or 256.
    [[nodiscard]] std::size_t size() const noexcept { return modulus_.size(); }
    [[nodiscard]] const base::Bytes& modulus() const noexcept { return modulus_; }
    /// Without leading zeros. Example: 01 00 01
    [[nodiscard]] const base::Bytes& exponent() const noexcept { return exponent_; }

    /// `number` to the power of the exponent; nothing when it is not below the modulus.
    [[nodiscard]] std::optional<base::Bytes> raised(base::ByteView number) const;
    /// N - `number`; nothing when it is not below the modulus.
    [[nodiscard]] std::optional<base::Bytes> counterpart(base::ByteView number) const;
    /// RSAES-OAEP with SHA-256 (PKCS #1 v2.1). Throws std::length_error for more than
    /// size() - 66 bytes.
    [[nodiscard]] base::Bytes encrypt_oaep(base::ByteView plain, const Random& random) const;

    friend bool operator==(const RsaPublicKey&, const RsaPublicKey&) = default;

private:
    base::Bytes modulus_;
    base::Bytes exponent_;
};

/// Copies share one key, which is wiped with the last of them.
class RsaPrivateKey {
public:
    /// Throws std::invalid_argument as RsaPublicKey does, and when `d` does not belong to it.
    RsaPrivateKey(base::ByteView modulus, base::ByteView exponent, base::ByteView d);
    /// A new one with exponent 10001. `bits`: 1024 or 2048.
    [[nodiscard]] static RsaPrivateKey draw(unsigned bits = 2048);

    [[nodiscard]] const RsaPublicKey& public_key() const noexcept { return public_; }
    [[nodiscard]] std::size_t size() const noexcept { return public_.size(); }

    /// `number` to the power of d; nothing when it is not below the modulus. Takes a time that
    /// says nothing of d.
    [[nodiscard]] std::optional<base::Bytes> raised(base::ByteView number) const;
    /// d, as long as the modulus: to be wiped by who asked.
    [[nodiscard]] base::Bytes expose() const;
    /// RSASSA-PKCS1-v1_5 with SHA-256 over `message`.
    [[nodiscard]] base::Bytes sign(base::ByteView message) const;

private:
    explicit RsaPrivateKey(std::shared_ptr<const CryptoPP::InvertibleRSAFunction> key);

    std::shared_ptr<const CryptoPP::InvertibleRSAFunction> key_;
    RsaPublicKey public_;
};

/// Trailers of blocks to be signed: what stands behind the hash.
inline constexpr std::uint8_t TrailerSha1 = 0xBC;   ///< implicit, as CWA 14890-1 has it
inline constexpr std::uint8_t TrailerNamed = 0xCC;  ///< the byte before it names the hash

/// min(SIG, N - SIG) of a block as long as the modulus, which begins with 6A and ends with a
/// trailer (ISO/IEC 9796-2 with its alternative signature, as CWA 14890-1 uses it).
[[nodiscard]] base::Bytes sign_block(const RsaPrivateKey& key, base::ByteView block);
/// The block that was signed, SIG or N - SIG; nothing when neither begins with 6A and ends with
/// `trailer`.
[[nodiscard]] std::optional<base::Bytes> recover_block(const RsaPublicKey& key,
                                                       base::ByteView signature,
                                                       std::uint8_t trailer);

}  // namespace reader
