/// \file download_campaign.hpp
/// System B, first half, disturbed: a card is exchanged for another city's while power, lines and
/// platforms fail.
#pragma once

#include "flows/campaign.hpp"

namespace flows {

[[nodiscard]] Campaign download_campaign();

}  // namespace flows
