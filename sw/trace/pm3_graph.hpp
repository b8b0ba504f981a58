/// \file pm3_graph.hpp
/// Graph buffers of the proxmark3 (`data save`, .pm3): one whole number a line, -128 to 127, of an
/// AC-coupled detector.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "trace/recording.hpp"

namespace trace {

/// Samples of the HF modes come at fc/8.
inline constexpr double Pm3SampleRate = 1'695'000.0;

/// The numbers in `file`. Throws base::FileError: "name: line 3: ...".
[[nodiscard]] std::vector<int> read_pm3_graph(base::ByteView file, std::string_view name);

/// The envelope that the detector was given, its depth and the level of the carrier being unknown:
/// a step of the level shows as a spike that dies away, so the level goes down with a spike down
/// and stays until one up; what the subcarrier does is added as it stands.
[[nodiscard]] Recording restore_level(const std::vector<int>& samples, double rate);

}  // namespace trace
