/// \file scp10_certificate.hpp
/// Certificates of SCP10 (project profile, docs/choices.md): who has which RSA key, said by a
/// signature from which most of that can be recovered (ISO/IEC 9796-2, scheme 1).
#pragma once

#include <array>

#include "reader/rsa.hpp"

namespace reader {

/// Eight bytes by which a key's holder goes. A trust point: the beginning of SHA-256 of its
/// modulus; a card: the last bytes of its diversification data; others: a number of their own.
using Serial = std::array<std::uint8_t, 8>;
/// The trust point that has this key.
[[nodiscard]] Serial trust_point_serial(const RsaPublicKey& key);
/// The name of a key in commands, twelve bytes: 00000000 and the serial number of its holder.
[[nodiscard]] base::Bytes key_name(const Serial& holder);

enum class Role : std::uint8_t { Authority = 0x01, OffCard = 0x02, Domain = 0x03 };

struct Certificate {
    Serial signer{};
    Serial holder{};
    Role role = Role::OffCard;
    RsaPublicKey key;  ///< exponent 10001
};

/// 7F21 { 5F37 signature, 5F38 remainder, 42 signer }, signed by a key as long as the certified
/// one. Throws std::invalid_argument when it is not, or the exponent is another.
[[nodiscard]] base::Bytes issue(const RsaPrivateKey& signer, const Certificate& content);
/// The last eight bytes of the signer's name, not yet believed; nothing when this is no
/// certificate.
[[nodiscard]] std::optional<Serial> signer_of(base::ByteView certificate);
/// What a certificate says, once its signature is found to be right for this key and its holder's
/// name, role and key are such as the profile has.
[[nodiscard]] std::optional<Certificate> verified(base::ByteView certificate,
                                                  const RsaPublicKey& signer);

}  // namespace reader
