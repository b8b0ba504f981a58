/// \file contact_bay.hpp
/// A contact reader and the card in it, and what `cartouche control` does to it.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/card_slot.hpp"
#include "flows/contact_card.hpp"

namespace cli {

/// All calls on the simulation's thread.
class ContactBay final : public hostlink::SmartCard {
public:
    explicit ContactBay(const CardOptions& options) : options_{options} {}

    /// Throws Failure when there is a card already or this one has no contacts, base::FileError
    /// when the file is no card.
    void place(const std::filesystem::path& file);
    void place(std::unique_ptr<CardSlot> card);

    void save_when_settled();
    void save();
    /// Throws Failure when an assertion of the RTL has failed.
    void finish() const;
    /// One request of `cartouche control` and its answer. Throws what place throws.
    nlohmann::json control(const nlohmann::json& request);
    /// What it answers.
    [[nodiscard]] nlohmann::json state() const;

    base::Bytes power_on() override;
    base::Bytes reset() override;
    void power_off() override;
    base::Bytes transmit(base::ByteView command) override;

private:
    struct Inserted {
        explicit Inserted(std::unique_ptr<CardSlot> given);
        std::unique_ptr<CardSlot> card;
        flows::ContactCard contacts;
    };

    void remove();

    CardOptions options_;
    std::unique_ptr<Inserted> inserted_{};
};

}  // namespace cli
