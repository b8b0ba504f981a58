/// \file reader_campaign.hpp
/// The reader, its client and its platform under faults: lost, altered and repeated frames, power
/// that goes in any write, parties that die.
#pragma once

#include "flows/campaign.hpp"

namespace flows {

/// No service without a login, no half update, nothing older than what ran.
[[nodiscard]] Campaign reader_campaign();

}  // namespace flows
