/// \file report.hpp
/// Curves as a table, as JSON and as a picture.
#pragma once

#include <string>
#include <vector>

#include "curves/measure.hpp"

namespace curves {

/// "snr", "depth", "clock", "fading"
[[nodiscard]] std::string name_of(Axis axis);

/// What each receiver needs for one wrong frame in ten and in a hundred, and the gap; one line
/// each.
[[nodiscard]] std::string table(const std::vector<Curve>& curves);

/// {"seed", "frame_bytes", "snr": what is meant by it, "curves": [{"receiver", "axis", "unit",
/// "points": [{"x", "frames", "rtl_wrong", "ideal_wrong"}]}], "gaps": [{"receiver",
/// "at_10_percent", "at_1_percent"}]}
[[nodiscard]] std::string to_json(const std::vector<Curve>& curves, std::uint32_t seed);

/// A row for each axis that there is, a chart for each receiver and type: the RTL drawn through,
/// the ideal receiver dashed, a colour for each rate. A whole SVG file.
[[nodiscard]] std::string to_svg(const std::vector<Curve>& curves);

}  // namespace curves
