#include "contact/card.hpp"

#include <stdexcept>
#include <utility>

namespace contact {

namespace {

constexpr Cycle ShortestReset = 400;
constexpr Cycle AtrDelay = 1000;             ///< 400 to 40000 (7816-3, 6.2.2)
constexpr std::uint8_t ImplicitRate = 0x10;  ///< of TA2

}  // namespace

Atr default_atr() {
    Atr atr;
    atr.groups = {
        {.a = std::uint8_t{0x95}, .b = {}, .c = std::uint8_t{0x00}, .next = std::uint8_t{0}},
        {.a = {}, .b = {}, .c = {}, .next = std::uint8_t{1}},
        {.a = std::uint8_t{0xFE}, .b = std::uint8_t{0x45}, .c = {}, .next = {}}};
    atr.historical = {'C', 'S', 'M', '1'};
    return atr;
}

Card::Card(Profile profile, port::ApduPort& os)
    : profile_{std::move(profile)}, os_{&os} {
    set_answer(profile_.atr);
}

void Card::set_answer(const Atr& atr) {
    atr_ = build(atr);
    parameters_ = parameters_of(atr);
    if ((!parameters_.offers(0) && !parameters_.offers(1)) || parameters_.crc)
        throw std::invalid_argument{"answer to reset without T=0, and T=1 with LRC"};
}

void Card::drive(Pin pin, bool high, Cycle at) {
    advance(at);
    switch (pin) {
        case Pin::Vcc:
            return supply(high, at);
        case Pin::Clk:
            clocked_ = high;
            // A reset lasts from the first cycle on.
            if (high && reset_since_) reset_since_ = at;
            return;
        case Pin::Rst:
            return reset(high, at);
        case Pin::Io:
            return;
    }
}

void Card::supply(bool on, Cycle at) {
    if (on == supplied_) return;
    supplied_ = on;
    state_ = State::Mute;
    reset_since_ = on ? std::optional{at} : std::nullopt;
    speaker_.silence();
    if (profile_.power) profile_.power(on, profile_.clock.tick(at));
}

void Card::reset(bool high, Cycle at) {
    if (!supplied_) return;
    if (!high) {
        if (!reset_since_) reset_since_ = at;
        state_ = State::Mute;
        speaker_.silence();
        return;
    }
    const auto since = std::exchange(reset_since_, std::nullopt);
    if (!since || !clocked_ || at < *since + ShortestReset) return;
    os_->reset(profile_.clock.tick(at));
    if (profile_.atr_now) set_answer(profile_.atr = profile_.atr_now());
    rate_ = {};
    pps_.clear();
    agreed_.reset();
    heard_.reset();
    protocol_ = {};
    state_ = State::Negotiating;
    speaker_.restart(profile_.atr.convention, rate_);
    speaker_.say(atr_, at + AtrDelay);
}

std::optional<ErrorSignal> Card::hear(const Character& character) {
    advance(character.start);
    while (speaker_.next(character.start) != nullptr) {
    }
    if (state_ == State::Mute || !clocked_ || !speaker_.empty()) return std::nullopt;
    if (agreed_) {
        begin(agreed_->protocol, agreed_->pps1 ? rate_of(*agreed_->pps1).value_or(Rate{}) : Rate{});
        agreed_.reset();
    } else if (state_ == State::Negotiating && parameters_.specific) {
        const bool implicit = (*parameters_.specific & ImplicitRate) != 0;
        begin(*parameters_.specific & 0x0F, implicit ? Rate{} : parameters_.indicated());
    }
    // A character that begins inside the one before, as the card counts, is no character to it.
    if (heard_ && character.start < *heard_ + rate_.etus(10)) return std::nullopt;
    heard_ = character.start;
    const auto decoded = decode(character, profile_.atr.convention, rate_);
    const bool signals = !std::holds_alternative<T1Card>(protocol_) && parameters_.offers(0);
    if (!decoded.parity_ok && signals) return error_signal(character.start, rate_);
    if (state_ == State::Negotiating) {
        negotiate(decoded.byte, character.start);
    } else {
        pass(decoded, character.start);
    }
    return std::nullopt;
}

void Card::negotiate(std::uint8_t byte, Cycle start) {
    if (pps_.empty() && byte != Ppss) {
        begin(parameters_.protocols.front(), {});
        return pass({byte, true}, start);
    }
    pps_.push_back(byte);
    if (pps_length(pps_) == pps_.size()) answer_pps(start);
}

void Card::answer_pps(Cycle start) {
    const auto request = parse_pps(std::exchange(pps_, {}));
    if (!request) return;
    agreed_ = respond(*request, parameters_);
    if (agreed_) speaker_.say(agreed_->bytes(), start + rate_.etus(GuardEtus));
}

void Card::begin(std::uint8_t protocol, Rate rate) {
    state_ = State::Running;
    rate_ = rate;
    if (protocol == 1) {
        const bool tight = parameters_.guard == 255;
        speaker_.restart(profile_.atr.convention, rate, tight ? GuardEtus - 1 : GuardEtus);
        protocol_.emplace<T1Card>(parameters_, rate, profile_.clock, *os_, speaker_);
    } else {
        speaker_.restart(profile_.atr.convention, rate);
        protocol_.emplace<T0Card>(parameters_, rate, profile_.clock, profile_.outgoing, *os_,
                                  speaker_);
    }
}

void Card::pass(Decoded character, Cycle start) {
    if (auto* block = std::get_if<T1Card>(&protocol_)) {
        block->hear(character, start);
    } else if (auto* characters = std::get_if<T0Card>(&protocol_)) {
        characters->hear(character.byte, start);
    }
}

void Card::advance(Cycle until) {
    if (auto* block = std::get_if<T1Card>(&protocol_);
        block != nullptr && state_ == State::Running && speaker_.empty())
        block->advance(until);
    if (!pps_.empty() && heard_ && until > *heard_ + rate_.etus(InitialWaitEtus)) pps_.clear();
}

const Character* Card::speak(Cycle until) {
    advance(until);
    return speaker_.next(until);
}

void Card::refuse(const ErrorSignal& signal) {
    if (std::holds_alternative<T1Card>(protocol_) || !parameters_.offers(0)) return;
    if (!speaker_.repeat(signal)) {
        speaker_.silence();
        state_ = State::Mute;
    }
}

}  // namespace contact
