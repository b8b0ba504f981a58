/// \file secure_channel.hpp
/// The host's end of a GlobalPlatform secure channel: SCP02 (i = 15, 55) and SCP03 (all i); SCP10
/// once Scp10Opening has opened it.
///
/// Example, `send` taking an APDU to the card and bringing its answer:
///     reader::SecureChannel channel{keys};
///     if (channel.offered(host_challenge, send(reader::initialize_update(0x30, host_challenge)))
///     &&
///         channel.opened(send(channel.external_authenticate(0x33))))
///         const auto answer = channel.transmit(get_status, send);
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "apdu/command.hpp"
#include "reader/scp_session.hpp"

namespace reader {

/// Takes one APDU to the card and brings its answer, data and status.
using Transmit = std::function<base::Bytes(base::ByteView)>;

/// INITIALIZE UPDATE; key version 00 is the card's default. A challenge of 16 bytes asks for S16
/// mode.
[[nodiscard]] base::Bytes initialize_update(std::uint8_t key_version, base::ByteView host_challenge,
                                            std::uint8_t key_id = 0);
/// Reads its answer; nothing when it is an error or breaks the format.
[[nodiscard]] std::optional<ScpOffer> parse_offer(base::ByteView response,
                                                  std::size_t host_challenge_bytes = 8);

class SecureChannel {
public:
    /// `scp02_i`: what a card with SCP02 does not say of itself.
    explicit SecureChannel(ChannelKeys keys, std::uint8_t scp02_i = 0x55);
    /// One that is open already, of any protocol.
    SecureChannel(ScpProtocol protocol, std::unique_ptr<ScpSession> session, std::uint8_t level);

    /// Takes the card's answer to INITIALIZE UPDATE. False when it is not a sound one or its
    /// cryptogram is wrong: there is no session then, and nothing must be sent to this card.
    [[nodiscard]] bool offered(base::ByteView host_challenge, base::ByteView response);
    /// EXTERNAL AUTHENTICATE for this level. Throws std::logic_error without an offer.
    [[nodiscard]] base::Bytes external_authenticate(std::uint8_t level);
    /// Takes its answer; true when the channel is open now.
    [[nodiscard]] bool opened(base::ByteView response);

    /// Protects a command. One APDU, or several chained ones when it has become too long (DELETE,
    /// INSTALL and PUT KEY; others become extended with SCP10, else throw std::length_error unless
    /// they are). Throws
    /// std::logic_error while the channel is not open.
    [[nodiscard]] std::vector<base::Bytes> wrap(apdu::Command command);
    /// The one APDU of a command that is not too long.
    [[nodiscard]] base::Bytes wrap_one(base::ByteView command);
    /// The answer without its protection. Nothing when it is not to be believed: the channel is
    /// closed then.
    [[nodiscard]] std::optional<apdu::Response> unwrap(base::ByteView response);

    /// wrap, send, unwrap; ends early when the card refuses part of a chain.
    std::optional<apdu::Response> transmit(const apdu::Command& command, const Transmit& send);

    [[nodiscard]] bool is_open() const noexcept { return open_; }
    [[nodiscard]] std::uint8_t level() const noexcept { return level_; }
    /// Of the last sound answer to INITIALIZE UPDATE.
    [[nodiscard]] const ScpOffer& offer() const noexcept { return offer_; }
    [[nodiscard]] ScpProtocol protocol() const noexcept { return offer_.protocol; }
    /// Whether the card's challenge follows from its counter and the AID of the security domain;
    /// always with a random one.
    [[nodiscard]] bool is_expected_challenge(base::ByteView aid) const;
    /// `data`, a multiple of data_block() bytes, under the DEK.
    [[nodiscard]] base::Bytes encrypt_data(base::ByteView data) const;
    /// Eight with SCP02 and SCP10, sixteen with SCP03.
    [[nodiscard]] std::size_t data_block() const noexcept;

    /// Forgets the session's keys; the card is not told.
    void close() noexcept;

private:
    ScpSession& session() const;
    SymmetricSession& symmetric() const;

    ChannelKeys keys_{};
    std::uint8_t scp02_i_ = 0;
    ScpOffer offer_{};
    std::unique_ptr<ScpSession> session_{};
    SymmetricSession* symmetric_ = nullptr;  ///< the same, of SCP02 and SCP03
    std::uint8_t level_ = 0;
    bool open_ = false;
};

}  // namespace reader
