/// \file reader_campaign.hpp
/// The reader, its client and its platform under faults: lost, altered and repeated frames, power
/// that goes in any write, parties that die.
#pragma once

#include "flows/campaign.hpp"

namespace flows {

/// A part that is wrong, so that it can be seen that the campaign sees it.
enum class WrongReader : std::uint8_t {
    None,
    ForgetfulMemory,  ///< power that goes takes all updates with it
    LeakedKey         ///< somebody logs in who is not the platform
};

/// No service without a login, no half update, nothing older than what ran.
[[nodiscard]] Campaign reader_campaign(WrongReader wrong = WrongReader::None);

}  // namespace flows
