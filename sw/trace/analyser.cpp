#include "trace/analyser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/hex.hpp"
#include "base/sector.hpp"
#include "trace/block_names.hpp"

namespace trace {
namespace {

constexpr std::size_t CommandBytes = 4;  // code, parameter, CRC_A
constexpr std::size_t NonceBytes = 4;
constexpr std::size_t ReaderAnswerBytes = 8;  // {nr}{ar}
constexpr std::uint8_t CompleteUid = 0x70;    // NVB of SELECT
constexpr std::uint8_t Ack = 0x0A;
constexpr std::size_t BlockBytes = 18;  // of a MIFARE Classic, CRC included

Crc crc_of(const Octets& octets) { return trace::crc_of(octets, port::Technology::A); }

/// Whether the frame makes sense in clear: a command with good parity and CRC.
bool is_clear(const Octets& octets) {
    return !octets.any_parity_wrong() && crc_of(octets) == Crc::Ok;
}

std::optional<unsigned> cascade_level(std::uint8_t code) {
    if (code == 0x93) return 1;
    if (code == 0x95) return 2;
    if (code == 0x97) return 3;
    return std::nullopt;
}

std::string short_frame(std::uint8_t code) {
    switch (code) {
        case 0x26:
            return "REQA";
        case 0x52:
            return "WUPA";
        case 0x35:
            return "TIMESLOT";
        case 0x40:
            return "MAGIC WUPC1";
        default:
            return {};
    }
}

std::string numbered(const std::string& name, unsigned level) {
    return level == 1 ? name : fmt::format("{}-{}", name, level);
}

std::string classic_command(std::uint8_t code, std::uint8_t block) {
    switch (code) {
        case 0x60:
            return fmt::format("AUTH-A({})", block);
        case 0x61:
            return fmt::format("AUTH-B({})", block);
        case 0x30:
            return fmt::format("READBLOCK({})", block);
        case 0xA0:
            return fmt::format("WRITEBLOCK({})", block);
        case 0xB0:
            return fmt::format("TRANSFER({})", block);
        case 0xC0:
            return fmt::format("DEC({})", block);
        case 0xC1:
            return fmt::format("INC({})", block);
        case 0xC2:
            return fmt::format("RESTORE({})", block);
        case 0x40:
            return fmt::format("PERSONALIZE UID({:02X})", block);
        case 0x43:
            return fmt::format("SET MOD TYPE({:02X})", block);
        case 0x50:
            return "HALT";
        default:
            return {};
    }
}

}  // namespace

Analyser::Analyser(std::vector<base::SectorKey> keys) : cipher_{std::move(keys)} {}

void Analyser::field(bool) { reset(); }

void Analyser::reset() {
    cipher_.stop();
    phase_ = Phase::Clear;
    due_ = Due::Nothing;
    second_part_ = 0;
    split_ = 0;
    trailer_ = false;
}

Item Analyser::frame(const port::AirFrame& frame) {
    Item item;
    item.frame = frame;
    told_nonce_.reset();
    told_key_.reset();
    if (frame.technology == port::Technology::B) {
        item.air = of_type_b(frame);
    } else if (frame.source == port::AirFrame::Source::Pcd) {
        item.air = from_reader(octets_of(frame), frame.bits.size(), item.plain);
    } else {
        const unsigned first = due_ == Due::Uid ? split_ : 0;
        item.air = from_card(octets_of(frame, first), frame.bits.size(), item.plain);
    }
    item.nonce = told_nonce_;
    item.key = told_key_;
    return item;
}

Reading Analyser::of_type_b(const port::AirFrame& frame) {
    reset();
    const Octets octets = octets_of(frame);
    const Crc crc = trace::crc_of(octets, frame.technology);
    const bool reader = frame.source == port::AirFrame::Source::Pcd;
    return {octets, crc, crc == Crc::Ok ? name_of_b(octets.data, reader) : std::string{}};
}

Reading Analyser::from_reader(const Octets& octets, std::size_t bits,
                              std::optional<Reading>& plain) {
    const bool ciphered = phase_ == Phase::Encrypted || phase_ == Phase::ReaderDue;
    // No encrypted frame is shorter than a command, and none looks like one in clear.
    if (!ciphered || octets.data.size() < CommandBytes || is_clear(octets)) {
        reset();
        if (bits == 7) {
            due_ = Due::Atqa;
            return {octets, Crc::None, short_frame(octets.data[0])};
        }
        Reading reading = command(octets);
        follow(reading);
        return reading;
    }
    if (octets.data.size() == ReaderAnswerBytes && nonce_.data.size() == NonceBytes)
        return authentication(octets, plain);
    nonce_ = {};
    if (phase_ == Phase::ReaderDue) {
        phase_ = Phase::Clear;
        return {octets, crc_of(octets), {}};
    }
    if (cipher_.active()) {
        const std::size_t expected = std::exchange(second_part_, 0);
        Octets clear = cipher_.decrypt(octets);
        if (expected != 0 && clear.data.size() == expected) {
            due_ = Due::Acknowledge;
            plain = Reading{clear, crc_of(clear), "DATA", trailer_};
        } else {
            plain = command(clear);
            follow(*plain);
        }
    }
    return {octets, Crc::None, "(enc)"};
}

Reading Analyser::authentication(const Octets& octets, std::optional<Reading>& plain) {
    const bool nested = phase_ == Phase::Encrypted;
    const auto found = cipher_.start(uid_, nonce_, octets, nested);
    nonce_ = {};
    phase_ = Phase::CardDue;
    if (found) {
        if (nested) told_nonce_ = found->nt;
        told_key_ = found->key;
        std::string note = "nr ar";
        if (nested) note = "nt " + base::to_hex(found->nt) + ", nr ar";
        plain = Reading{found->answer, Crc::None, std::move(note)};
    }
    return {octets, Crc::None, "AUTH: nr ar (enc)"};
}

Reading Analyser::command(const Octets& octets) {
    const base::Bytes& data = octets.data;
    if (const auto level = data.size() >= 2 ? cascade_level(data[0]) : std::nullopt) {
        const bool select = data[1] == CompleteUid;
        return {octets, select ? crc_of(octets) : Crc::None,
                numbered(select ? "SELECT_UID" : "ANTICOLL", *level)};
    }
    Reading reading{octets, crc_of(octets), {}};
    if (data.size() == CommandBytes && data[0] == 0xE0) {
        reading.annotation = "RATS";
    } else if (data.size() == CommandBytes) {
        reading.annotation = classic_command(data[0], data[1]);
    }
    if (reading.annotation.empty() && reading.crc == Crc::Ok)
        reading.annotation = name_of_block(data);
    return reading;
}

void Analyser::follow(const Reading& reading) {
    const base::Bytes& data = reading.octets.data;
    due_ = Due::Data;
    split_ = 0;
    second_part_ = 0;
    trailer_ = false;
    if (data.size() >= 2 && cascade_level(data[0])) {
        const bool select = data[1] == CompleteUid;
        due_ = select ? Due::Sak : Due::Uid;
        if (select && data.size() >= 6) std::copy_n(data.begin() + 2, 4, uid_.begin());
        if (!select) split_ = reading.octets.last_bits;
        return;
    }
    if (data.size() != CommandBytes || reading.crc != Crc::Ok) return;
    trailer_ = (data[0] == 0x30 || data[0] == 0xA0) && base::is_trailer(data[1]);
    switch (data[0]) {
        case 0x60:
        case 0x61:
            // In a running session the nonce comes encrypted; the phase tells them apart.
            if (phase_ == Phase::Clear) phase_ = Phase::NonceDue;
            due_ = Due::Nothing;
            break;
        case 0xA0:
            due_ = Due::Acknowledge;
            second_part_ = 18;
            break;
        case 0xC0:
        case 0xC1:
        case 0xC2:
            due_ = Due::Acknowledge;
            second_part_ = 6;
            break;
        case 0xB0:
        case 0x40:
            due_ = Due::Acknowledge;
            break;
        case 0x50:
            reset();
            break;
        default:
            break;
    }
}

Reading Analyser::from_card(const Octets& octets, std::size_t bits, std::optional<Reading>& plain) {
    const bool nonce = octets.whole() && octets.data.size() == NonceBytes;
    if (phase_ == Phase::NonceDue && nonce) {
        nonce_ = octets;
        told_nonce_.emplace();
        std::copy_n(octets.data.begin(), NonceBytes, told_nonce_->begin());
        phase_ = Phase::ReaderDue;
        return {octets, Crc::None, "AUTH: nt"};
    }
    if (phase_ == Phase::CardDue) {
        const bool at = nonce;
        if (cipher_.active()) {
            const Octets clear = cipher_.decrypt(octets);
            plain = at ? Reading{clear, Crc::None, "at"} : answer(clear, bits);
        }
        if (!at) reset();
        if (at) phase_ = Phase::Encrypted;
        return {octets, Crc::None, at ? "AUTH: at (enc)" : "(enc)"};
    }
    if (phase_ == Phase::Encrypted) {
        // Nothing else that a card sends encrypted is of this length.
        if (nonce) {
            nonce_ = octets;
            return {octets, Crc::None, "AUTH: nt (enc)"};
        }
        if (cipher_.active()) {
            plain = answer(cipher_.decrypt(octets), bits);
            if (bits == 4 && plain->octets.data[0] != Ack) reset();
        }
        return {octets, Crc::None, "(enc)"};
    }
    Reading reading = answer(octets, bits);
    reading.keys = false;  // nothing that was sent in clear is a secret
    if (bits == 4) reset();
    return reading;
}

Reading Analyser::answer(const Octets& octets, std::size_t bits) {
    if (bits == 4) {
        const std::uint8_t code = octets.data[0];
        return {octets, Crc::None, code == Ack ? "ACK" : fmt::format("NAK({:X})", code)};
    }
    switch (due_) {
        case Due::Atqa:
            return {octets, Crc::None, "ATQA"};
        case Due::Uid:
            return {octets, Crc::None, "UID"};
        case Due::Sak:
            return {octets, crc_of(octets), "SAK"};
        default: {
            Reading reading{octets, crc_of(octets), {}, trailer_};
            if (!trailer_ && reading.crc == Crc::Ok && octets.data.size() != BlockBytes)
                reading.annotation = name_of_block(octets.data);
            return reading;
        }
    }
}

}  // namespace trace
