/// \file scp_session.hpp
/// The keys and counters of one session, seen from the host. Use SecureChannel.
#pragma once

#include <cstdint>
#include <memory>

#include "apdu/command.hpp"
#include "reader/scp_crypto.hpp"

namespace reader {

/// Bits of a security level, P1 of EXTERNAL AUTHENTICATE.
struct SecurityLevel {
    static constexpr std::uint8_t CMac = 0x01;
    static constexpr std::uint8_t CDecryption = 0x02;
    static constexpr std::uint8_t RMac = 0x10;
    static constexpr std::uint8_t REncryption = 0x20;
};

struct ChannelKeys {
    ScpKey enc{};
    ScpKey mac{};
    ScpKey dek{};
};

enum class ScpProtocol : std::uint8_t { Scp02 = 0x02, Scp03 = 0x03, Scp10 = 0x10 };

/// What a card answers to INITIALIZE UPDATE.
struct ScpOffer {
    ScpProtocol protocol = ScpProtocol::Scp03;
    base::Bytes diversification{};  ///< ten bytes
    std::uint8_t key_version = 0;
    std::uint8_t i = 0;       ///< SCP03 only: SCP02 does not say it
    base::Bytes sequence{};   ///< two bytes, three, or none with random challenges of SCP03
    base::Bytes challenge{};  ///< six bytes, eight, or sixteen in S16 mode
    base::Bytes cryptogram{};
};

class ScpSession {
public:
    virtual ~ScpSession() = default;

    /// Makes `command` one of this level; to be called for each command, in order.
    virtual void protect(apdu::Command& command, std::uint8_t level) = 0;
    /// Checks and strips the answer to the last command; false: it must not be believed.
    [[nodiscard]] virtual bool reveal(apdu::Response& response, std::uint8_t level) = 0;

    /// `data`, a multiple of eight (SCP02, SCP10) or sixteen bytes (SCP03), under the DEK.
    [[nodiscard]] virtual base::Bytes encrypt_data(base::ByteView data) const = 0;
};

/// One of SCP02 or SCP03, which begin with an exchange of cryptograms.
class SymmetricSession : public ScpSession {
public:
    [[nodiscard]] virtual base::Bytes card_cryptogram() const = 0;
    [[nodiscard]] virtual base::Bytes host_cryptogram() const = 0;
    /// Whether the card's challenge is the one that a card with pseudo-random ones makes.
    [[nodiscard]] virtual bool is_expected_challenge(base::ByteView aid) const = 0;
};

/// `i` of SCP02 is 15 or 55, or one that differs from these in bits 10 and 40 only.
[[nodiscard]] std::unique_ptr<SymmetricSession> make_scp02_session(const ChannelKeys& keys,
                                                                   const ScpOffer& offer,
                                                                   base::ByteView host_challenge,
                                                                   std::uint8_t i);
[[nodiscard]] std::unique_ptr<SymmetricSession> make_scp03_session(const ChannelKeys& keys,
                                                                   const ScpOffer& offer,
                                                                   base::ByteView host_challenge);

/// Of one session of SCP03, for who may have no others.
struct Scp03SessionKeys {
    ScpKey enc{};
    ScpKey mac{};
    ScpKey rmac{};
};
[[nodiscard]] Scp03SessionKeys scp03_session_keys(const ChannelKeys& keys, const ScpOffer& offer,
                                                  base::ByteView host_challenge);
/// Without static keys: it cannot judge the card's challenge, which is then as expected, and has no
/// DEK.
[[nodiscard]] std::unique_ptr<SymmetricSession> make_scp03_session(const Scp03SessionKeys& keys,
                                                                   const ScpOffer& offer,
                                                                   base::ByteView host_challenge);

/// The header as a MAC covers it, with that class byte, and the length, which takes three bytes
/// above 255.
[[nodiscard]] base::Bytes command_header(const apdu::Command& command, std::uint8_t cla,
                                         std::size_t length);
/// The same for a C-MAC: class with secure messaging and without channel; length of data and MAC.
[[nodiscard]] base::Bytes mac_header(const apdu::Command& command, std::size_t length);
/// Marks the class byte as secure messaging of GlobalPlatform.
[[nodiscard]] std::uint8_t secured_class(std::uint8_t cla) noexcept;
/// 9000 and warnings: what carries data, and protection.
[[nodiscard]] bool is_good(apdu::StatusWord sw) noexcept;

}  // namespace reader
