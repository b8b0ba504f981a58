/// \file os_flows.hpp
/// System D: a chip card with several secure elements gets a chip OS, over contacts, NFC and
/// Bluetooth.
#pragma once

#include <vector>

#include "flows/flow.hpp"

namespace flows {

/// D1 to D6. Bluetooth takes part on level tlm.
[[nodiscard]] std::vector<Flow> os_flows();

}  // namespace flows
