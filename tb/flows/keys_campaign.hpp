/// \file keys_campaign.hpp
/// System C at random: domains are made, handed over and given new keys, while cards are torn out
/// and platforms killed.
#pragma once

#include "flows/campaign.hpp"

namespace flows {

/// "keys": a domain opens with old or new keys, never with both or neither, and in the end the
/// platform's record is what the card has.
[[nodiscard]] Campaign keys_campaign();

}  // namespace flows
