/// \file money_flows.hpp
/// System B, the money side: top-ups and debits by one-card, bank and merchant.
#pragma once

#include <vector>

#include "flows/flow.hpp"

namespace flows {

/// B6 to B10.
[[nodiscard]] std::vector<Flow> money_flows();

}  // namespace flows
