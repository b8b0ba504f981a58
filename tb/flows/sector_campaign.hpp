/// \file sector_campaign.hpp
/// System A at random: terminal and gate use one sector, and the card loses power.
#pragma once

#include "flows/campaign.hpp"

namespace flows {

/// "sector": the sector is what was last written to it as a whole, or what was being written.
[[nodiscard]] Campaign sector_campaign();

}  // namespace flows
