/// \file field_cards.hpp
/// The cards in a world's field and what `cartouche control` does to them.
#pragma once

#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/card_slot.hpp"

namespace cli {

/// All calls on the simulation's thread, between two exchanges.
class FieldCards {
public:
    FieldCards(port::World& world, unsigned slots, const CardOptions& options, Level level)
        : world_{world}, slots_{slots}, options_{options}, level_{level} {}

    /// Throws Failure when the slot is taken or not there, base::FileError when the file is no
    /// card.
    void place(unsigned slot, const std::filesystem::path& image);
    /// Takes the card out and saves it. Throws Failure when the slot is empty.
    void remove(unsigned slot);

    /// Saves what changed and is not changing any more.
    void save_when_settled();
    void save();

    /// One request of `cartouche control` and its answer. Throws what place and remove throw.
    nlohmann::json control(const nlohmann::json& request);

private:
    [[nodiscard]] nlohmann::json state() const;
    void check_slot(unsigned slot, bool taken) const;

    port::World& world_;
    unsigned slots_;
    CardOptions options_;
    Level level_;
    std::array<std::unique_ptr<CardSlot>, port::CardSlots> cards_{};
};

}  // namespace cli
