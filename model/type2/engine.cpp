#include "type2/engine.hpp"

#include <algorithm>
#include <utility>

#include "aes/modes.hpp"
#include "base/key.hpp"
#include "frame/crc_a.hpp"
#include "frame/fdt.hpp"

namespace type2 {
namespace {

constexpr std::uint8_t CodeRead = 0x30;
constexpr std::uint8_t CodeFastRead = 0x3A;
constexpr std::uint8_t CodeWrite = 0xA2;
constexpr std::uint8_t CodeCompatibilityWrite = 0xA0;
constexpr std::uint8_t CodeVersion = 0x60;
constexpr std::uint8_t CodePassword = 0x1B;
constexpr std::uint8_t CodeAuthenticate = 0x1A;
constexpr std::uint8_t CodeHlta = 0x50;
constexpr std::uint8_t MoreFollows = 0xAF;  // first byte of what is in between
constexpr std::uint8_t AllIsWell = 0x00;

constexpr std::uint8_t Ack = 0xA;
constexpr std::uint8_t NakArgument = 0x0;
constexpr std::uint8_t NakTransmission = 0x1;
constexpr std::uint8_t NakTries = 0x4;
constexpr std::uint8_t NakProgramming = 0x5;

constexpr std::size_t CrcBytes = 2;
constexpr unsigned PagesOfRead = 4;

/// Whole bytes with parity: those in front of the CRC.
struct Heard {
    base::Bytes data{};
    bool whole = false;
    bool sound = false;
};

Heard hear(base::BitView bits) {
    Heard heard;
    heard.whole = !bits.empty() && bits.size() % 9 == 0;
    heard.sound = heard.whole;
    for (std::size_t at = 0; heard.whole && at < bits.size(); at += 9) {
        heard.data.push_back(frame::byte_at(bits, at));
        heard.sound = heard.sound && bits[at + 8] == frame::odd_parity(heard.data.back());
    }
    if (heard.data.size() <= CrcBytes || frame::crc_a(heard.data) != 0) heard.sound = false;
    if (heard.sound) heard.data.resize(heard.data.size() - CrcBytes);
    return heard;
}

std::array<std::uint8_t, RandomBytes> rotated(std::array<std::uint8_t, RandomBytes> bytes) {
    std::rotate(bytes.begin(), bytes.begin() + 1, bytes.end());
    return bytes;
}

}  // namespace

Engine::Engine(port::CardKind kind, port::StorePort& store, crypto1::NonceSource& nonces)
    : kind_{kind}, store_{store}, nonces_{nonces}, memory_{kind, store} {}

void Engine::reset() noexcept {
    phase_ = Phase::Command;
    authenticated_ = false;
    challenge_.fill(0);
}

Outcome Engine::frame(base::BitView bits, base::Tick now) {
    now_ = now;
    reply_.clear();
    const Heard heard = hear(bits);
    Outcome outcome;  // silence and the fall-back
    if (heard.whole && !heard.sound) {
        outcome = nak(NakTransmission);
    } else if (heard.whole) {
        const Phase phase = std::exchange(phase_, Phase::Command);
        switch (phase) {
            case Phase::Command:
                outcome = command(heard.data);
                break;
            case Phase::WriteData:
                outcome = heard.data.size() == 16
                              ? write(page_, base::ByteView{heard.data}.first(4))
                              : nak(NakArgument);
                break;
            case Phase::Proof:
                outcome = proof(heard.data);
                break;
        }
    }
    if (outcome.then != Outcome::Then::Stay) reset();
    return outcome;
}

Outcome Engine::command(base::ByteView data) {
    const auto is = [&data](std::uint8_t code, std::size_t size) {
        return data[0] == code && data.size() == size;
    };
    if (is(CodeRead, 2)) return read(data[1]);
    if (is(CodeFastRead, 3) && memory_.has_password()) return fast_read(data[1], data[2]);
    if (is(CodeWrite, 6)) return write(data[1], data.subspan(2));
    if (is(CodeCompatibilityWrite, 2)) return compatibility_write(data[1]);
    if (is(CodeVersion, 1) && kind_ != port::CardKind::Ultralight) return version();
    if (is(CodePassword, 5) && memory_.has_password()) return check_password(data.subspan(1));
    if (is(CodeAuthenticate, 2) && data[1] == 0 && memory_.has_key()) return challenge();
    const bool halts = data.size() > 1 && data[0] == CodeHlta && data[1] == 0;
    if (halts && data.size() == 2) return {Outcome::Then::Halt, 0, false};
    const bool known =
        data[0] == CodeRead || data[0] == CodeWrite || data[0] == CodeCompatibilityWrite || halts;
    if (kind_ == port::CardKind::Ultralight && !known) return {};
    return nak(NakArgument);
}

Outcome Engine::read(unsigned page) {
    const unsigned end = memory_.readable_end(authenticated_, now_);
    if (page >= end) return nak(NakArgument);
    base::Bytes data;
    for (unsigned i = 0; i < PagesOfRead; ++i) {
        const Page bytes = memory_.shown((page + i) % end, now_);
        data.insert(data.end(), bytes.begin(), bytes.end());
    }
    return send(data, frame::FdtIndexRead);
}

Outcome Engine::fast_read(unsigned first, unsigned last) {
    if (first > last || last >= memory_.readable_end(authenticated_, now_)) return nak(NakArgument);
    base::Bytes data;
    for (unsigned page = first; page <= last; ++page) {
        const Page bytes = memory_.shown(page, now_);
        data.insert(data.end(), bytes.begin(), bytes.end());
    }
    return send(data, frame::FdtIndexRead);
}

Outcome Engine::write(unsigned page, base::ByteView data) {
    Page bytes{};
    std::copy_n(data.begin(), bytes.size(), bytes.begin());
    const auto order = memory_.write(page, bytes, authenticated_, now_);
    if (!order) return nak(NakArgument);
    order_ = *order;
    after_ = After::Ack;
    return {Outcome::Then::Stay, frame::FdtIndexMin, true};
}

Outcome Engine::compatibility_write(unsigned page) {
    // Only which page it is is known yet; the data may still be refused.
    if (!memory_.write(page, {}, authenticated_, now_)) return nak(NakArgument);
    page_ = page;
    phase_ = Phase::WriteData;
    return send_nibble(Ack, Outcome::Then::Stay);
}

Outcome Engine::version() {
    // Vendor NXP; type, subtype, major and minor version, storage size, protocol 14443-3.
    std::array<std::uint8_t, 8> version{0x00, 0x04, 0x04, 0x02, 0x01, 0x00, 0x0F, 0x03};
    if (kind_ == port::CardKind::Ntag215) version[6] = 0x11;
    if (kind_ == port::CardKind::Ntag216) version[6] = 0x13;
    if (memory_.has_key()) version = {0x00, 0x04, 0x03, 0x01, 0x04, 0x00, 0x0F, 0x03};
    return send(version, frame::FdtIndexRead);
}

Outcome Engine::check_password(base::ByteView password) {
    const unsigned most = memory_.most_tries(now_);
    const unsigned tries = most == 0 ? 0 : store_.read(port::ConfigurationBlock, now_)[0];
    if (most != 0 && tries >= most) return nak(NakTries);
    if (base::equal_in_constant_time(password, memory_.password(now_).expose())) {
        authenticated_ = true;
        if (tries != 0) return count_tries(0, After::Pack);
        return send(base::ByteView{memory_.pack(now_)}.first(2), frame::FdtIndexRead);
    }
    if (most != 0) return count_tries(static_cast<std::uint8_t>(tries + 1), After::Refuse);
    return nak(NakArgument);
}

Outcome Engine::count_tries(std::uint8_t tries, After after) {
    order_ = {port::ConfigurationBlock, {tries}};
    after_ = after;
    return {Outcome::Then::Stay, frame::FdtIndexMin, true};
}

Outcome Engine::programmed(bool ok) {
    reply_.clear();
    Outcome outcome;
    if (!ok) {
        outcome = nak(NakProgramming);
    } else if (after_ == After::Ack) {
        outcome = send_nibble(Ack, Outcome::Then::Stay);
    } else if (after_ == After::Pack) {
        outcome = send(base::ByteView{memory_.pack(now_)}.first(2), frame::FdtIndexMin);
    } else {
        outcome = nak(NakArgument);
    }
    if (outcome.then != Outcome::Then::Stay) reset();
    return outcome;
}

Outcome Engine::challenge() {
    authenticated_ = false;
    for (unsigned word = 0; word < 4; ++word) {
        const auto bytes = crypto1::nonce_bytes(nonces_.draw_random());
        std::copy(bytes.begin(), bytes.end(), challenge_.begin() + 4 * word);
    }
    const auto sealed = aes::encrypt(aes_, memory_.key(now_).expose(), challenge_).block;
    aes_.wipe();
    phase_ = Phase::Proof;
    base::Bytes message{MoreFollows};
    message.insert(message.end(), sealed.begin(), sealed.end());
    return send(message, frame::FdtIndexAuth);
}

Outcome Engine::proof(base::ByteView data) {
    if (data.size() != 1 + 2 * RandomBytes || data[0] != MoreFollows) return nak(NakArgument);
    const auto key = memory_.key(now_);
    const auto plain = aes::cbc_decrypt(aes_, key.expose(), {}, data.subspan(1)).data;
    const bool same = base::equal_in_constant_time(base::ByteView{plain}.subspan(RandomBytes),
                                                   rotated(challenge_));
    Random answer{};
    std::copy_n(plain.begin(), answer.size(), answer.begin());
    const auto sealed = aes::encrypt(aes_, key.expose(), rotated(answer)).block;
    aes_.wipe();
    if (!same) return nak(NakArgument);
    authenticated_ = true;
    base::Bytes message{AllIsWell};
    message.insert(message.end(), sealed.begin(), sealed.end());
    return send(message, frame::FdtIndexAuth);
}

Outcome Engine::send(base::ByteView data, unsigned fdt_index) {
    reply_ = frame::standard_bits_with_crc(data);
    return {Outcome::Then::Stay, fdt_index, false};
}

Outcome Engine::send_nibble(std::uint8_t code, Outcome::Then then) {
    reply_.clear();
    frame::append_bits(reply_, code, 4);
    return {then, frame::FdtIndexMin, false};
}

Outcome Engine::nak(std::uint8_t code) { return send_nibble(code, Outcome::Then::FallBack); }

}  // namespace type2
