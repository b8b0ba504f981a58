/// \file recorded.hpp
/// Recorded air in whatever kind of file: the content decides.
#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "port/air_frame.hpp"
#include "trace/recording.hpp"

namespace trace {

/// A level to be received, or frames that somebody has received already.
using Recorded = std::variant<Recording, std::vector<port::AirFrame>>;

/// What `file` holds: WAV, numpy array, sigrok session, graph buffer or trace of a proxmark3, its
/// list as text, or a Flipper test signal. `rate`, samples a second, replaces what the file says or
/// what is usual for its kind; an array of numpy with a carrier tells its rate by that, one without
/// is taken for one of 1 GS/s. Throws base::FileError with `name`.
[[nodiscard]] Recorded read_recorded(base::ByteView file, std::string_view name,
                                     std::optional<double> rate = std::nullopt);

}  // namespace trace
