#include "flows/activity.hpp"

#include "verilated/wave_activity.hpp"

namespace flows {

std::vector<trace::Activity> activity_of(const std::string& fst) {
    constexpr std::size_t MostPeriods = 400;
    auto wave = tb::activity_of(fst, MostPeriods);
    std::vector<trace::Activity> made;
    for (auto& unit : wave.units)
        made.push_back(
            {unit.unit, unit.toggles, unit.bits, wave.period, std::move(unit.over_time)});
    return made;
}

}  // namespace flows
