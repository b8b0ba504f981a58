#include "domain/scp02.hpp"

#include <algorithm>

namespace domain {

namespace {

constexpr std::size_t MacBytes = 8;
constexpr std::size_t ChallengeBytes = 8;

// Which session key (GlobalPlatform Card Specification, E.4.1).
constexpr std::uint8_t ForCMac = 0x01;
constexpr std::uint8_t ForRMac = 0x02;
constexpr std::uint8_t ForDek = 0x81;
constexpr std::uint8_t ForEnc = 0x82;

Secret derive(Engine& engine, const Secret& key, std::uint8_t purpose, std::uint16_t sequence) {
    base::Bytes input{0x01, purpose, static_cast<std::uint8_t>(sequence >> 8),
                      static_cast<std::uint8_t>(sequence)};
    input.resize(16);
    base::Bytes bytes = engine.des3_cbc_encrypt(key, input);
    const Secret derived{bytes};
    base::wipe(bytes);
    return derived;
}

/// Class byte, without channel, and the other three of the header, and Lc in one or three bytes.
base::Bytes header(const apdu::Command& command, std::uint8_t cla, std::size_t length) {
    base::Bytes out{cla, command.ins, command.p1, command.p2};
    if (length > apdu::MostShortNc) {
        out.push_back(0);
        out.push_back(static_cast<std::uint8_t>(length >> 8));
    }
    out.push_back(static_cast<std::uint8_t>(length));
    return out;
}

void append(base::Bytes& out, base::ByteView more) {
    out.insert(out.end(), more.begin(), more.end());
}

}  // namespace

Scp02::Scp02(Engine& engine, const StaticKeys& keys, std::uint16_t sequence)
    : enc_{derive(engine, keys.enc, ForEnc, sequence)},
      mac_{derive(engine, keys.mac, ForCMac, sequence)},
      r_mac_key_{derive(engine, keys.mac, ForRMac, sequence)},
      dek_{derive(engine, keys.dek, ForDek, sequence)},
      sequence_{sequence} {}

Scp02::Challenge Scp02::pseudo_random(Engine& engine, base::ByteView aid) const {
    const auto mac = engine.retail_mac(mac_, {}, aid);
    Challenge challenge{};
    std::copy_n(mac.begin(), challenge.size(), challenge.begin());
    return challenge;
}

base::Bytes Scp02::begin(Engine& engine, base::ByteView host_challenge,
                         const Challenge& card_challenge) {
    base::Bytes ours{static_cast<std::uint8_t>(sequence_ >> 8),
                     static_cast<std::uint8_t>(sequence_)};
    append(ours, card_challenge);

    base::Bytes for_host = ours;
    append(for_host, host_challenge);
    host_cryptogram_ = engine.full_mac(enc_, for_host);

    base::Bytes for_card(host_challenge.begin(), host_challenge.end());
    append(for_card, ours);
    return engine.full_mac(enc_, for_card);
}

bool Scp02::has_level(std::uint8_t level) noexcept {
    switch (level) {
        case 0x00:
        case 0x01:
        case 0x03:
        case 0x10:
        case 0x11:
        case 0x13:
            return true;
        default:
            return false;
    }
}

bool Scp02::check_mac(Engine& engine, const apdu::Command& command, base::ByteView plain,
                      base::ByteView mac) {
    const auto icv = c_mac_.empty() ? base::Bytes(MacBytes) : engine.des_encrypt(mac_, c_mac_);
    base::Bytes message = header(command, 0x84, plain.size() + MacBytes);
    append(message, plain);
    const auto expected = engine.retail_mac(mac_, icv, message);
    if (!base::equal_in_constant_time(expected, mac)) return false;
    c_mac_ = expected;
    return true;
}

Proof Scp02::prove(Engine& engine, const apdu::Command& command) {
    if (command.data.size() != ChallengeBytes + MacBytes) return Proof::WrongMac;
    const base::ByteView data = command.data;
    const auto cryptogram = data.first(ChallengeBytes);
    if (!check_mac(engine, command, cryptogram, data.last(MacBytes))) return Proof::WrongMac;
    if (!base::equal_in_constant_time(cryptogram, host_cryptogram_)) return Proof::WrongCryptogram;
    level_ = command.p1;
    r_mac_ = c_mac_;
    return Proof::Right;
}

std::optional<apdu::Command> Scp02::unwrap(Engine& engine, const apdu::Command& command) {
    if (command.data.size() < MacBytes) return std::nullopt;
    const base::ByteView data = command.data;
    const auto sent = data.first(data.size() - MacBytes);

    apdu::Command plain = command;
    plain.cla = static_cast<std::uint8_t>(command.cla & ~0x04);
    plain.data.assign(sent.begin(), sent.end());
    if ((level_ & Level::CDecryption) != 0 && !sent.empty()) {
        if (sent.size() % MacBytes != 0) return std::nullopt;
        plain.data = engine.des3_cbc_decrypt(enc_, sent);
        if (!unpad_80(plain.data)) return std::nullopt;
    }
    if (!check_mac(engine, command, plain.data, data.last(MacBytes))) return std::nullopt;
    note(plain);
    return plain;
}

void Scp02::note(const apdu::Command& plain) {
    asked_ = header(plain, static_cast<std::uint8_t>(plain.cla & ~0x03), plain.data.size());
    append(asked_, plain.data);
}

void Scp02::wrap(Engine& engine, apdu::Response& response) {
    if (!r_mac_running_ && (level_ & Level::RMac) == 0) return;
    if (apdu::is_error(response.sw)) response.data.clear();
    base::Bytes message = asked_;
    message.push_back(static_cast<std::uint8_t>(response.data.size()));
    append(message, response.data);
    message.push_back(static_cast<std::uint8_t>(response.sw >> 8));
    message.push_back(static_cast<std::uint8_t>(response.sw));
    r_mac_ = engine.retail_mac(r_mac_key_, r_mac_, message);
    if ((level_ & Level::RMac) != 0) append(response.data, r_mac_);
}

void Scp02::begin_r_mac(bool each) {
    level_before_ = level_;
    if (each) level_ |= Level::RMac;
    r_mac_ = c_mac_.empty() ? base::Bytes(MacBytes) : c_mac_;
    r_mac_running_ = true;
}

void Scp02::end_r_mac() {
    level_ = level_before_;
    r_mac_running_ = false;
}

std::optional<Secret> Scp02::decrypt_secret(Engine& engine, base::ByteView data) const {
    if (data.empty() || data.size() % MacBytes != 0) return std::nullopt;
    base::Bytes plain = engine.des3_ecb_decrypt(dek_, data);
    Secret secret{plain};
    base::wipe(plain);
    return secret;
}

}  // namespace domain
