#include "ble/peripheral.hpp"

#include <stdexcept>

namespace ble {
namespace {

constexpr std::uint8_t Processing = 0x01;

}  // namespace

Peripheral::Peripheral(port::ApduPort& card, const Options& options)
    : card_{&card}, options_{options}, assembler_{options.longest_message} {
    if (options.control_point < LeastFragment || options.control_point > MostFragment)
        throw std::invalid_argument{"a control point has 20 to 512 bytes"};
}

void Peripheral::connected(std::size_t notification, Tick at) {
    assembler_.forget();
    notification_ = notification;
    busy_until_ = at;
    card_->reset(at);
}

void Peripheral::disconnected() noexcept { assembler_.forget(); }

void Peripheral::say(std::vector<Notification>& out, const Frame& frame, Tick at) const {
    for (auto& value : fragments(frame, notification_)) out.push_back({std::move(value), at});
}

std::vector<Notification> Peripheral::refuse(Error error, Tick at) const {
    std::vector<Notification> out;
    say(out, {Kind::Error, {static_cast<std::uint8_t>(error)}}, at);
    return out;
}

std::vector<Notification> Peripheral::write(base::ByteView fragment, Tick at) {
    if (at < busy_until_) {
        const bool cancel =
            !fragment.empty() && fragment[0] == static_cast<std::uint8_t>(Kind::Cancel);
        return cancel ? std::vector<Notification>{} : refuse(Error::Busy, at);
    }
    const bool late = !assembler_.idle() && at > heard_ + options_.timeout;
    heard_ = at;
    if (late) {
        assembler_.forget();
        return refuse(Error::Timeout, at);
    }
    if (fragment.size() > options_.control_point) {
        assembler_.forget();
        return refuse(Error::InvalidLength, at);
    }
    const auto taken = assembler_.take(fragment);
    if (taken.error) return refuse(*taken.error, at);
    return taken.frame ? handle(*taken.frame, at) : std::vector<Notification>{};
}

std::vector<Notification> Peripheral::handle(const Frame& frame, Tick at) {
    std::vector<Notification> out;
    switch (frame.kind) {
        case Kind::Ping:
            say(out, frame, at);
            return out;
        case Kind::Cancel:
            return out;
        case Kind::KeepAlive:
        case Kind::Error:
            return refuse(Error::InvalidCommand, at);
        case Kind::Message:
            break;
    }
    if (frame.data.empty()) return refuse(Error::InvalidLength, at);
    const auto answer = card_->take(frame.data, false, at);
    if (answer.response.empty()) return refuse(Error::Other, answer.ready);
    for (Tick t = at + options_.keep_alive; t < answer.ready; t += options_.keep_alive)
        say(out, {Kind::KeepAlive, {Processing}}, t);
    say(out, {Kind::Message, answer.response}, answer.ready);
    busy_until_ = answer.ready;
    return out;
}

}  // namespace ble
