/// \file modulation.hpp
/// The air as frames make it: level of the carrier at the card, load modulation.
#pragma once

#include <vector>

#include "trace/profile.hpp"

namespace flows {

struct Modulation {
    std::vector<trace::Change> level{};  ///< percent: 0 without a carrier and in pauses of type A
    std::vector<trace::Change> load{};   ///< 1 where there is subcarrier
};

/// From the coding of the standard and the default antenna's pauses. Frames beyond `most` changes
/// count as one low each.
[[nodiscard]] Modulation modulation_of(const std::vector<trace::Event>& events,
                                       std::size_t most = 400'000);

}  // namespace flows
