/// \file scp10.hpp
/// SCP10 (project profile, docs/choices.md) between an issuer and its application providers: the
/// issuer gives a domain an RSA key pair, and its trust point certifies who may enter. So nobody
/// has to hand over a key, and the issuer never knows one of the provider's.
#pragma once

#include "platform/channel.hpp"
#include "reader/scp10_opening.hpp"

namespace platform {

/// What both platforms agree on.
struct Scp10Terms {
    reader::Scp10Option option = reader::Scp10Option::KeyAgreement;
    std::uint8_t key_version = 0x70;  ///< of the domain's key pair and its trust point
};

/// The authority that a domain and who enters it have in common.
class TrustPoint {
public:
    explicit TrustPoint(reader::RsaPrivateKey key);

    [[nodiscard]] const reader::RsaPublicKey& public_key() const noexcept {
        return key_.public_key();
    }
    /// For a platform that may enter domains.
    [[nodiscard]] base::Bytes certify_platform(const reader::Serial& serial,
                                               const reader::RsaPublicKey& key) const;
    /// For a domain of a card, of which the diversification data are given, in hexadecimal.
    [[nodiscard]] base::Bytes certify_domain(const std::string& card,
                                             const reader::RsaPublicKey& key) const;

private:
    reader::RsaPrivateKey key_;
    reader::Serial serial_;
};

/// The serial number by which a card goes in certificates. Throws std::invalid_argument unless
/// `card` is at least eight bytes in hexadecimal.
[[nodiscard]] reader::Serial card_serial(const std::string& card);

/// Makes the key pair of a domain.
using PairMaker = std::function<reader::RsaPrivateKey()>;

/// What a domain gets for SCP10.
struct Scp10Domain {
    std::uint8_t key_version = 0x70;
    reader::RsaPrivateKey key;
    base::Bytes certificate{};
    reader::RsaPublicKey trust_point;
};

/// STORE DATA, block after block, that bring it in, the private key under the channel's DEK.
[[nodiscard]] std::vector<apdu::Command> store_scp10(const Channel& channel,
                                                     const Scp10Domain& domain);

/// As open_scp(); a domain that has none of the candidates is opened with SCP10. `opened_with` is
/// then the number of candidates.
[[nodiscard]] Opener open_scp10(const reader::Scp10Host& host, const Scp10Terms& terms);

}  // namespace platform
