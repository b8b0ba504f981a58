/// \file os_campaign.hpp
/// Loads of a chip OS with faults in them.
#pragma once

#include "flows/campaign.hpp"

namespace flows {

/// A run loads up to three images into up to three elements over random ways; power or the
/// connection is lost at random ticks, forged images are tried. In the end
/// every element that was given an OS runs a whole, authentic one that is not older than what ran
/// before; no forged image ever changes anything; the other elements are as they were.
[[nodiscard]] Campaign os_campaign();

}  // namespace flows
