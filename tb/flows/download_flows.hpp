/// \file download_flows.hpp
/// System B, first half: a mobile terminal gets a card by download, over IP and by short messages.
#pragma once

#include <vector>

#include "flows/flow.hpp"

namespace flows {

/// B1 to B5.
[[nodiscard]] std::vector<Flow> download_flows();

}  // namespace flows
