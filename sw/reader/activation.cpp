// Activation of type A cards, ISO/IEC 14443-3, 6.4 and 6.5.

#include <algorithm>
#include <bit>

#include "reader/reader.hpp"

namespace reader {
namespace {

constexpr std::uint8_t CascadeTag = 0x88;
constexpr std::uint8_t SakIncomplete = 0x04;  // b3: UID not complete
constexpr std::array<std::uint8_t, 3> Levels{0x93, 0x95, 0x97};
constexpr unsigned UidBits = 32;  // of one cascade level, without BCC

using Part = std::array<std::uint8_t, 5>;  // four bytes of a cascade level and their BCC

std::uint8_t check_byte(base::ByteView part) {
    return static_cast<std::uint8_t>(part[0] ^ part[1] ^ part[2] ^ part[3]);
}

/// Number of valid bits in `answer`, counted from bit 0 of data[0] although reception began at
/// `align`.
unsigned bits_of(const port::Answer& answer) {
    const auto bytes = static_cast<unsigned>(answer.data.size());
    return answer.last_bits == 0 ? 8 * bytes : 8 * (bytes - 1) + answer.last_bits;
}

/// Position of the first collided bit, counted as in bits_of; bits_of(answer) when there is none.
unsigned first_collision(const port::Answer& answer) {
    for (unsigned i = 0; i < answer.collisions.size(); ++i) {
        if (answer.collisions[i] != 0) {
            return 8 * i + static_cast<unsigned>(std::countr_zero(answer.collisions[i]));
        }
    }
    return bits_of(answer);
}

/// The parts of `uid`, cascade tags put in; empty when the length is none of 4, 7 and 10.
std::vector<std::array<std::uint8_t, 4>> parts_of(base::ByteView uid) {
    std::vector<std::array<std::uint8_t, 4>> parts;
    if (uid.size() != 4 && uid.size() != 7 && uid.size() != 10) return parts;
    while (uid.size() > 4) {
        parts.push_back({CascadeTag, uid[0], uid[1], uid[2]});
        uid = uid.subspan(3);
    }
    parts.push_back({uid[0], uid[1], uid[2], uid[3]});
    return parts;
}

}  // namespace

Requested Reader::request(Wake wake) {
    port::Request request;
    request.data = {static_cast<std::uint8_t>(wake)};
    request.last_bits = 7;
    request.timeout = policy_.activation_timeout;
    const port::Answer answer = transceive(request);
    Requested result;
    result.status = judge(answer);
    const bool whole = answer.data.size() == 2 && answer.last_bits == 0;
    if (result.status == Status::Ok && !whole) result.status = Status::Framing;
    if (whole) result.atqa = {answer.data[0], answer.data[1]};
    return result;
}

Status Reader::anticollision(std::uint8_t level, Part& part) {
    part = {};
    unsigned known = 0;  // valid bits of `part`
    // Each round knows at least one bit more than the one before.
    while (true) {
        const unsigned bytes = known / 8;
        const unsigned bits = known % 8;
        port::Request request;
        request.data = {level, static_cast<std::uint8_t>(((2 + bytes) << 4U) | bits)};
        request.data.insert(request.data.end(), part.begin(),
                            part.begin() + bytes + (bits != 0 ? 1 : 0));
        request.last_bits = bits;
        request.rx_align = bits;
        request.timeout = policy_.activation_timeout;
        const port::Answer answer = transceive(request);
        const Status status = judge(answer);
        if (status != Status::Ok && status != Status::Collision) return status;
        if (answer.data.empty() || bytes + answer.data.size() > part.size()) return Status::Framing;

        const unsigned collision = 8 * bytes + first_collision(answer);
        if (status == Status::Collision && collision < known) return Status::Collision;
        const auto kept = static_cast<std::uint8_t>((1U << bits) - 1U);
        for (std::size_t i = 0; i < answer.data.size(); ++i) {
            const std::uint8_t mask = i == 0 ? kept : 0;
            part[bytes + i] =
                static_cast<std::uint8_t>((part[bytes + i] & mask) | (answer.data[i] & ~mask));
        }
        if (status == Status::Ok) {
            if (8 * bytes + bits_of(answer) != 8 * part.size()) return Status::Framing;
            return part[4] == check_byte(part) ? Status::Ok : Status::UidCheck;
        }
        if (collision >= UidBits) return Status::Collision;
        part[collision / 8] = static_cast<std::uint8_t>(
            (part[collision / 8] & ((1U << (collision % 8)) - 1U)) | (1U << (collision % 8)));
        std::fill(part.begin() + collision / 8 + 1, part.end(), std::uint8_t{0});
        known = collision + 1;
    }
}

Selected Reader::select_level(Card card, std::uint8_t level, base::ByteView part) {
    port::Request request;
    request.data = {level, 0x70};
    request.data.insert(request.data.end(), part.begin(), part.begin() + 4);
    request.data.push_back(check_byte(part));
    request.tx_crc = true;
    request.rx_crc = true;
    request.timeout = policy_.activation_timeout;
    const port::Answer answer = transceive(request);
    Status status = judge(answer);
    if (status == Status::Ok && (answer.data.size() != 1 || answer.last_bits != 0)) {
        status = Status::Framing;
    }
    if (status != Status::Ok) return {status, {}};
    card.sak = answer.data[0];
    const bool more = (card.sak & SakIncomplete) != 0;
    card.uid.insert(card.uid.end(), part.begin() + (more ? 1 : 0), part.begin() + 4);
    return {Status::Ok, card};
}

Selected Reader::select_one() {
    Card card;
    for (const std::uint8_t level : Levels) {
        Part part{};
        const Status status = anticollision(level, part);
        if (status != Status::Ok) return {status, {}};
        const Selected selected = select_level(card, level, part);
        if (selected.status != Status::Ok) return selected;
        card = selected.card;
        if ((card.sak & SakIncomplete) == 0) return {Status::Ok, card};
    }
    return {Status::Protocol, {}};
}

Selected Reader::select_known(base::ByteView uid) {
    Card card;
    const auto parts = parts_of(uid);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Selected selected = select_level(card, Levels[i], parts[i]);
        if (selected.status != Status::Ok) return selected;
        card = selected.card;
        const bool last = i + 1 == parts.size();
        if (((card.sak & SakIncomplete) == 0) != last) return {Status::Protocol, {}};
    }
    return {parts.empty() ? Status::Silent : Status::Ok, card};
}

