/// \file scp10_opening.hpp
/// How the host opens a channel of SCP10 (project profile, docs/choices.md) with the security
/// domain that is selected: i = 01, key agreement, and i = 02, key transport.
///
/// Example, `send` taking an APDU to the card and bringing its answer:
///     reader::Scp10Opening opening{host, {.key_version = 0x70, .aid = aid}, random};
///     while (const auto step = opening.next()) opening.take(send(step->apdu));
///     if (opening.is_open()) auto channel = opening.channel();
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reader/device_authentication.hpp"
#include "reader/scp10_certificate.hpp"
#include "reader/secure_channel.hpp"

namespace reader {

/// What an off-card entity has. All keys are of one length.
struct Scp10Host {
    Serial serial{};  ///< as in its certificate
    RsaPrivateKey key;
    /// Whole certificates (7F21): the first is signed by the trust point that the card knows, each
    /// by the key of the one before it, and the last is the entity's own. 1 to 4.
    std::vector<base::Bytes> chain{};
    /// Whose certificate the card must have.
    RsaPublicKey trust_point;
};

/// The option i.
enum class Scp10Option : std::uint8_t { KeyAgreement = 0x01, KeyTransport = 0x02 };

struct Scp10Request {
    Scp10Option option = Scp10Option::KeyAgreement;
    std::uint8_t key_version = 0x70;
    base::Bytes aid{};             ///< of the selected domain
    std::optional<Serial> card{};  ///< the only card that will do; nothing: any
    std::uint8_t level = 0x33;     ///< 33, with key transport also 11
};

struct Scp10Step {
    std::string_view name{};  ///< example: "INTERNAL AUTHENTICATE"
    base::Bytes apdu{};
};

/// Begins anew with another object only.
class Scp10Opening {
public:
    /// Throws std::invalid_argument for an empty chain, certificates that are none, and a level
    /// that the option does not have.
    Scp10Opening(const Scp10Host& host, Scp10Request request, Random random);

    /// What goes to the card; the same until its answer is taken. Nothing: it is decided.
    [[nodiscard]] const std::optional<Scp10Step>& next() const noexcept { return step_; }
    void take(base::ByteView answer);

    [[nodiscard]] bool is_open() const noexcept { return session_ != nullptr; }
    /// Why it did not open.
    [[nodiscard]] const std::string& trouble() const noexcept { return trouble_; }
    /// The card, once its certificate was believed. With key transport it has proved itself only by
    /// its first answer in the channel.
    [[nodiscard]] const std::optional<Certificate>& card() const noexcept { return card_; }
    /// The open channel; call it once.
    [[nodiscard]] SecureChannel channel();

private:
    /// What to do with the data of a good answer.
    using Then = void (Scp10Opening::*)(base::ByteView data);

    void ask(std::string_view name, const apdu::Command& command, Then then);
    void fail(std::string why);

    void certificate_read(base::ByteView data);
    void name_next_signer(base::ByteView data = {});
    void send_certificate(base::ByteView data);

    void name_keys(base::ByteView data);
    void internal_authenticate(base::ByteView data);
    void card_authenticated(base::ByteView data);
    void authenticate_by_token(base::ByteView data);

    void name_card_key(base::ByteView data);
    void transport_keys(base::ByteView data);
    void name_own_key(base::ByteView data);
    void ask_challenge(base::ByteView data);
    void authenticate_by_signature(base::ByteView data);

    void opened(base::ByteView data);

    Scp10Host host_;
    Scp10Request request_;
    Random random_;
    std::optional<Scp10Step> step_{};
    Then then_ = nullptr;
    std::size_t certificates_ = 0;  ///< of the chain that the card has
    std::optional<Certificate> card_{};
    base::Bytes challenge_{};                ///< the host's
    std::optional<SecretHalf> card_half_{};  ///< key agreement
    std::optional<ScpKey> enc_{};            ///< key transport, level 33
    std::optional<ScpKey> mac_{};            ///< key transport
    base::Bytes told_{};                     ///< data fields that the signature covers
    std::unique_ptr<ScpSession> ready_{};    ///< when the card says yes
    std::unique_ptr<ScpSession> session_{};
    std::string trouble_{};
};

}  // namespace reader
