#include "reader/secure_channel.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace reader {
namespace {

constexpr std::size_t OfferHead = 12;  // diversification, key version, protocol
constexpr std::uint8_t PseudoRandom = 0x10;
constexpr std::uint8_t MoreCommands = 0x80;  // P1 of a part that is not the last

constexpr std::uint8_t InsInitializeUpdate = 0x50;
constexpr std::uint8_t InsExternalAuthenticate = 0x82;

bool may_be_chained(std::uint8_t ins) { return ins == 0xD8 || ins == 0xE4 || ins == 0xE6; }

base::Bytes taken(base::ByteView& rest, std::size_t size) {
    const auto part = rest.first(size);
    rest = rest.subspan(size);
    return {part.begin(), part.end()};
}

}  // namespace

std::uint8_t secured_class(std::uint8_t cla) noexcept {
    // b7: the form of the class byte with channels 4 to 19.
    return static_cast<std::uint8_t>((cla & 0x40U) != 0 ? cla | 0x20U : cla | 0x04U);
}

base::Bytes command_header(const apdu::Command& command, std::uint8_t cla, std::size_t length) {
    base::Bytes bytes{cla, command.ins, command.p1, command.p2};
    if (length > apdu::MostShortNc) {
        bytes.push_back(0);
        bytes.push_back(static_cast<std::uint8_t>(length >> 8U));
    }
    bytes.push_back(static_cast<std::uint8_t>(length));
    return bytes;
}

base::Bytes mac_header(const apdu::Command& command, std::size_t length) {
    return command_header(command, static_cast<std::uint8_t>((command.cla & 0x80U) | 0x04U),
                          length);
}

bool is_good(apdu::StatusWord sw) noexcept { return sw == apdu::Sw::Ok || apdu::is_warning(sw); }

base::Bytes initialize_update(std::uint8_t key_version, base::ByteView host_challenge,
                              std::uint8_t key_id) {
    return apdu::Command{0x80,
                         InsInitializeUpdate,
                         key_version,
                         key_id,
                         {host_challenge.begin(), host_challenge.end()},
                         apdu::MostShortNe}
        .bytes();
}

std::optional<ScpOffer> parse_offer(base::ByteView response, std::size_t host_challenge_bytes) {
    const auto answer = apdu::parse_response(response);
    if (!answer || answer->sw != apdu::Sw::Ok || answer->data.size() < OfferHead + 1) return {};
    base::ByteView rest{answer->data};
    ScpOffer offer;
    offer.diversification = taken(rest, 10);
    offer.key_version = taken(rest, 1).front();
    const std::uint8_t protocol = taken(rest, 1).front();
    if (protocol == static_cast<std::uint8_t>(ScpProtocol::Scp02)) {
        if (rest.size() != 2 + 6 + 8 || host_challenge_bytes != 8) return {};
        offer.protocol = ScpProtocol::Scp02;
        offer.sequence = taken(rest, 2);
        offer.challenge = taken(rest, 6);
        offer.cryptogram = taken(rest, 8);
        return offer;
    }
    if (protocol != static_cast<std::uint8_t>(ScpProtocol::Scp03)) return {};
    offer.i = taken(rest, 1).front();
    const std::size_t sequence = (offer.i & PseudoRandom) != 0 ? 3 : 0;
    if (rest.size() != 2 * host_challenge_bytes + sequence) return {};
    offer.challenge = taken(rest, host_challenge_bytes);
    offer.cryptogram = taken(rest, host_challenge_bytes);
    offer.sequence = taken(rest, sequence);
    return offer;
}

SecureChannel::SecureChannel(ChannelKeys keys, std::uint8_t scp02_i)
    : keys_{std::move(keys)}, scp02_i_{scp02_i} {}

SecureChannel::SecureChannel(ScpProtocol protocol, std::unique_ptr<ScpSession> session,
                             std::uint8_t level)
    : session_{std::move(session)}, level_{level}, open_{true} {
    offer_.protocol = protocol;
}