Selected Reader::activate(Wake wake, unsigned tries) {
    drop_session();
    Selected result;
    for (unsigned i = 0; i < tries && (i == 0 || result.status != Status::Ok); ++i) {
        const Requested answer = request(wake);
        result = {answer.status, {}};
        if (answer.status == Status::Ok || answer.status == Status::Collision) {
            result = select_one();
            result.card.atqa = answer.atqa;
        }
    }
    return result;
}

Selected Reader::activate_known(base::ByteView uid, Wake wake, unsigned tries) {
    drop_session();
    Selected result;
    for (unsigned i = 0; i < tries && (i == 0 || result.status != Status::Ok); ++i) {
        const Requested answer = request(wake);
        result = {answer.status, {}};
        if (answer.status == Status::Ok || answer.status == Status::Collision) {
            result = select_known(uid);
            result.card.atqa = answer.atqa;
        }
    }
    return result;
}

std::vector<Card> Reader::list(unsigned most) {
    std::vector<Card> cards;
    while (cards.size() < most) {
        const Selected found = activate(Wake::Idle);
        if (found.status != Status::Ok) break;
        cards.push_back(found.card);
        halt();
    }
    return cards;
}

Status Reader::halt() {
    port::Request request;
    request.data = {0x50, 0x00};
    request.tx_crc = true;
    request.timeout = policy_.halt_timeout;
    const port::Answer answer = transceive(request);
    drop_session();
    return answer.silent ? Status::Ok : Status::NotHalted;
}

Read Reader::rats(std::uint8_t parameter) {
    const Read answer = command_for_data({0xE0, parameter}, policy_.rats_timeout);
    if (answer.status == Status::Ok &&
        (answer.data.empty() || answer.data[0] != answer.data.size())) {
        return {Status::Protocol, {}, 0};
    }
    return answer;
}

}  // namespace reader
