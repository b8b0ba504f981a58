#include "flows/contact_card.hpp"

#include <spdlog/spdlog.h>

#include <string_view>

#include "apdu/command.hpp"

namespace flows {
namespace {

std::string_view text_of(contact::Status status) {
    using contact::Status;
    switch (status) {
        case Status::Mute:
            return "no answer to reset";
        case Status::BadAtr:
            return "the answer to reset breaks the rules";
        case Status::Unsupported:
            return "no protocol both know";
        case Status::PpsFailed:
            return "PPS failed";
        case Status::TimeOut:
            return "no character within the waiting time";
        case Status::Refused:
            return "a character was repeated in vain";
        case Status::Aborted:
            return "the card ended the chain";
        case Status::Resynchronised:
        case Status::Lost:
        case Status::CardReset:
            return "blocks were lost";
        default:
            return "the protocol was broken";
    }
}

contact::Atr loader_atr(const base::Bytes& historical) {
    contact::Atr atr;
    atr.groups = {{.a = std::uint8_t{0x96}, .b = {}, .c = {}, .next = std::uint8_t{0}},
                  {.a = {}, .b = {}, .c = {}, .next = std::uint8_t{1}},
                  {.a = std::uint8_t{0xFE}, .b = std::uint8_t{0x45}, .c = {}, .next = {}}};
    atr.historical = historical;
    return atr;
}

contact::Profile profile(port::ChipPort& chip) {
    contact::Profile made;
    made.atr_now = [&chip] {
        const auto loader = chip.loader_bytes();
        return loader.empty() ? contact::default_atr() : loader_atr(loader);
    };
    made.power = [&chip](bool on, base::Tick at) {
        on ? chip.contacts_on(at) : chip.contacts_off(at);
    };
    return made;
}

}  // namespace

ContactCard::ContactCard(port::ChipPort& chip)
    : pins_{profile(chip), chip.contacts()}, reader_{pins_, {}} {}

base::Bytes ContactCard::power_on() {
    if (reader_.powered()) reader_.power_off();
    base::Bytes atr = reader_.power_on(reader_.now());
    if (atr.empty()) spdlog::warn("contacts: {}", text_of(reader_.status()));
    return atr;
}

base::Bytes ContactCard::reset() { return reader_.powered() ? reader_.warm_reset() : power_on(); }

void ContactCard::power_off() {
    if (reader_.powered()) reader_.power_off();
}

base::Bytes ContactCard::transmit(base::ByteView command) {
    if (!reader_.powered()) return {};
    base::Bytes answer = reader_.transmit(command);
    if (!answer.empty()) return answer;
    if (reader_.status() == contact::Status::BadCommand)
        return apdu::Response{apdu::Sw::WrongLength}.bytes();
    spdlog::warn("contacts: {}", text_of(reader_.status()));
    // No answer at all would pull the card out.
    return reader_.powered() ? apdu::Response{apdu::Sw::Unknown}.bytes() : base::Bytes{};
}

}  // namespace flows
