/// \file frame_phase.hpp
/// Names the frames of a session and tells what each of them is for.
#pragma once

#include <vector>

#include "trace/profile.hpp"

namespace trace {

/// The frames of `events` with the times at which each starts in order.
[[nodiscard]] std::vector<NamedFrame> name_frames(const std::vector<Event>& events);

}  // namespace trace
