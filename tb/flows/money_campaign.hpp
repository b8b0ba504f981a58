/// \file money_campaign.hpp
/// Top-ups and debits while messages and parties fail and cards lose power, by the thousand.
#pragma once

#include "flows/campaign.hpp"
#include "lab/money_lab.hpp"

namespace flows {

/// "money": steps B6, B7, B10.
/// `wrong_payment`: as MoneyLabOptions has it.
[[nodiscard]] Campaign money_campaign(lab::WrongPart wrong_payment = {});

}  // namespace flows
