/// \file money_scene.hpp
/// The parties of system B's money side around one card on a stage: the e-purse of the worked
/// example and the card manager beside it.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "flows/flow.hpp"
#include "lab/money_lab.hpp"

namespace flows {

struct MoneySceneOptions {
    services::Fen on_card = 1000;
    bool https = true;  ///< else without sockets, and messages may go wrong
    lab::WrongPart wrong_payment{};
};

class MoneyScene {
public:
    MoneyScene(const FlowOptions& options, const MoneySceneOptions& chosen = {});

    [[nodiscard]] Stage& stage() noexcept { return stage_; }
    [[nodiscard]] lab::MoneyLab& lab() noexcept { return *lab_; }
    [[nodiscard]] hostlink::SmartCard& card() { return stage_.card(via_); }
    [[nodiscard]] Via via() const noexcept { return via_; }
    [[nodiscard]] lab::MoneyLab::Place place(lab::MoneyHop hop, unsigned unit = 0);

    /// The card of now with new parties around it, whose books say what it holds.
    void new_parties(bool https);

    /// The purse's balance as the card says it, powered anew. Throws FlowFailure, CardLost.
    [[nodiscard]] services::Fen on_card();
    /// The card manager's. The same.
    [[nodiscard]] services::Fen beside();
    /// Card, manager and all books agree that the card holds this; else throws FlowFailure.
    void require_agreed(const std::string& issuer, services::Fen on_card);

    /// As Report::step; what the parties told each other meanwhile are its notes.
    void step(Report& report, std::string id, std::string title,
              const std::function<std::string()>& action);

private:
    [[nodiscard]] lab::MoneyLabOptions lab_options(const MoneySceneOptions& chosen);
    [[nodiscard]] services::Fen balance_of(std::string_view aid);

    Via via_;
    std::mutex mutex_{};
    std::vector<std::string> told_{};  ///< by servers' threads too
    Stage stage_;
    std::unique_ptr<lab::MoneyLab> lab_;
};

}  // namespace flows
