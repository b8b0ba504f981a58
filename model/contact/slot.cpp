#include "contact/slot.hpp"

#include <algorithm>
#include <utility>

#include "contact/pps.hpp"

namespace contact {

namespace {

// ISO/IEC 7816-3:2006, 6.2, in cycles.
constexpr Cycle BetweenPins = 100;
constexpr Cycle ResetLength = 500;  ///< at least 400
constexpr Cycle LongestAtrDelay = 40'000;
constexpr Cycle BeforeWarmReset = 4464;      ///< after the start edge of T0
constexpr std::uint8_t ImplicitRate = 0x10;  ///< of TA2

}  // namespace

Slot::Slot(Pins& card, const SlotOptions& options) noexcept
    : options_{options}, line_{card}, io_{line_} {}

std::optional<std::uint8_t> Slot::protocol() const noexcept {
    if (std::holds_alternative<T0Reader>(protocol_)) return std::uint8_t{0};
    if (std::holds_alternative<T1Reader>(protocol_)) return std::uint8_t{1};
    return std::nullopt;
}

base::Bytes Slot::power_on(base::Tick at) {
    if (powered_) power_off();
    Cycle when = std::max(line_.now(), options_.clock.cycle(at));
    line_.drive(Pin::Rst, false, when);
    line_.drive(Pin::Vcc, true, when += BetweenPins);
    line_.drive(Pin::Io, true, when += BetweenPins);
    line_.drive(Pin::Clk, true, when += BetweenPins);
    line_.drive(Pin::Rst, true, when + ResetLength);
    powered_ = true;
    return answer_to_reset();
}

base::Bytes Slot::warm_reset() {
    if (!powered_) {
        status_ = Status::NotPowered;
        return {};
    }
    const Cycle when = std::max(line_.now(), atr_begin_ + BeforeWarmReset);
    line_.drive(Pin::Rst, false, when);
    line_.drive(Pin::Rst, true, when + ResetLength);
    return answer_to_reset();
}

void Slot::power_off() {
    const Cycle when = line_.now();
    line_.drive(Pin::Rst, false, when + BetweenPins);
    line_.drive(Pin::Clk, false, when + 2 * BetweenPins);
    line_.drive(Pin::Io, false, when + 3 * BetweenPins);
    line_.drive(Pin::Vcc, false, when + 4 * BetweenPins);
    powered_ = false;
    protocol_ = {};
    status_ = Status::NotPowered;
}

void Slot::fail(Status status) {
    power_off();
    status_ = status;
}

base::Bytes Slot::answer_to_reset() {
    protocol_ = {};
    base::Bytes bytes;
    status_ = read_atr(bytes);
    std::optional<Atr> atr;
    if (status_ == Status::Ok) {
        atr = parse_atr(bytes);
        status_ = atr ? agree(parameters_of(*atr)) : Status::BadAtr;
    }
    if (status_ != Status::Ok) {
        fail(status_);
        return {};
    }
    return bytes;
}

Status Slot::read_atr(base::Bytes& atr) {
    const Cycle reset = line_.now();
    io_.configure({Convention::Direct, {}, Rate{}.etus(GuardEtus), true});
    const auto ts = io_.receive_ts(reset + LongestAtrDelay);
    if (!ts) return Status::Mute;
    if (!ts->parity_ok) return Status::BadAtr;
    atr = {ts->byte};
    const Cycle wait = io_.etus(InitialWaitEtus);
    while (atr_length(atr) != atr.size()) {
        const auto heard = io_.receive(io_.last_edge() + wait, wait);
        if (!heard || !heard->parity_ok) return Status::BadAtr;
        if (atr.size() == 1) atr_begin_ = heard->start;
        atr.push_back(heard->byte);
        // No more than 32 characters follow TS, whatever they announce.
        if (atr.size() > 33) return Status::BadAtr;
    }
    return Status::Ok;
}

Status Slot::agree(const Parameters& card) {
    // Guard times of what the reader sends hold from PPS on.
    auto settings = io_.settings();
    settings.guard = card.guard_time(settings.rate, 0);
    io_.configure(settings);
    const auto usable = [&](std::uint8_t t) { return t == 0 || (t == 1 && !card.crc); };
    if (card.specific) {
        const auto protocol = static_cast<std::uint8_t>(*card.specific & 0x0F);
        const bool wanted = !options_.protocol || *options_.protocol == protocol;
        if (!usable(protocol) || !wanted) return Status::Unsupported;
        const bool implicit = (*card.specific & ImplicitRate) != 0;
        const auto rate = implicit ? std::optional{Rate{}} : rate_of(card.ta1);
        if (!rate) return Status::Unsupported;
        start(card, protocol, *rate);
        return Status::Ok;
    }
    for (const auto protocol : card.protocols) {
        const bool wanted = !options_.protocol || *options_.protocol == protocol;
        if (usable(protocol) && wanted) return select(card, protocol);
    }
    return Status::Unsupported;
}

Status Slot::select(const Parameters& card, std::uint8_t protocol) {
    Pps request{protocol};
    const auto pps1 = options_.pps1.value_or(card.ta1);
    const bool faster = options_.pps && pps1 != 0x11 && rate_of(pps1).has_value();
    if (faster) request.pps1 = pps1;
    if (!faster && protocol == card.protocols.front()) {
        start(card, protocol, {});
        return Status::Ok;
    }
    const Cycle wait = io_.etus(InitialWaitEtus);
    if (!io_.send(request.bytes(), io_.last_edge() + io_.etus(GuardEtus))) return Status::PpsFailed;
    base::Bytes bytes;
    while (pps_length(bytes) != bytes.size()) {
        const auto heard = io_.receive(io_.last_edge() + wait, wait);
        if (!heard || !heard->parity_ok) return Status::PpsFailed;
        bytes.push_back(heard->byte);
    }
    const auto response = parse_pps(bytes);
    const auto rate = response ? agreed_rate(request, *response) : std::nullopt;
    if (!rate) return Status::PpsFailed;
    // Complete 12 etu after the start edge of PCK.
    line_.wait_until(io_.last_edge() + io_.etus(GuardEtus));
    start(card, protocol, *rate);
    return Status::Ok;
}

void Slot::start(const Parameters& card, std::uint8_t protocol, Rate rate) {
    const Cycle guard = card.guard_time(rate, protocol);
    io_.configure({io_.settings().convention, rate, guard, protocol == 0});
    if (protocol == 0) {
        protocol_.emplace<T0Reader>(io_, card);
    } else {
        protocol_.emplace<T1Reader>(io_, card, options_.ifsd);
    }
}

base::Bytes Slot::transmit(base::ByteView apdu) {
    Result result{Status::NotPowered, {}};
    if (auto* characters = std::get_if<T0Reader>(&protocol_)) {
        result = characters->transmit(apdu);
    } else if (auto* blocks = std::get_if<T1Reader>(&protocol_)) {
        result = blocks->transmit(apdu);
    }
    status_ = result.status;
    switch (result.status) {
        case Status::TimeOut:
        case Status::Refused:
        case Status::ProtocolError:
            fail(result.status);
            break;
        case Status::Lost:
            if (!warm_reset().empty()) status_ = Status::CardReset;
            break;
        default:
            break;
    }
    return std::move(result.response);
}

}  // namespace contact
