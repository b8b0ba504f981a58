#include "curves.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <vector>

#include "base/file.hpp"
#include "curves/report.hpp"

namespace bench {
namespace {

// Of the frames of an SNR curve: other axes show where a receiver gives up, not how seldom it errs.
constexpr unsigned OtherAxesShare = 4;
constexpr unsigned EnoughShare = 20;

void write(const std::string& path, const std::string& text) {
    base::replace_file(path, base::Bytes(text.begin(), text.end()));
}

void tell(const curves::Curve& curve, const curves::Point& point) {
    fmt::print(stderr, "{:<14} {:<7} {:>8g}  {:>5} frames  RTL {:>6.3f}  ideal {:>6.3f}\n",
               curves::name_of(curve.link), curves::name_of(curve.axis), point.x, point.frames,
               point.rtl(), point.ideal());
}

}  // namespace

int draw_curves(const CurveOptions& options) {
    const curves::Effort effort{options.frames, std::max(options.frames / EnoughShare, 1U)};
    const curves::Effort less{std::max(options.frames / OtherAxesShare, 1U), effort.enough};
    fmt::print(stderr, "seed {}\n", options.seed);
    std::vector<curves::Curve> drawn;
    for (const auto& link : curves::all_links()) {
        if (curves::name_of(link).rfind(options.only, 0) != 0) continue;
        drawn.push_back(curves::snr_curve(link, options.seed, effort, tell));
        const auto needed = curves::snr_at(drawn.back(), 0.1, false);
        if (!needed) {
            fmt::print(stderr, "bench: {} never has less than one wrong frame in ten\n",
                       curves::name_of(link));
            return 1;
        }
        for (const auto axis : {curves::Axis::Depth, curves::Axis::Clock, curves::Axis::Fading})
            drawn.push_back(curves::curve_along(axis, link, *needed, options.seed, less, tell));
    }
    if (drawn.empty()) {
        fmt::print(stderr, "bench: no receiver is called '{}'\n", options.only);
        return 2;
    }
    try {
        if (!options.svg.empty()) write(options.svg, curves::to_svg(drawn));
        const auto json = curves::to_json(drawn, options.seed) + '\n';
        if (options.json && !options.json->empty()) write(*options.json, json);
        fmt::print("{}", options.json && options.json->empty() ? json : curves::table(drawn));
    } catch (const base::FileError& error) {
        fmt::print(stderr, "bench: {}\n", error.what());
        return 1;
    }
    return 0;
}

}  // namespace bench
