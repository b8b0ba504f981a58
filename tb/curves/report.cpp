#include "curves/report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace curves {
namespace {

constexpr const char* SnrMeaning =
    "dB: power of the modulation, half the distance of its levels squared, over the power of white "
    "noise in half the bit rate";

const char* unit_of(Axis axis) {
    switch (axis) {
        case Axis::Snr:
            return "dB";
        case Axis::Depth:
            return "percent of the unmodulated level";
        case Axis::Clock:
            return "ppm, half of the frames slower, half faster";
        case Axis::Fading:
            return "Hz";
    }
    return "";
}

std::string shown(const std::optional<double>& value) {
    return value ? fmt::format("{:.1f}", *value) : std::string{"-"};
}

nlohmann::json number_or_null(const std::optional<double>& value) {
    return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

nlohmann::json to_json(const Curve& curve) {
    nlohmann::json points = nlohmann::json::array();
    for (const Point& point : curve.points)
        points.push_back({{"x", point.x},
                          {"frames", point.frames},
                          {"rtl_wrong", point.rtl_wrong},
                          {"ideal_wrong", point.ideal_wrong}});
    nlohmann::json out{{"receiver", name_of(curve.link)},
                       {"axis", name_of(curve.axis)},
                       {"unit", unit_of(curve.axis)},
                       {"points", std::move(points)}};
    if (curve.axis == Axis::Depth)
        out["noise_of_full_scale"] = curve.noise;
    else if (curve.axis != Axis::Snr)
        out["snr_db"] = curve.snr_db;
    return out;
}

}  // namespace

std::string name_of(Axis axis) {
    constexpr const char* Names[] = {"snr", "depth", "clock", "fading"};
    return Names[static_cast<std::size_t>(axis)];
}

std::string table(const std::vector<Curve>& curves) {
    std::string text = fmt::format(
        "dB for one wrong frame in ten and in a hundred ({} bytes each); {}\n\n"
        "{:<14} {:>8} {:>8} {:>8}   {:>8} {:>8} {:>8}\n",
        FrameBytes, SnrMeaning, "receiver", "RTL 10%", "ideal", "gap", "RTL 1%", "ideal", "gap");
    for (const Curve& curve : curves) {
        if (curve.axis != Axis::Snr) continue;
        text += fmt::format("{:<14}", name_of(curve.link));
        for (const double rate : {0.1, 0.01})
            text += fmt::format(" {:>8} {:>8} {:>8}  ", shown(snr_at(curve, rate, false)),
                                shown(snr_at(curve, rate, true)), shown(gap_at(curve, rate)));
        text += '\n';
    }
    return text;
}

std::string to_json(const std::vector<Curve>& curves, std::uint32_t seed) {
    nlohmann::json drawn = nlohmann::json::array();
    nlohmann::json gaps = nlohmann::json::array();
    for (const Curve& curve : curves) {
        drawn.push_back(to_json(curve));
        if (curve.axis != Axis::Snr) continue;
        gaps.push_back({{"receiver", name_of(curve.link)},
                        {"at_10_percent", number_or_null(gap_at(curve, 0.1))},
                        {"at_1_percent", number_or_null(gap_at(curve, 0.01))}});
    }
    const nlohmann::json all{{"seed", seed},
                             {"frame_bytes", FrameBytes},
                             {"snr", SnrMeaning},
                             {"curves", std::move(drawn)},
                             {"gaps", std::move(gaps)}};
    return all.dump(1);
}

}  // namespace curves
