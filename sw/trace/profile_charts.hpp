/// \file profile_charts.hpp
/// Pictures of profiles: each a whole SVG, which also stands inside a page.
#pragma once

#include <string>
#include <vector>

#include "trace/profile.hpp"

namespace trace {

using PhaseTicks = std::array<Tick, PhaseCount>;

/// Example: "#4f81bd"
[[nodiscard]] std::string_view colour(Phase phase) noexcept;

/// A bar for each phase that has ticks.
[[nodiscard]] std::string phase_chart(const std::string& title, const PhaseTicks& phases);
/// A strip of all phases, in the order of time, above what each unit did.
[[nodiscard]] std::string time_chart(const Record& record, const Profile& profile);
/// A bar for each unit of the RTL.
[[nodiscard]] std::string activity_chart(const std::vector<Activity>& activity);

/// For each module of a reader, a bar of the ticks in which it had a clock and, where they are
/// counted, one of its toggles; those of several records below each other.
[[nodiscard]] std::string module_chart(const std::vector<Record>& records);

/// One run of a sweep.
struct SweepPoint {
    std::string value{};  ///< of the knob
    Tick total = 0;
    PhaseTicks phases{};
};
/// A column for each value, its phases on each other.
[[nodiscard]] std::string sweep_chart(const std::string& title, const std::string& knob,
                                      const std::vector<SweepPoint>& points);

}  // namespace trace
