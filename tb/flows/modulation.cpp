#include "flows/modulation.hpp"

#include <algorithm>

#include "port/world.hpp"
#include "rf/miller.hpp"
#include "rf/nrz.hpp"
#include "rf/picc_load.hpp"

namespace flows {
namespace {

using trace::Change;

constexpr unsigned Full = 100;
constexpr unsigned ShallowLow = 82;  // modulation index 10 %: (1 - m) / (1 + m)

std::vector<rf::Low> lows_of(const port::AirFrame& frame) {
    const port::AirProfile air;
    if (frame.technology == port::Technology::B)
        return rf::nrz_lows(frame.bits, frame.start, frame.rate, {});
    const auto rate = static_cast<std::size_t>(frame.rate);
    const unsigned pause = rate == 0 ? air.pause_ticks : air.fast_pause_ticks.at(rate - 1);
    return rf::pauses_at(rf::pause_starts(frame.bits, frame.start, frame.rate), pause);
}

/// Where there is subcarrier, in whole periods.
std::vector<rf::Low> loads_of(const port::AirFrame& frame) {
    rf::PiccFrame picc;
    picc.bits = frame.bits;
    picc.start = frame.start;
    picc.technology = frame.technology;
    picc.rate = frame.rate;
    const base::Bits load = rf::load_of(picc);
    std::vector<rf::Low> spans;
    for (std::size_t at = 0; at < load.size(); at += rf::SubcarrierTicks) {
        const auto end = std::min<std::size_t>(at + rf::SubcarrierTicks, load.size());
        const auto from = load.begin() + static_cast<std::ptrdiff_t>(at);
        const auto to = load.begin() + static_cast<std::ptrdiff_t>(end);
        if (std::find(from, to, 1) == to) continue;
        if (!spans.empty() && spans.back().off == frame.start + at)
            spans.back().off = frame.start + end;
        else
            spans.push_back({frame.start + at, frame.start + end});
    }
    return spans;
}

}  // namespace

Modulation modulation_of(const std::vector<trace::Event>& events, std::size_t most) {
    Modulation made;
    for (const auto& event : events) {
        if (const auto* change = std::get_if<trace::FieldChange>(&event))
            made.level.push_back({change->tick, change->on ? Full : 0});
        const auto* frame = std::get_if<port::AirFrame>(&event);
        if (frame == nullptr || frame->bits.empty()) continue;
        const bool reader = frame->source == port::AirFrame::Source::Pcd;
        const bool type_b = frame->technology == port::Technology::B;
        std::vector<rf::Low> spans{{frame->start, frame->end}};
        if (made.level.size() + made.load.size() < most)
            spans = reader ? lows_of(*frame) : loads_of(*frame);
        for (const rf::Low& span : spans) {
            auto& into = reader ? made.level : made.load;
            const unsigned on = !reader ? 1 : type_b ? ShallowLow : 0;
            into.push_back({span.on, on});
            into.push_back({span.off, reader ? Full : 0});
        }
    }
    const auto earlier = [](const Change& a, const Change& b) { return a.tick < b.tick; };
    std::stable_sort(made.level.begin(), made.level.end(), earlier);
    std::stable_sort(made.load.begin(), made.load.end(), earlier);
    return made;
}

}  // namespace flows
