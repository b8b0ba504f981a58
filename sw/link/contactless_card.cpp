#include "link/contactless_card.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "apdu/command.hpp"
#include "link/contactless_atr.hpp"

namespace hostlink {
namespace {

constexpr std::uint8_t ReaderClass = 0xFF;
constexpr std::uint8_t InsGetData = 0xCA;
constexpr std::uint8_t Rats = 0x80;  // FSDI 8: 256 bytes; CID 0

}  // namespace

base::Bytes ContactlessCard::power_on() {
    power_off();
    reader_->field_on();
    const reader::Selected found = reader_->activate(reader::Wake::Idle);
    if (found.status != reader::Status::Ok) return {};
    card_ = found.card;
    if (!card_.has_part4()) {
        present_ = true;
        memory_.begin(card_);
        return sak_to_atr(card_.sak);
    }
    const reader::Read ats = reader_->rats(Rats);
    const auto parameters = ats.status == reader::Status::Ok
                                ? reader::parse_ats(ats.data)
                                : std::optional<reader::AtsParameters>{};
    if (!parameters) {
        spdlog::warn("pcsc: the card gives no sound ATS: {}", to_string(ats.status));
        return {};
    }
    card_.ats = ats.data;
    reader_->idle(parameters->guard_time());
    channel_.emplace(*reader_, *parameters);
    present_ = true;
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
        if (!channel_) return apdu::Sw::FunctionNotSupported;
        const auto history = historical_bytes(card_.ats);
        value.assign(history.begin(), history.end());
    }
    const std::size_t most = command.ne.value_or(apdu::MostShortNe);
    if (value.size() > most) return static_cast<apdu::StatusWord>(apdu::Sw::WrongLe | value.size());
    const bool short_of = most != apdu::MostShortNe && value.size() < most;
    return {std::move(value), short_of ? apdu::Sw::EndOfFile : apdu::Sw::Ok};
}

}  // namespace hostlink
