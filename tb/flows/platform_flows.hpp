/// \file platform_flows.hpp
/// System C: security domains are made, filled, handed over and get new keys, from real platforms
/// over mutual TLS to the card.
#pragma once

#include <vector>

#include "flows/flow.hpp"

namespace flows {

/// C1 to C6.
[[nodiscard]] std::vector<Flow> platform_flows();

}  // namespace flows
