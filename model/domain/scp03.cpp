#include "domain/scp03.hpp"

#include <algorithm>

#include "domain/bytes_io.hpp"

namespace domain {

namespace {

constexpr std::size_t BlockBytes = 16;
constexpr std::size_t LabelBytes = 11;  // of zeros, before the constant

// Derivation constants (GlobalPlatform Card Specification, Amendment D, 4.1.5).
constexpr std::uint8_t CardCryptogram = 0x00;
constexpr std::uint8_t HostCryptogram = 0x01;
constexpr std::uint8_t CardChallenge = 0x02;
constexpr std::uint8_t ForEnc = 0x04;
constexpr std::uint8_t ForMac = 0x06;
constexpr std::uint8_t ForRMac = 0x07;

void append(base::Bytes& out, base::ByteView more) {
    out.insert(out.end(), more.begin(), more.end());
}

}  // namespace

base::Bytes Scp03::derive(Engine& engine, const Secret& key, std::uint8_t constant,
                          std::size_t bytes, base::ByteView context) const {
    base::Bytes out;
    for (std::uint8_t block = 1; out.size() < bytes; ++block) {
        ByteWriter input;
        input.raw(base::Bytes(LabelBytes)).byte(constant).byte(0);
        input.word(bytes * 8).byte(block).raw(context);
        append(out, engine.aes_cmac(key, input.take()));
    }
    out.resize(bytes);
    return out;
}

base::Bytes Scp03::pseudo_random(Engine& engine, std::uint32_t counter, base::ByteView aid) const {
    base::Bytes context{static_cast<std::uint8_t>(counter >> 16),
                        static_cast<std::uint8_t>(counter >> 8),
                        static_cast<std::uint8_t>(counter)};
    append(context, aid);
    return derive(engine, static_.enc, CardChallenge, size(i_), context);
}

base::Bytes Scp03::begin(Engine& engine, base::ByteView host_challenge,
                         base::ByteView card_challenge) {
    base::Bytes context(host_challenge.begin(), host_challenge.end());
    append(context, card_challenge);
    const auto session_key = [&](const Secret& key, std::uint8_t constant) {
        base::Bytes bytes = derive(engine, key, constant, key.size(), context);
        Secret derived{bytes};
        base::wipe(bytes);
        return derived;
    };
    session_.enc = session_key(static_.enc, ForEnc);
    session_.mac = session_key(static_.mac, ForMac);
    session_.r_mac = session_key(static_.mac, ForRMac);
    static_.enc = Secret{};
    static_.mac = Secret{};
    host_cryptogram_ = derive(engine, session_.mac, HostCryptogram, size(i_), context);
    return derive(engine, session_.mac, CardCryptogram, size(i_), context);
}

bool Scp03::has_level(std::uint8_t i, std::uint8_t level) noexcept {
    switch (level) {
        case 0x00:
        case 0x01:
        case 0x03:
            return true;
        case 0x11:
        case 0x13:
            return (i & RMac) != 0;
        case 0x33:
            return (i & REncryption) != 0;
        default:
            return false;
    }
}

bool Scp03::check_mac(Engine& engine, const apdu::Command& command, base::ByteView data,
                      base::ByteView mac) {
    base::Bytes message(chain_.begin(), chain_.end());
    append(message, base::Bytes{0x84, command.ins, command.p1, command.p2});
    const std::size_t length = data.size() + mac.size();
    if (length > apdu::MostShortNc) {
        message.push_back(0);
        message.push_back(static_cast<std::uint8_t>(length >> 8));
    }
    message.push_back(static_cast<std::uint8_t>(length));
    append(message, data);
    const auto expected = engine.aes_cmac(session_.mac, message);
    if (!base::equal_in_constant_time(base::ByteView{expected}.first(mac.size()), mac)) {
        return false;
    }
    chain_ = expected;
    return true;
}

Proof Scp03::prove(Engine& engine, const apdu::Command& command) {
    const std::size_t bytes = size(i_);
    if (command.data.size() != 2 * bytes) return Proof::WrongMac;
    const base::ByteView data = command.data;
    const auto cryptogram = data.first(bytes);
    if (!check_mac(engine, command, cryptogram, data.last(bytes))) return Proof::WrongMac;
    if (!base::equal_in_constant_time(cryptogram, host_cryptogram_)) return Proof::WrongCryptogram;
    level_ = command.p1;
    return Proof::Right;
}

Engine::AesBlock Scp03::icv(Engine& engine, bool response) const {
    Engine::AesBlock block{};
    for (std::size_t i = 0; i < 4; ++i) {
        block[BlockBytes - 1 - i] = static_cast<std::uint8_t>(counter_ >> (8 * i));
    }
    if (response) block[0] = 0x80;
    return engine.aes_encrypt(session_.enc, block);
}

std::optional<apdu::Command> Scp03::unwrap(Engine& engine, const apdu::Command& command) {
    const std::size_t mac_bytes = size(i_);
    if (command.data.size() < mac_bytes) return std::nullopt;
    const base::ByteView data = command.data;
    const auto sent = data.first(data.size() - mac_bytes);
    if (!check_mac(engine, command, sent, data.last(mac_bytes))) return std::nullopt;
    ++counter_;

    apdu::Command plain = command;
    plain.cla = static_cast<std::uint8_t>(command.cla & ~0x04);
    plain.data.assign(sent.begin(), sent.end());
    if ((level_ & Level::CDecryption) != 0 && !sent.empty()) {
        if (sent.size() % BlockBytes != 0) return std::nullopt;
        plain.data = engine.aes_cbc_decrypt(session_.enc, icv(engine, false), sent);
        if (!unpad_80(plain.data)) return std::nullopt;
    }
    return plain;
}

void Scp03::wrap(Engine& engine, apdu::Response& response) {
    if ((level_ & Level::RMac) == 0) return;
    if (apdu::is_error(response.sw)) return response.data.clear();
    if ((level_ & Level::REncryption) != 0 && !response.data.empty()) {
        response.data = engine.aes_cbc_encrypt(session_.enc, icv(engine, true),
                                               pad_80(response.data, BlockBytes));
    }
    base::Bytes message(chain_.begin(), chain_.end());
    append(message, response.data);
    message.push_back(static_cast<std::uint8_t>(response.sw >> 8));
    message.push_back(static_cast<std::uint8_t>(response.sw));
    const auto mac = engine.aes_cmac(session_.r_mac, message);
    append(response.data, base::ByteView{mac}.first(size(i_)));
}

void Scp03::begin_r_mac(std::uint8_t bits) {
    level_before_ = level_;
    level_ |= bits;
}

void Scp03::end_r_mac() {
    level_ = level_before_.value_or(level_);
    level_before_.reset();
}

std::optional<Secret> Scp03::decrypt_secret(Engine& engine, base::ByteView data) const {
    if (data.empty() || data.size() % BlockBytes != 0) return std::nullopt;
    base::Bytes plain = engine.aes_cbc_decrypt(static_.dek, {}, data);
    Secret secret{plain};
    base::wipe(plain);
    return secret;
}

}  // namespace domain
