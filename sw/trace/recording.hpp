/// \file recording.hpp
/// The level of a field as somebody recorded it.
#pragma once

#include <cstdint>
#include <vector>

namespace trace {

/// An envelope: samples are proportional to the level of the field, 0 = no field.
struct Recording {
    double sample_rate = 0.0;  ///< samples a second
    std::vector<std::int16_t> samples{};
};

/// No recording is longer, in bytes of its file.
inline constexpr std::size_t RecordingLimit = std::size_t{1} << 30U;

}  // namespace trace
