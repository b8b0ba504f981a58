#include "classic/engine.hpp"

#include <algorithm>

#include "classic/codes.hpp"
#include "classic/geometry.hpp"
#include "frame/crc_a.hpp"
#include "frame/fdt.hpp"

namespace classic {
namespace {

constexpr std::size_t CommandBytes = 4;
constexpr std::size_t ProofBits = 8 * 9;

constexpr Outcome Silence{};
constexpr Outcome Continue{Outcome::Then::Stay, 0, false};

base::SectorKey key_of(const port::Block& trailer, KeySlot slot) noexcept {
    std::array<std::uint8_t, 6> key{};
    std::copy_n(trailer.begin() + (slot == KeySlot::A ? 0 : 10), key.size(), key.begin());
    return base::SectorKey{key};
}

}  // namespace

Engine::Engine(const port::CardProfile& profile, port::StorePort& store,
               crypto1::NonceSource& nonces)
    : store_{store},
      nonces_{nonces},
      kind_{profile.kind},
      nak_silent_{profile.nak_silent},
      seven_bytes_{!profile.random_uid && profile.uid.size() == 7} {}

void Engine::select(const std::array<std::uint8_t, 4>& uid) noexcept {
    reset();
    uid_ = uid;
}

void Engine::reset() noexcept {
    phase_ = Phase::Plain;
    pending_ = 0;
    transfer_.reset();
}

Outcome Engine::frame(base::BitView bits, base::Tick now, std::uint64_t nonce_step) {
    now_ = now;
    nonce_step_ = nonce_step;
    reply_.clear();
    Outcome outcome;
    switch (phase_) {
        case Phase::Plain:
            outcome = plain_frame(bits);
            break;
        case Phase::Proof:
            outcome = proof_frame(bits);
            break;
        case Phase::Open:
            outcome = open_frame(bits);
            break;
    }
    if (outcome.then != Outcome::Then::Stay) {
        reset();
    }
    return outcome;
}

Outcome Engine::programmed(bool ok) {
    reply_.clear();
    if (ok && order_is_transfer_) {
        transfer_.reset();
    }
    const auto outcome = ok ? ack(frame::FdtIndexMin) : nak_operation();
    if (!ok) {
        reset();
    }
    return outcome;
}

Outcome Engine::plain_frame(base::BitView bits) {
    const auto read = frame::read_standard(bits);
    if (!read.whole || read.size != CommandBytes || !read.parity_ok || !read.crc_ok) {
        return Silence;
    }
    const auto parameter = read.data[1];
    switch (read.data[0]) {
        case CodeAuthA:
        case CodeAuthB:
            return authenticate(read.data[0], parameter);
        case CodeHlta:
            return parameter == 0 ? Outcome{Outcome::Then::Halt, 0, false} : Silence;
        case CodeRead:
        case CodeWrite:
        case CodeIncrement:
        case CodeDecrement:
        case CodeRestore:
        case CodeTransfer:
        case CodePersonalize:
        case CodeSetModType:
            return nak_operation();
        default:
            return Silence;
    }
}

Outcome Engine::proof_frame(base::BitView bits) {
    if (bits.size() != ProofBits) {
        return Silence;
    }
    bool parity_ok = true;
    crypto1::Nonce ar = 0;
    for (unsigned i = 0; i < 8; ++i) {
        const auto sent = frame::byte_at(bits, 9 * i);
        // The reader's nonce goes into the register, its answer does not.
        const auto key = i < 4 ? cipher_.byte_encrypted(sent) : cipher_.byte();
        const auto plain = static_cast<std::uint8_t>(sent ^ key);
        parity_ok = parity_ok && (bits[9 * i + 8] ^ cipher_.peek()) == frame::odd_parity(plain);
        if (i >= 4) {
            ar |= crypto1::Nonce{plain} << (8 * (i - 4));
        }
    }
    if (!parity_ok) {
        return Silence;
    }
    if (ar != crypto1::successor(nt_, 64)) {
        return nak_silent_ ? Silence : nak(NakTransmission);
    }
    phase_ = Phase::Open;
    for (const auto byte : crypto1::nonce_bytes(crypto1::successor(nt_, 96))) {
        send_byte(byte);
    }
    return {Outcome::Then::Stay, frame::FdtIndexMin, false};
}

Outcome Engine::open_frame(base::BitView bits) {
    const auto read = decrypt(bits);
    if (!read.whole) {
        return Silence;
    }
    if (!read.parity_ok || !read.crc_ok) {
        return nak_transmission();
    }
    if (pending_ != 0) {
        return second_part(read);
    }
    return read.size == CommandBytes ? open_command(read.data[0], read.data[1]) : nak_operation();
}

Outcome Engine::open_command(std::uint8_t code, std::uint8_t parameter) {
    switch (code) {
        case CodeAuthA:
        case CodeAuthB:
            return authenticate(code, parameter);
        case CodeRead:
            return read_block(parameter);
        case CodeWrite:
            return write_first(parameter);
        case CodeIncrement:
        case CodeDecrement:
        case CodeRestore:
            return value_first(code, parameter);
        case CodeTransfer:
            return transfer(parameter);
        case CodePersonalize:
            return personalize(parameter);
        case CodeHlta:
            return parameter == 0 ? Outcome{Outcome::Then::Halt, 0, false} : nak_operation();
        default:
            return nak_operation();
    }
}

Outcome Engine::second_part(const frame::Standard& read) {
    const auto code = pending_;
    pending_ = 0;
    if (code != CodeWrite) {
        return value_second(code, read);
    }
    if (read.size != read.data.size()) {
        return nak_operation();
    }
    port::Block data{};
    std::copy_n(read.data.begin(), data.size(), data.begin());
    return write_second(data);
}

Outcome Engine::authenticate(std::uint8_t code, std::uint8_t block) {
    if (block >= port::blocks_of(kind_)) {
        return nak_operation();
    }
    const bool nested = phase_ == Phase::Open;
    sector_ = sector_of(block);
    key_ = code == CodeAuthA ? KeySlot::A : KeySlot::B;
    transfer_.reset();
    cipher_.load(key_of(store_.read(trailer_of(block), now_), key_));
    nt_ = nonces_.draw(nonce_step_);
    const auto nt = crypto1::nonce_bytes(nt_);
    for (unsigned i = 0; i < 4; ++i) {
        const auto key = cipher_.byte(static_cast<std::uint8_t>(nt[i] ^ uid_[i]));
        if (nested) {
            frame::append_byte(reply_, static_cast<std::uint8_t>(nt[i] ^ key));
            reply_.push_back(frame::odd_parity(nt[i]) ^ cipher_.peek());
        } else {
            frame::append_byte_with_parity(reply_, nt[i]);
        }
    }
    phase_ = Phase::Proof;
    return {Outcome::Then::Stay, frame::FdtIndexAuth, false};
}

Outcome Engine::read_block(std::uint8_t block) {
    if (!in_sector(block)) {
        return nak_operation();
    }
    const bool trailer = block == trailer_of(block);
    const auto rights = access(block).trailer(key_);
    if (!(trailer ? rights.read_access : data_allowed(block, Operation::Read))) {
        return nak_operation();
    }
    auto data = store_.read(block, now_);
    if (trailer) {
        std::fill_n(data.begin(), 6, std::uint8_t{0});
        if (!rights.read_key_b) {
            std::fill_n(data.begin() + 10, 6, std::uint8_t{0});
        }
    }
    for (const auto byte : data) {
        send_byte(byte);
    }
    const auto crc = frame::crc_a(data);
    send_byte(static_cast<std::uint8_t>(crc & 0xFF));
    send_byte(static_cast<std::uint8_t>(crc >> 8));
    return {Outcome::Then::Stay, frame::FdtIndexRead, false};
}

Outcome Engine::write_first(std::uint8_t block) {
    if (!in_sector(block) || block == 0) {
        return nak_operation();
    }
    const bool allowed = block == trailer_of(block) ? access(block).trailer(key_).any_write()
                                                    : data_allowed(block, Operation::Write);
    if (!allowed) {
        return nak_operation();
    }
    pending_ = CodeWrite;
    pending_block_ = block;
    return ack(frame::FdtIndexMin);
}

Outcome Engine::write_second(const port::Block& data) {
    order_ = {pending_block_, data};
    order_is_transfer_ = false;
    if (pending_block_ == trailer_of(pending_block_)) {
        const auto rights = access(pending_block_).trailer(key_);
        const auto old = store_.read(pending_block_, now_);
        const auto keep = [&](bool writable, std::ptrdiff_t first, std::ptrdiff_t count) {
            if (!writable) {
                std::copy_n(old.begin() + first, count, order_.data.begin() + first);
            }
        };
        keep(rights.write_key_a, 0, 6);
        keep(rights.write_access, 6, 4);
        keep(rights.write_key_b, 10, 6);
    }
    return {Outcome::Then::Stay, frame::FdtIndexMin, true};
}

Outcome Engine::value_first(std::uint8_t code, std::uint8_t block) {
    const auto operation =
        code == CodeIncrement ? Operation::Increment : Operation::DecrementTransferRestore;
    if (!in_sector(block) || block == trailer_of(block) || !data_allowed(block, operation)) {
        return nak_operation();
    }
    const auto value = read_value(store_.read(block, now_));
    if (!value) {
        return nak_operation();
    }
    source_ = *value;
    transfer_.reset();
    pending_ = code;
    return ack(frame::FdtIndexRead);
}

Outcome Engine::value_second(std::uint8_t code, const frame::Standard& read) {
    if (read.size != 6) {
        return nak_operation();
    }
    std::int64_t operand = 0;
    for (unsigned i = 0; i < 4; ++i) {
        operand |= std::int64_t{read.data[i]} << (8 * i);
    }
    std::int64_t result = source_.amount;
    if (code == CodeIncrement) {
        result += operand;
    } else if (code == CodeDecrement) {
        result -= operand;
    }
    if (result < INT32_MIN || result > INT32_MAX) {
        return nak_operation();
    }
    transfer_ = Value{static_cast<std::int32_t>(result), source_.address};
    return Continue;
}

Outcome Engine::transfer(std::uint8_t block) {
    if (!transfer_ || !in_sector(block) || block == 0 || block == trailer_of(block) ||
        !data_allowed(block, Operation::DecrementTransferRestore)) {
        return nak_operation();
    }
    order_ = {block, value_block(*transfer_)};
    order_is_transfer_ = true;
    return {Outcome::Then::Stay, frame::FdtIndexMin, true};
}

Outcome Engine::personalize(std::uint8_t usage) {
    if (!seven_bytes_ || sector_ != 0 || (usage & ~UsageNuid) != 0 || !access(0).consistent()) {
        return nak_operation();
    }
    if (store_.read(port::ConfigurationBlock, now_)[0] != 0) {
        return nak_operation();
    }
    order_ = {port::ConfigurationBlock, {}};
    order_.data[0] = static_cast<std::uint8_t>(usage + 1);
    order_is_transfer_ = false;
    return {Outcome::Then::Stay, frame::FdtIndexMin, true};
}

frame::Standard Engine::decrypt(base::BitView bits) {
    frame::Standard read;
    read.size = bits.size() / 9;
    read.whole = !bits.empty() && bits.size() % 9 == 0;
    if (!read.whole) {
        return read;
    }
    std::uint16_t crc = frame::CrcAPreset;
    for (std::size_t i = 0; i < read.size; ++i) {
        const auto plain = static_cast<std::uint8_t>(frame::byte_at(bits, 9 * i) ^ cipher_.byte());
        if (i < read.data.size()) {
            read.data[i] = plain;
        }
        read.parity_ok =
            read.parity_ok && (bits[9 * i + 8] ^ cipher_.peek()) == frame::odd_parity(plain);
        crc = frame::crc_next(crc, plain);
    }
    read.crc_ok = crc == 0;
    return read;
}

void Engine::send_byte(std::uint8_t plain) {
    frame::append_byte(reply_, static_cast<std::uint8_t>(plain ^ cipher_.byte()));
    reply_.push_back(frame::odd_parity(plain) ^ cipher_.peek());
}

void Engine::send_nibble(std::uint8_t plain) {
    for (unsigned i = 0; i < 4; ++i) {
        const std::uint8_t key = phase_ == Phase::Plain ? std::uint8_t{0} : cipher_.bit();
        reply_.push_back(((plain >> i) & 1U) ^ key);
    }
}

Outcome Engine::ack(unsigned fdt_index) {
    send_nibble(Ack);
    return {Outcome::Then::Stay, fdt_index, false};
}

Outcome Engine::nak_operation() {
    return nak(transfer_ ? NakOperation - NakBufferInvalid : NakOperation);
}

Outcome Engine::nak_transmission() {
    return nak(transfer_ ? NakTransmission - NakBufferInvalid : NakTransmission);
}

Outcome Engine::nak(std::uint8_t code) {
    send_nibble(code);
    return {Outcome::Then::FallBack, frame::FdtIndexMin, false};
}

bool Engine::in_sector(std::uint8_t block) const noexcept {
    return block < port::blocks_of(kind_) && sector_of(block) == sector_;
}

Access Engine::access(std::uint8_t block) { return Access{store_.read(trailer_of(block), now_)}; }

bool Engine::data_allowed(std::uint8_t block, Operation operation) {
    return access(block).allows(group_of(block), operation, key_);
}

}  // namespace classic
