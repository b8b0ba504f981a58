/// \file activity.hpp
/// What the units of the RTL did on a stage.
#pragma once

#include <string>
#include <vector>

#include "trace/profile.hpp"

namespace flows {

/// From the waveform of a stage. Throws std::runtime_error when it cannot be read.
[[nodiscard]] std::vector<trace::Activity> activity_of(const std::string& fst);

}  // namespace flows
