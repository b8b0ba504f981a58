/// \file money_campaign.hpp
/// Top-ups and debits while messages and parties fail and cards lose power, by the thousand.
#pragma once

#include "flows/campaign.hpp"

namespace flows {

/// "money": steps B6, B7, B10.
[[nodiscard]] Campaign money_campaign();

}  // namespace flows
