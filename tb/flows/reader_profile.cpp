#include "flows/reader_profile.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/hex.hpp"
#include "base/svg.hpp"
#include "flows/flow.hpp"

namespace flows {
namespace {

WayProfile measured(Level level, control::Way way) {
    ReaderScene scene{level, true};
    const Tick before = scene.hardware().now();
    const auto answer = scene.device().control().run(
        "sector-read", {{"sector", std::uint64_t{ReaderScene::Sector}}}, way);
    WayProfile profile;
    profile.way = way;
    profile.took = scene.hardware().now() - before;
    profile.answer = base::to_hex(std::get<base::Bytes>(answer.at("data")));
    profile.enabled = scene.hardware().ticks();
    profile.toggles = scene.hardware().toggles();
    require(scene.all_off(), "a module is still on");
    require(profile.answer == scene.sector(), "the answer is not what the card holds");
    scene.finish();
    return profile;
}

constexpr int RowHeight = 22;
constexpr int LabelWidth = 190;
constexpr int BarWidth = 420;
constexpr int ChartWidth = LabelWidth + BarWidth + 110;

/// One chart: a row for each module and way.
void chart(base::Svg& svg, const std::vector<WayProfile>& profile, const std::string& title,
           int top, const std::function<std::uint64_t(const WayProfile&, std::size_t)>& count) {
    std::uint64_t most = 1;
    for (const auto& way : profile)
        for (std::size_t i = 0; i < port::Modules.size(); ++i) most = std::max(most, count(way, i));
    svg.text(10, top + 16, title, "title");
    int y = top + 26;
    for (std::size_t i = 0; i < port::Modules.size(); ++i) {
        for (std::size_t w = 0; w < profile.size(); ++w) {
            const auto value = count(profile[w], i);
            const auto width = static_cast<double>(BarWidth) * static_cast<double>(value) /
                               static_cast<double>(most);
            svg.text(10, y + 14,
                     fmt::format("{}, {}", control::to_string(port::Modules[i]),
                                 control::to_string(profile[w].way)));
            svg.rect(LabelWidth, y + 2, width, RowHeight - 6, fmt::format("way{}", w));
            svg.text(LabelWidth + width + 6, y + 14, std::to_string(value));
            y += RowHeight;
        }
    }
}

}  // namespace

std::vector<WayProfile> reader_profile(Level level) {
    std::vector<WayProfile> profile;
    for (const auto way : {control::Way::Together, control::Way::OneByOne})
        profile.push_back(measured(level, way));
    require(profile[0].answer == profile[1].answer, "the two ways give different answers");
    return profile;
}

std::string to_svg(const std::vector<WayProfile>& profile) {
    const int height = 30 + RowHeight * static_cast<int>(port::Modules.size() * profile.size());
    const bool toggles = !profile.empty() && profile.front().toggles.has_value();
    base::Svg svg{ChartWidth, toggles ? 2 * height + 10 : height,
                  ".title{font-weight:bold}.way0{fill:#c0504d}.way1{fill:#4f81bd}"};
    chart(svg, profile, "Ticks with a clock, one sector read", 0,
          [](const WayProfile& way, std::size_t i) { return way.enabled[i]; });
    if (toggles)
        chart(svg, profile, "Bits that changed in the RTL", height,
              [](const WayProfile& way, std::size_t i) { return (*way.toggles)[i]; });
    return svg.file();
}

}  // namespace flows
