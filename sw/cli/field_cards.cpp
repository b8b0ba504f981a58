#include "cli/field_cards.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"
#include "cli/failure.hpp"

namespace cli {

void FieldCards::check_slot(unsigned slot, bool taken) const {
    if (slot >= slots_)
        throw Failure{WrongUse,
                      fmt::format("slot {} is not there: serve was started with {} slot{}", slot,
                                  slots_, slots_ == 1 ? "" : "s (--slots)")};
    if ((cards_[slot] != nullptr) != taken)
        throw Failure{JobFailed, fmt::format("slot {} is {}", slot, taken ? "empty" : "taken")};
}

void FieldCards::place(unsigned slot, const std::filesystem::path& file) {
    check_slot(slot, false);
    place(slot, std::make_unique<CardSlot>(file, options_));
}

void FieldCards::place(unsigned slot, std::unique_ptr<CardSlot> card) {
    check_slot(slot, false);
    world_->place(slot, card->profile(), card->store());
    cards_[slot] = std::move(card);
}

void FieldCards::remove(unsigned slot) {
    check_slot(slot, true);
    world_->remove(slot);
    const std::unique_ptr<CardSlot> card = std::move(cards_[slot]);
    card->save();
}

void FieldCards::save_when_settled() {
    for (const auto& card : cards_)
        if (card) card->save_when_settled();
}

void FieldCards::save() {
    for (const auto& card : cards_)
        if (card) card->save();
}

void FieldCards::finish() {
    for (const auto& card : cards_)
        if (card) card->check();
    cli::finish(*world_);
}

nlohmann::json FieldCards::control(const nlohmann::json& request) {
    const std::string command = request.value("command", "");
    const unsigned slot = request.value("slot", 0U);
    const std::string image = request.value("image", "");
    if (command == "place") {
        place(slot, image);
    } else if (command == "remove") {
        remove(slot);
    } else if (command == "swap") {
        // A broken new card must leave the old one in place; a card swapped for itself must see
        // what remove() saves. So the file is read before and after.
        check_slot(slot, true);
        (void)CardSlot{image, options_};
        remove(slot);
        place(slot, image);
    } else if (command == "cut") {
        world_->cut_power(world_->now() + request.value("after", base::Tick{0}));
    } else if (command == "state") {
        save();
    } else {
        throw Failure{WrongUse, fmt::format("no control command '{}'", command)};
    }
    return state();
}

nlohmann::json FieldCards::state() const {
    nlohmann::json cards = nlohmann::json::array();
    for (unsigned slot = 0; slot < slots_; ++slot) {
        const auto& card = cards_[slot];
        if (!card) continue;
        cards.push_back({{"slot", slot},
                         {"image", card->path().string()},
                         {"kind", to_string(card->profile().kind)},
                         {"os", card->chip() != nullptr},
                         {"uid", base::to_hex(card->profile().uid)}});
    }
    const base::Tick now = world_->now();
    return {{"ok", true},
            {"level", to_string(level_)},
            {"tick", now},
            {"ms", base::milliseconds(now)},
            {"cards", std::move(cards)}};
}

}  // namespace cli
