#include "lab/key_probe.hpp"

#include "platform/card_commands.hpp"

namespace lab {
namespace {

/// What the channel itself would not send to a card that has other keys.
base::Bytes insist(const reader::ScpOffer& offer, const platform::KeySet& keys,
                   base::ByteView challenge, std::uint8_t level) {
    constexpr std::uint8_t Scp02Options = 0x55;
    const auto session = offer.protocol == reader::ScpProtocol::Scp02
                             ? reader::make_scp02_session(keys.keys, offer, challenge, Scp02Options)
                             : reader::make_scp03_session(keys.keys, offer, challenge);
    apdu::Command command{0x80, 0x82, level, 0, session->host_cryptogram()};
    session->protect(command, reader::SecurityLevel::CMac);
    return command.bytes();
}

}  // namespace

Probe try_keys(hostlink::SmartCard& card, const std::string& aid, const platform::KeySet& keys,
               std::uint8_t level) {
    Probe probe;
    const auto answer = [&](base::ByteView apdu) {
        auto bytes = card.transmit(apdu);
        const auto response = apdu::parse_response(bytes);
        probe.sw = response ? response->sw : apdu::StatusWord{0};
        return bytes;
    };
    answer(platform::select(aid));
    if (probe.sw != apdu::Sw::Ok) return probe;
    const base::Bytes challenge = platform::system_random(8);
    const auto offered = answer(reader::initialize_update(keys.version, challenge));
    const auto offer = reader::parse_offer(offered);
    if (!offer) return probe;
    probe.counter = offer->sequence;
    if (offer->protocol == reader::ScpProtocol::Scp02)
        level = static_cast<std::uint8_t>(level & ~reader::SecurityLevel::REncryption);
    reader::SecureChannel channel{keys.keys};
    probe.proved = channel.offered(challenge, offered);
    if (!probe.proved) {
        answer(insist(*offer, keys, challenge, level));
        return probe;
    }
    probe.opened = channel.opened(answer(channel.external_authenticate(level)));
    if (probe.opened) probe.channel.emplace(std::move(channel));
    return probe;
}

std::optional<apdu::Response> send(hostlink::SmartCard& card, Probe& open,
                                   const apdu::Command& command) {
    return open.channel->transmit(command,
                                  [&](base::ByteView apdu) { return card.transmit(apdu); });
}

}  // namespace lab
