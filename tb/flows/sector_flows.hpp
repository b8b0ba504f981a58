/// \file sector_flows.hpp
/// System A: a terminal views and changes over contacts the sector that a gate reads over the air.
#pragma once

#include <vector>

#include "flows/flow.hpp"

namespace flows {

/// A1 to A6.
[[nodiscard]] std::vector<Flow> sector_flows();

}  // namespace flows
