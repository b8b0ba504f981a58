/// \file card_factory.hpp
/// New cards of a purse issuer: the package that a secure element downloads, with keys of its own
/// (systems.md B3).
#pragma once

#include "ota/application_package.hpp"
#include "services/purse_security.hpp"

namespace services {

/// What all cards of an issuer have in common.
struct CardPlan {
    ota::ApplicationPackage package{};  ///< without parameters; `version` is that of the first card
    std::array<std::uint8_t, 6> numbers{};  ///< how card numbers begin
    Fen ceiling = 100'000;                  ///< most that a card can hold
};

/// The card that is made as the `count`th, 1 to 99999999: its number ends with the count.
/// Example: card_number(plan, 123456) == 00003100860000123456
[[nodiscard]] CardNumber card_number(const CardPlan& plan, std::uint32_t count);

/// Its package: an e-purse without money, with keys that follow from the masters.
[[nodiscard]] ota::ApplicationPackage make_card(const CardPlan& plan, const PurseMasters& masters,
                                                std::uint32_t count);

}  // namespace services