bool SecureChannel::offered(base::ByteView host_challenge, base::ByteView response) {
    close();
    if (host_challenge.size() != 8 && host_challenge.size() != 16)
        throw std::invalid_argument{"a host challenge has 8 or 16 bytes"};
    const auto offer = parse_offer(response, host_challenge.size());
    if (!offer) return false;
    offer_ = *offer;
    auto made = offer_.protocol == ScpProtocol::Scp02
                    ? make_scp02_session(keys_, offer_, host_challenge, scp02_i_)
                    : make_scp03_session(keys_, offer_, host_challenge);
    symmetric_ = made.get();
    session_ = std::move(made);
    if (base::equal_in_constant_time(symmetric().card_cryptogram(), offer_.cryptogram)) return true;
    close();
    return false;
}

base::Bytes SecureChannel::external_authenticate(std::uint8_t level) {
    apdu::Command command{0x80, InsExternalAuthenticate, level, 0, symmetric().host_cryptogram()};
    level_ = level;
    session().protect(command, SecurityLevel::CMac);
    return command.bytes();
}

bool SecureChannel::opened(base::ByteView response) {
    const auto answer = apdu::parse_response(response);
    open_ = session_ && answer && answer->ok() && answer->data.empty();
    if (!open_) close();
    return open_;
}

std::vector<base::Bytes> SecureChannel::wrap(apdu::Command command) {
    if (!open_) throw std::logic_error{"the secure channel is not open"};
    session().protect(command, level_);
    if (command.data.size() <= apdu::MostShortNc || command.extended) return {command.bytes()};
    if (!may_be_chained(command.ins) && protocol() == ScpProtocol::Scp10) {
        command.ne = apdu::MostNe;
        return {command.bytes()};
    }
    if (!may_be_chained(command.ins)) throw std::length_error{"a protected command is too long"};
    std::vector<base::Bytes> parts;
    base::ByteView rest{command.data};
    while (!rest.empty()) {
        apdu::Command part = command;
        part.data = taken(rest, std::min(rest.size(), apdu::MostShortNc));
        if (!rest.empty()) {
            part.p1 |= MoreCommands;
            part.ne.reset();
        }
        parts.push_back(part.bytes());
    }
    return parts;
}

base::Bytes SecureChannel::wrap_one(base::ByteView command) {
    const auto parsed = apdu::parse(command);
    if (!parsed) throw std::invalid_argument{"not a command APDU"};
    auto parts = wrap(*parsed);
    if (parts.size() != 1) throw std::length_error{"a protected command is too long"};
    return std::move(parts.front());
}

std::optional<apdu::Response> SecureChannel::unwrap(base::ByteView response) {
    if (!open_) throw std::logic_error{"the secure channel is not open"};
    auto answer = apdu::parse_response(response);
    if (answer && session().reveal(*answer, level_)) return answer;
    close();
    return {};
}

std::optional<apdu::Response> SecureChannel::transmit(const apdu::Command& command,
                                                      const Transmit& send) {
    const auto parts = wrap(command);
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        // Parts before the last are answered without protection.
        const auto answer = apdu::parse_response(send(parts[i]));
        if (!answer || !answer->ok()) {
            close();
            return answer;
        }
    }
    return unwrap(send(parts.back()));
}

bool SecureChannel::is_expected_challenge(base::ByteView aid) const {
    return symmetric().is_expected_challenge(aid);
}

base::Bytes SecureChannel::encrypt_data(base::ByteView data) const {
    return session().encrypt_data(data);
}

std::size_t SecureChannel::data_block() const noexcept {
    return protocol() == ScpProtocol::Scp03 ? sizeof(AesBlock) : sizeof(DesBlock);
}

void SecureChannel::close() noexcept {
    open_ = false;
    symmetric_ = nullptr;
    session_.reset();
}

ScpSession& SecureChannel::session() const {
    if (!session_) throw std::logic_error{"there is no session"};
    return *session_;
}

SymmetricSession& SecureChannel::symmetric() const {
    if (symmetric_ == nullptr) throw std::logic_error{"there is no session of SCP02 or SCP03"};
    return *symmetric_;
}

}  // namespace reader
