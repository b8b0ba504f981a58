#include "cli/contact_bay.hpp"

#include <fmt/format.h>

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

}  // namespace

ContactBay::Inserted::Inserted(std::unique_ptr<CardSlot> given)
    : card{with_contacts(std::move(given))}, contacts{*card->chip()} {}

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
        now = inserted_->contacts.reader().now();
        cards.push_back({{"slot", 0},
                         {"image", card.path().string()},
                         {"kind", to_string(card.profile().kind)},
                         {"os", true},
                         {"uid", base::to_hex(card.profile().uid)}});
    }
    return {{"ok", true},
            {"level", options_.rtl_engine ? "rtl" : "tlm"},
            {"tick", now},
            {"ms", base::milliseconds(now)},
            {"cards", std::move(cards)}};
}

base::Bytes ContactBay::power_on() {
    return inserted_ ? inserted_->contacts.power_on() : base::Bytes{};
}

base::Bytes ContactBay::reset() { return inserted_ ? inserted_->contacts.reset() : base::Bytes{}; }

void ContactBay::power_off() {
    if (inserted_) inserted_->contacts.power_off();
}

base::Bytes ContactBay::transmit(base::ByteView command) {
    return inserted_ ? inserted_->contacts.transmit(command) : base::Bytes{};
}

}  // namespace cli
