/// \file os_campaign.hpp
/// Loads of a chip OS with faults in them.
#pragma once

#include "flows/campaign.hpp"

namespace flows {

/// A part that is wrong, so that it can be seen that the campaign sees it.
enum class WrongLoading : std::uint8_t {
    None,
    LeakedSigner,   ///< forged packages bear the maker's signature
    OtherPackage,   ///< the supplier delivers another package than it says
    LoadedOnceOnly  ///< what is cut is not gone on with
};

/// A run loads up to three images into up to three elements over random ways; power or the
/// connection is lost at random ticks, forged images are tried. In the end
/// every element that was given an OS runs a whole, authentic one that is not older than what ran
/// before; no forged or older image ever changes anything; the other elements are as they were. On
/// the RTL there is no Bluetooth.
[[nodiscard]] Campaign os_campaign(WrongLoading wrong = WrongLoading::None);

}  // namespace flows
