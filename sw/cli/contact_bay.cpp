#include "cli/contact_bay.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "apdu/command.hpp"
#include "base/hex.hpp"
#include "cli/failure.hpp"

namespace cli {
namespace {

std::unique_ptr<CardSlot> with_contacts(std::unique_ptr<CardSlot> card) {
    if (card->chip() == nullptr)
        throw Failure{WrongUse, fmt::format("{}: this card has no contacts; `cartouche new --chip` "
                                            "makes one that has, --contactless does without",
                                            card->path().string())};
    return card;
}

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

contact::Profile profile(cardos::Chip& chip) {
    contact::Profile made;
    made.power = [&chip](bool on, base::Tick at) {
        on ? chip.contacts_on(at) : chip.contacts_off(at);
    };
    return made;
}

}  // namespace

ContactBay::Inserted::Inserted(std::unique_ptr<CardSlot> given)
    : card{with_contacts(std::move(given))},
      pins{profile(*card->chip()), card->chip()->contacts()},
      reader{pins, {}} {}

void ContactBay::place(const std::filesystem::path& file) {
    place(std::make_unique<CardSlot>(file, options_));
}

void ContactBay::place(std::unique_ptr<CardSlot> card) {
    if (inserted_) throw Failure{JobFailed, "slot 0 is taken"};
    inserted_ = std::make_unique<Inserted>(std::move(card));
}

void ContactBay::remove() {
    if (!inserted_) throw Failure{JobFailed, "slot 0 is empty"};
    power_off();
    save();
    inserted_.reset();
}

void ContactBay::save_when_settled() {
    if (inserted_) inserted_->card->save_when_settled();
}

void ContactBay::save() {
    if (inserted_) inserted_->card->save();
}

void ContactBay::finish() const {
    if (inserted_) inserted_->card->check();
}

nlohmann::json ContactBay::control(const nlohmann::json& request) {
    const std::string command = request.value("command", "");
    const std::string image = request.value("image", "");
    if (request.value("slot", 0U) != 0) throw Failure{WrongUse, "a contact reader has slot 0 only"};
    if (command == "place") {
        place(image);
    } else if (command == "remove") {
        remove();
    } else if (command == "swap") {
        // A broken new card must leave the old one in place; a card swapped for itself must see
        // what remove() saves. So the file is read before and after.
        (void)with_contacts(std::make_unique<CardSlot>(image, options_));
        remove();
        place(image);
    } else if (command == "state") {
        save();
    } else {
        throw Failure{WrongUse, fmt::format("no control command '{}' at contacts", command)};
    }
    return state();
}

nlohmann::json ContactBay::state() const {
    nlohmann::json cards = nlohmann::json::array();
    base::Tick now = 0;
    if (inserted_) {
        const CardSlot& card = *inserted_->card;
        now = inserted_->reader.now();
        cards.push_back({{"slot", 0},
                         {"image", card.path().string()},
                         {"kind", to_string(card.profile().kind)},
                         {"os", true},
                         {"uid", base::to_hex(card.profile().uid)}});
    }
    return {{"ok", true},
            {"level", options_.rtl_engine ? "rtl" : "tlm"},
            {"tick", now},
            {"ms", static_cast<double>(now) * 1e3 / static_cast<double>(base::CarrierHz)},
            {"cards", std::move(cards)}};
}

base::Bytes ContactBay::power_on() {
    if (!inserted_) return {};
    contact::Slot& reader = inserted_->reader;
    if (reader.powered()) reader.power_off();
    base::Bytes atr = reader.power_on(reader.now());
    if (atr.empty()) spdlog::warn("contacts: {}", text_of(reader.status()));
    return atr;
}

base::Bytes ContactBay::reset() {
    if (!inserted_ || !inserted_->reader.powered()) return power_on();
    return inserted_->reader.warm_reset();
}

void ContactBay::power_off() {
    if (inserted_ && inserted_->reader.powered()) inserted_->reader.power_off();
}

base::Bytes ContactBay::transmit(base::ByteView command) {
    if (!inserted_ || !inserted_->reader.powered()) return {};
    contact::Slot& reader = inserted_->reader;
    base::Bytes answer = reader.transmit(command);
    if (!answer.empty()) return answer;
    if (reader.status() == contact::Status::BadCommand)
        return apdu::Response{apdu::Sw::WrongLength}.bytes();
    spdlog::warn("contacts: {}", text_of(reader.status()));
    // No answer at all would pull the card out.
    return reader.powered() ? apdu::Response{apdu::Sw::Unknown}.bytes() : base::Bytes{};
}

}  // namespace cli
