/// \file reader_profile.hpp
/// What a sector read costs in each way of E3, module by module.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/logic.hpp"
#include "flows/reader_scene.hpp"

namespace flows {

struct WayProfile {
    control::Way way = control::Way::Together;
    std::string answer{};  ///< of the service
    Tick took = 0;
    ModuleCounts enabled{};                 ///< ticks
    std::optional<ModuleCounts> toggles{};  ///< RTL only; contact and display have none there
};

/// Service sector-read of sector 1 in this way, on a fresh reader.
[[nodiscard]] WayProfile measured(ReaderScene& scene, control::Way way);
/// The same in both ways, each on a reader of its own. Level Tlm or Rtl.
[[nodiscard]] std::vector<WayProfile> reader_profile(Level level);

}  // namespace flows
