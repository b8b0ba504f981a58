#include "contact/t0_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "apdu/command.hpp"

namespace contact {

namespace {

constexpr std::uint8_t Null = 0x60;
constexpr std::uint8_t GetResponse = 0xC0;
constexpr std::uint8_t Envelope = 0xC2;
/// Reader after card, when D = 64 (7816-3, 10.2).
constexpr unsigned FastTurnEtus = 16;

/// The class of GET RESPONSE: the channel, nothing else.
std::uint8_t channel_of(std::uint8_t cla) {
    return (cla & 0x40) != 0 ? static_cast<std::uint8_t>(0x40 | (cla & 0x0F))
                             : static_cast<std::uint8_t>(cla & 0x03);
}

std::size_t promised(std::uint8_t sw2) { return sw2 == 0 ? apdu::MostShortNe : sw2; }

std::uint8_t p3_of(std::size_t length) {
    return static_cast<std::uint8_t>(length >= apdu::MostShortNe ? 0 : length);
}

}  // namespace

T0Reader::T0Reader(ReaderIo& io, const Parameters& card) : io_{&io}, wait_{card.work_wait()} {}

Status T0Reader::send(base::ByteView bytes) {
    const unsigned turn = io_->settings().rate.d == 64 ? FastTurnEtus : GuardEtus;
    const Cycle earliest = io_->last_edge() + io_->etus(turn);
    return io_->send(bytes, earliest) ? Status::Ok : Status::Refused;
}

T0Reader::Tpdu T0Reader::exchange(Head head, std::uint8_t p3, base::ByteView data,
                                  std::size_t expected) {
    Tpdu tpdu;
    base::Bytes header(head.begin(), head.end());
    header.push_back(p3);
    tpdu.status = send(header);
    const std::uint8_t ins = head[1];
    while (tpdu.status == Status::Ok) {
        const auto procedure = io_->receive(io_->last_edge() + wait_, wait_);
        if (!procedure) return {Status::TimeOut, {}, 0, 0};
        if (!procedure->parity_ok) return {Status::Refused, {}, 0, 0};
        const std::uint8_t byte = procedure->byte;
        if (byte == Null) continue;
        if (byte != ins && byte != (ins ^ 0xFF)) {
            if (byte >> 4 != 6 && byte >> 4 != 9) return {Status::ProtocolError, {}, 0, 0};
            const auto second = io_->receive(io_->last_edge() + wait_, wait_);
            if (!second) return {Status::TimeOut, {}, 0, 0};
            tpdu.sw1 = byte;
            tpdu.sw2 = second->byte;
            if (!second->parity_ok) tpdu.status = Status::Refused;
            return tpdu;
        }
        const bool one = byte != ins;
        const std::size_t left = data.empty() ? expected - tpdu.data.size() : data.size();
        if (left == 0) return {Status::ProtocolError, {}, 0, 0};
        const std::size_t count = one ? 1 : left;
        if (!data.empty()) {
            tpdu.status = send(data.first(count));
            data = data.subspan(count);
            // Nothing is left to ask for: `expected` is 0 for a command with data.
            continue;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const auto heard = io_->receive(io_->last_edge() + wait_, wait_);
            if (!heard) return {Status::TimeOut, {}, 0, 0};
            if (!heard->parity_ok) return {Status::Refused, {}, 0, 0};
            tpdu.data.push_back(heard->byte);
        }
    }
    return tpdu;
}

T0Reader::Tpdu T0Reader::receive_data(Head head, std::size_t expected) {
    auto tpdu = exchange(head, p3_of(expected), {}, std::min(expected, apdu::MostShortNe));
    if (tpdu.status != Status::Ok || tpdu.sw1 != 0x6C) return tpdu;
    tpdu = exchange(head, tpdu.sw2, {}, promised(tpdu.sw2));
    if (tpdu.data.size() > expected) tpdu.data.resize(expected);
    return tpdu;
}

T0Reader::Tpdu T0Reader::get_response(std::uint8_t cla, std::size_t expected) {
    const std::array<std::uint8_t, 4> head{channel_of(cla), GetResponse, 0x00, 0x00};
    return receive_data(head, expected);
}

Result T0Reader::collect(Tpdu tpdu, std::uint8_t cla, std::size_t expected, bool ask) {
    base::Bytes response = std::move(tpdu.data);
    ask = ask && tpdu.sw1 == 0x90 && tpdu.sw2 == 0x00;
    while (tpdu.status == Status::Ok && response.size() < expected && (ask || tpdu.sw1 == 0x61)) {
        const std::size_t left = expected - response.size();
        const std::size_t offered = ask ? apdu::MostShortNe : promised(tpdu.sw2);
        auto next = get_response(cla, std::min(left, offered));
        // A card with nothing to give may refuse to; that is not how the command ended.
        if (ask && next.status == Status::Ok && next.data.empty() && next.sw1 >> 4 == 6 &&
            next.sw1 >= 0x64)
            break;
        ask = false;
        tpdu = std::move(next);
        response.insert(response.end(), tpdu.data.begin(), tpdu.data.end());
    }
    if (tpdu.status != Status::Ok) return {tpdu.status, {}};
    response.push_back(tpdu.sw1);
    response.push_back(tpdu.sw2);
    return {Status::Ok, std::move(response)};
}

T0Reader::Tpdu T0Reader::envelopes(base::ByteView apdu) {
    const std::array<std::uint8_t, 4> head{apdu[0], Envelope, 0x00, 0x00};
    for (;;) {
        const auto segment = apdu.first(std::min(apdu.size(), apdu::MostShortNc));
        auto tpdu = exchange(head, static_cast<std::uint8_t>(segment.size()), segment, 0);
        const bool taken = tpdu.status == Status::Ok && tpdu.sw1 == 0x90 && tpdu.sw2 == 0x00;
        if (!taken || segment.empty()) return tpdu;
        apdu = apdu.subspan(segment.size());
    }
}

Result T0Reader::transmit(base::ByteView apdu) {
    const auto command = apdu::parse(apdu);
    if (!command) return {Status::BadCommand, {}};
    const Head head = apdu.first<4>();
    const std::size_t expected = command->ne.value_or(0);
    if (command->data.size() > apdu::MostShortNc)
        return collect(envelopes(apdu), head[0], expected, false);
    if (!command->data.empty()) {
        const auto p3 = static_cast<std::uint8_t>(command->data.size());
        return collect(exchange(head, p3, command->data, 0), head[0], expected, true);
    }
    if (!command->ne) return collect(exchange(head, 0, {}, 0), head[0], 0, false);
    return collect(receive_data(head, expected), head[0], expected, false);
}

}  // namespace contact
