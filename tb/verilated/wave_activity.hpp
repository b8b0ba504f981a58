/// \file wave_activity.hpp
/// How much each unit of the RTL did in a run, read from its waveform.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/tick.hpp"

namespace tb {

struct UnitActivity {
    std::string unit{};      ///< Example: "card.u_top_listen"; "reader", "card", "air" as a whole
    std::uint64_t bits = 0;  ///< of its signals
    std::uint64_t toggles = 0;               ///< of these bits, from tick to tick
    std::vector<std::uint64_t> over_time{};  ///< the same, `period` ticks each
};
struct WaveActivity {
    base::Tick period = 1;
    std::vector<UnitActivity> units{};  ///< a unit's counts contain those of the units inside it
};

/// Of a waveform of RtlWorld with one card. A signal that passes several levels of hierarchy counts
/// on each, and clocks not at all: a waveform shows every tick at the same edge. `most_periods`
/// parts of the run are told apart. Throws std::runtime_error when `fst` cannot be read.
[[nodiscard]] WaveActivity activity_of(const std::filesystem::path& fst, std::size_t most_periods);

}  // namespace tb
