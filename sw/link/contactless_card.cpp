#include "link/contactless_card.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "apdu/command.hpp"
#include "link/contactless_atr.hpp"

namespace hostlink {
namespace {

constexpr std::uint8_t ReaderClass = 0xFF;
constexpr std::uint8_t InsGetData = 0xCA;
constexpr std::uint8_t FrameSizeAndCid = 0x80;  // FSDI 8: 256 bytes; CID 0

}  // namespace

base::Bytes ContactlessCard::power_on() {
    power_off();
    reader_->field_on();
    const reader::Selected found = reader_->poll(reader::Wake::Idle);
    if (found.status != reader::Status::Ok) return {};
    card_ = found.card;
    const bool is_b = card_.technology == port::Technology::B;
    if (!card_.has_part4()) {
        if (is_b) return {};  // nothing that this reader could do with it
        present_ = true;
        memory_.begin(card_);
        return sak_to_atr(card_.sak);
    }
    auto opened = reader::IsoDep::open(*reader_, card_, FrameSizeAndCid);
    if (!opened.channel) {
        spdlog::warn("pcsc: the card cannot be activated: {}", to_string(opened.status));
        return {};
    }
    channel_ = std::move(opened.channel);
    present_ = true;
    if (is_b) return atqb_to_atr(card_.atqb, opened.answer);
    card_.ats = opened.answer;
    return ats_to_atr(card_.ats);
}

void ContactlessCard::power_off() {
    channel_.reset();
    present_ = false;
    card_ = {};
    reader_->field_off();
}

base::Bytes ContactlessCard::transmit(base::ByteView command) {
    if (!present_) return {};
    if ((!command.empty() && command[0] == ReaderClass) || !channel_)
        return reader_command(command);
    const reader::Read answer = channel_->exchange(command);
    if (answer.status == reader::Status::Ok && answer.data.size() >= 2) return answer.data;
    return lost(answer.status == reader::Status::Ok ? reader::Status::Protocol : answer.status);
}

base::Bytes ContactlessCard::lost(reader::Status status) {
    spdlog::warn("pcsc: the card was lost: {}", to_string(status));
    power_off();
    return {};
}

base::Bytes ContactlessCard::reader_command(base::ByteView bytes) {
    const auto command = apdu::parse(bytes);
    if (!command) return apdu::Response{apdu::Sw::WrongLength}.bytes();
    if (command->cla != ReaderClass) return apdu::Response{apdu::Sw::ClaNotSupported}.bytes();
    if (command->ins == InsGetData) return get_data(*command).bytes();
    if (channel_) return apdu::Response{apdu::Sw::InsNotSupported}.bytes();
    const auto answer = memory_.run(*command);
    return answer ? answer->bytes() : lost(reader::Status::Silent);
}

apdu::Response ContactlessCard::get_data(const apdu::Command& command) const {
    if (command.p1 > 1 || command.p2 != 0) return apdu::Sw::WrongP1P2;
    base::Bytes value = card_.uid;
    if (command.p1 == 1) {
        const bool has_history = channel_ && card_.technology == port::Technology::A;
        if (!has_history) return apdu::Sw::FunctionNotSupported;
        const auto history = historical_bytes(card_.ats);
        value.assign(history.begin(), history.end());
    }
    const std::size_t most = command.ne.value_or(apdu::MostShortNe);
    if (value.size() > most) return static_cast<apdu::StatusWord>(apdu::Sw::WrongLe | value.size());
    const bool short_of = most != apdu::MostShortNe && value.size() < most;
    return {std::move(value), short_of ? apdu::Sw::EndOfFile : apdu::Sw::Ok};
}

}  // namespace hostlink
