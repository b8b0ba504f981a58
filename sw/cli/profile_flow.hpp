/// \file profile_flow.hpp
/// `cartouche profile` of a flow: where its ticks went.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flows/flow_profile.hpp"
#include "trace/profile_charts.hpp"

namespace cli {

// What the knobs take.
inline constexpr double LeastAesClock = 0.01;
inline constexpr double MostAesClock = 100;
inline constexpr base::Tick MostWriteTicks = 131'072;
inline constexpr base::Tick MostHostLatency = 13'560'000;  ///< a second

struct Sweep {
    std::string knob{};                 ///< "rate", "aes-clock", "write-ticks" or "host-latency"
    std::vector<std::string> values{};  ///< at least one
};

struct ProfileFiles {
    std::optional<std::string> json{};  ///< - for standard output
    std::string timeline{};
    std::string html{};
    std::string svg{};
};

/// Example: parse_sweep("write-ticks=128,27136"). Throws Failure with WrongUse.
[[nodiscard]] Sweep parse_sweep(const std::string& text);

/// Runs `flow`, tells what it found on the screen or in files. `activity`: with the toggles of the
/// RTL. Throws Failure.
void profile_flow(const flows::Flow& flow, const flows::FlowOptions& options, bool activity,
                  const std::optional<Sweep>& sweep, const ProfileFiles& files);

}  // namespace cli
