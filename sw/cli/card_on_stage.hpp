/// \file card_on_stage.hpp
/// The card of a file, for a job of a terminal.
#pragma once

#include <functional>
#include <string>

#include "cli/options.hpp"
#include "link/smart_card.hpp"

namespace cli {

struct StagedCard {
    std::string nvm{};         ///< file, as `cartouche new --chip` makes it
    bool contactless = false;  ///< through the air, not by contacts
    Level level = Level::Tlm;
};

/// Does `job` with the card and takes its power away. Whatever ended the job, what the card holds
/// then is kept. Throws Failure and what `job` throws.
void with_card(const StagedCard& card, const std::function<void(hostlink::SmartCard&)>& job);

}  // namespace cli
