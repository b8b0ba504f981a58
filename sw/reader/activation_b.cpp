// Activation of type B cards, ISO/IEC 14443-3, 7, and polling for both types.

#include <algorithm>

#include "reader/reader.hpp"

namespace reader {
namespace {

constexpr std::uint8_t RequestB = 0x05;
constexpr std::uint8_t WakeBit = 0x08;  // of PARAM: WUPB
constexpr std::uint8_t Attrib = 0x1D;
constexpr std::uint8_t HaltB = 0x50;
constexpr std::uint8_t Part4 = 0x01;   // protocol type in P3
constexpr unsigned MostSlotsCode = 4;  // 16 slots
constexpr std::size_t PupiBytes = 4;

port::Request frame_b(base::Bytes data, Tick timeout) {
    port::Request request;
    request.technology = port::Technology::B;
    request.data = std::move(data);
    request.tx_crc = true;
    request.rx_crc = true;
    request.timeout = timeout;
    return request;
}

/// More slots when cards have answered at once.
unsigned next_slots(unsigned code) { return std::min(code + 2, MostSlotsCode); }

}  // namespace

Reader::Slots Reader::request_b(Wake wake, std::uint8_t afi, unsigned slots_code, bool first_only) {
    Slots found;
    const auto take = [&](const port::Answer& answer) {
        if (answer.silent) return;
        Status status = judge(answer);
        if (status == Status::Ok && !parse_atqb(answer.data)) status = Status::Protocol;
        if (status != Status::Ok) {
            found.status = status;
            return;
        }
        Card card;
        card.technology = port::Technology::B;
        card.uid.assign(answer.data.begin() + 1, answer.data.begin() + 1 + PupiBytes);
        card.atqb = answer.data;
        found.cards.push_back(std::move(card));
    };
    const auto parameter =
        static_cast<std::uint8_t>((wake == Wake::All ? WakeBit : 0) | slots_code);
    take(transceive(frame_b({RequestB, afi, parameter}, policy_.activation_timeout)));
    const unsigned slots = 1U << slots_code;
    for (unsigned slot = 1; slot < slots && !(first_only && !found.cards.empty()); ++slot) {
        const auto marker = static_cast<std::uint8_t>((slot << 4U) | RequestB);
        take(transceive(frame_b({marker}, policy_.activation_timeout)));
    }
    return found;
}

Selected Reader::activate_b(Wake wake, std::uint8_t afi, unsigned tries) {
    drop_session();
    Selected result;
    unsigned slots_code = 0;
    unsigned spent = 0;
    while (spent < tries) {
        const Slots found = request_b(wake, afi, slots_code, true);
        if (!found.cards.empty()) return {Status::Ok, found.cards.front()};
        if (found.status != Status::Silent) result.status = found.status;
        // Cards that got into each other's way are no failed try as long as there are more slots.
        const bool retry = found.status != Status::Silent && slots_code != MostSlotsCode;
        if (retry)
            slots_code = next_slots(slots_code);
        else
            ++spent;
    }
    return result;
}

Selected Reader::activate_known_b(const Card& card) {
    drop_session();
    // All are READY-DECLARED afterwards, whether or not their answers can be told apart.
    const Slots found = request_b(Wake::All, 0, 0, true);
    if (found.cards.empty() && found.status == Status::Silent) return {Status::Silent, {}};
    return {Status::Ok, card};
}

std::vector<Card> Reader::list_b(unsigned most, std::uint8_t afi) {
    constexpr unsigned Rounds = 16;  // in which nobody could be told from the others
    std::vector<Card> cards;
    unsigned slots_code = 0;
    unsigned lost = 0;
    drop_session();
    while (cards.size() < most && lost < Rounds) {
        const Slots found = request_b(Wake::Idle, afi, slots_code, false);
        for (const Card& card : found.cards) {
            halt_b(card);
            if (cards.size() < most) cards.push_back(card);
        }
        if (found.cards.empty() && found.status == Status::Silent) break;
        lost = found.cards.empty() ? lost + 1 : 0;
        if (found.status != Status::Silent) slots_code = next_slots(slots_code);
    }
    return cards;
}

Read Reader::attrib(const Card& card, std::uint8_t parameter, const Rates& rates) {
    base::Bytes data{Attrib};
    data.insert(data.end(), card.uid.begin(), card.uid.end());
    const auto cid = static_cast<std::uint8_t>(parameter & 0x0FU);
    data.push_back(0);  // P1: default TR0 and TR1, SOF and EOF wanted
    data.push_back(static_cast<std::uint8_t>((static_cast<unsigned>(rates.from_card) << 6U) |
                                             (static_cast<unsigned>(rates.to_card) << 4U) |
                                             (parameter >> 4U)));
    data.push_back(Part4);
    data.push_back(cid);
    const port::Answer answer = transceive(frame_b(std::move(data), policy_.rats_timeout));
    const Status status = judge(answer);
    if (status != Status::Ok) return {status, {}, 0};
    if (answer.data.empty() || (answer.data[0] & 0x0FU) != cid) return {Status::Protocol, {}, 0};
    return {Status::Ok, answer.data, 0};
}

Status Reader::halt_b(const Card& card) {
    base::Bytes data{HaltB};
    data.insert(data.end(), card.uid.begin(), card.uid.end());
    const port::Answer answer = transceive(frame_b(std::move(data), policy_.activation_timeout));
    const Status status = judge(answer);
    if (status != Status::Ok) return status;
    return answer.data == base::Bytes{0x00} ? Status::Ok : Status::Protocol;
}

Selected Reader::poll(Wake wake) {
    field_on();
    Selected found;
    for (const auto technology : {port::Technology::A, port::Technology::B}) {
        ready_ = std::max(ready_, std::max(last_end_, port_.now()) + policy_.poll_guard + phase_);
        found = technology == port::Technology::A ? activate(wake) : activate_b(wake);
        if (found.status == Status::Ok) break;
    }
    return found;
}

}  // namespace reader
