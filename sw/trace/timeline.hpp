/// \file timeline.hpp
/// A profile as a trace for Perfetto (ui.perfetto.dev).
#pragma once

#include <string>
#include <vector>

#include "trace/profile.hpp"

namespace trace {

/// The JSON of the Trace Event Format: a process for each record, one after the other in time; a
/// thread for each unit; frames, calls and phases as slices ("X"), carrier, level, load modulation
/// and activity as counters ("C"). Times in microseconds, ticks in "args". `profiles` are those of
/// `records`.
[[nodiscard]] std::string to_timeline(const std::string& title, const std::vector<Record>& records,
                                      const std::vector<Profile>& profiles);

}  // namespace trace
