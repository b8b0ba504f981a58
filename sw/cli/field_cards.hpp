/// \file field_cards.hpp
/// A world with the cards in its field and what `cartouche control` does to them.
#pragma once

#include <array>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/card_slot.hpp"
#include "cli/world.hpp"

namespace cli {

/// All calls on the simulation's thread, between two exchanges.
class FieldCards {
public:
    FieldCards(const WorldOptions& world, const CardOptions& options)
        : slots_{world.slots}, options_{options}, level_{world.level}, world_{open_world(world)} {
        options_.rtl_engine = level_ != Level::Tlm;
    }

    [[nodiscard]] port::World& world() noexcept { return *world_; }

    /// Throws Failure when the slot is taken or not there, base::FileError when the file is no
    /// card.
    void place(unsigned slot, const std::filesystem::path& image);
    void place(unsigned slot, std::unique_ptr<CardSlot> card);
    /// How cards of this world are made.
    [[nodiscard]] const CardOptions& options() const noexcept { return options_; }
    /// Takes the card out and saves it. Throws Failure when the slot is empty.
    void remove(unsigned slot);

    /// Saves what changed and is not changing any more.
    void save_when_settled();
    void save();
    /// At the end: throws Failure when an assertion of the RTL has failed, in a card or in the
    /// world.
    void finish();

    /// One request of `cartouche control` and its answer. Throws what place and remove throw.
    nlohmann::json control(const nlohmann::json& request);
    /// What it answers.
    [[nodiscard]] nlohmann::json state() const;

private:
    void check_slot(unsigned slot, bool taken) const;

    unsigned slots_;
    CardOptions options_;
    Level level_;
    std::array<std::unique_ptr<CardSlot>, port::CardSlots> cards_{};
    std::unique_ptr<port::World> world_;  ///< last: goes before the stores it uses
};

}  // namespace cli
