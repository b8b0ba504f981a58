#include "verilated/wave_activity.hpp"

#include <gtkwave/fstapi.h>

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace tb {
namespace {

constexpr std::uint64_t PicosecondsPerTick = 73'746;  // as FieldSim writes them

struct CloseWave {
    void operator()(void* wave) const { fstReaderClose(wave); }
};
using Wave = std::unique_ptr<void, CloseWave>;

/// A signal of the waveform; scopes may share it.
struct Signal {
    std::string last{};
    std::vector<std::uint64_t> toggles{};
};

struct Counter {
    std::uint64_t begin = 0;
    std::uint64_t period = 1;  // picoseconds
    std::vector<Signal> signals{};
};

void count(void* user, std::uint64_t time, fstHandle handle, const unsigned char* value) {
    auto& counter = *static_cast<Counter*>(user);
    Signal& signal = counter.signals.at(handle);
    const std::string_view now{reinterpret_cast<const char*>(value)};
    if (signal.last.size() == now.size()) {
        std::uint64_t changed = 0;
        for (std::size_t i = 0; i < now.size(); ++i) changed += now[i] != signal.last[i] ? 1 : 0;
        const auto slot = static_cast<std::size_t>((time - counter.begin) / counter.period);
        signal.toggles.at(std::min(slot, signal.toggles.size() - 1)) += changed;
    }
    signal.last.assign(now);
}

/// The unit that a scope belongs to, and those around it: the two sides and the air, and what
/// stands directly in them or in their halves. Example: "card.u_top_picc_logic" -> also "card"
std::vector<std::string> units_of(const std::vector<std::string>& scopes) {
    static constexpr std::pair<std::string_view, std::string_view> Sides[] = {
        {"u_top_pcd", "reader"}, {"u_top_picc", "card"}, {"u_sim_antenna", "air"}};
    for (std::size_t i = 0; i < scopes.size(); ++i)
        for (const auto& [scope, side] : Sides) {
            if (scopes[i] != scope) continue;
            std::vector<std::string> units{std::string{side}};
            // Generate blocks ("g_...") are no units; the halves of a side are, and have units.
            for (std::size_t j = i + 1; j < scopes.size(); ++j) {
                if (scopes[j].rfind("u_", 0) != 0) continue;
                units.push_back(units[0] + '.' + scopes[j]);
                if (!scopes[j].ends_with("_radio") && !scopes[j].ends_with("_logic")) break;
            }
            return units;
        }
    return {};
}

}  // namespace

WaveActivity activity_of(const std::filesystem::path& fst, std::size_t most_periods) {
    const Wave wave{fstReaderOpen(fst.c_str())};
    if (!wave) throw std::runtime_error{fst.string() + ": no waveform"};
    Counter counter;
    counter.begin = fstReaderGetStartTime(wave.get());
    const auto ticks = (fstReaderGetEndTime(wave.get()) - counter.begin) / PicosecondsPerTick + 1;
    WaveActivity made;
    made.period = std::max<base::Tick>(1, (ticks + most_periods - 1) / most_periods);
    counter.period = made.period * PicosecondsPerTick;
    const auto periods = static_cast<std::size_t>(ticks / made.period + 1);
    counter.signals.resize(fstReaderGetMaxHandle(wave.get()) + 1);
    for (Signal& signal : counter.signals) signal.toggles.resize(periods);

    std::map<std::string, std::vector<std::pair<fstHandle, std::uint32_t>>> members;
    std::vector<std::string> scopes;
    while (const fstHier* entry = fstReaderIterateHier(wave.get())) {
        if (entry->htyp == FST_HT_SCOPE) scopes.emplace_back(entry->u.scope.name);
        if (entry->htyp == FST_HT_UPSCOPE && !scopes.empty()) scopes.pop_back();
        if (entry->htyp != FST_HT_VAR) continue;
        for (const auto& unit : units_of(scopes))
            members[unit].emplace_back(entry->u.var.handle, entry->u.var.length);
    }
    fstReaderSetFacProcessMaskAll(wave.get());
    if (fstReaderIterBlocks(wave.get(), count, &counter, nullptr) == 0)
        throw std::runtime_error{fst.string() + ": broken waveform"};

    for (const auto& [unit, signals] : members) {
        UnitActivity one{unit, 0, 0, std::vector<std::uint64_t>(periods)};
        for (const auto& [handle, bits] : signals) {
            one.bits += bits;
            for (std::size_t i = 0; i < periods; ++i)
                one.over_time[i] += counter.signals[handle].toggles[i];
        }
        for (const auto toggles : one.over_time) one.toggles += toggles;
        made.units.push_back(std::move(one));
    }
    return made;
}

}  // namespace tb
