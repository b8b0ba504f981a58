/// \file pm3_trace.hpp
/// Trace files of the proxmark3 (`trace save`), in and out.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "port/air_frame.hpp"

namespace trace {

/// The frames of a trace. `name` is for error texts. Times are made to increase where the file's
/// 32-bit timestamps wrap around.
///
/// The file does not say which technology it is: that whose CRC holds more often. It tells bytes,
/// not bits: a frame of type A is cut inside a byte when its duration says so.
/// Throws base::FileError: "name: offset 8: ...".
[[nodiscard]] std::vector<port::AirFrame> read_pm3_trace(base::ByteView file,
                                                         std::string_view name);

/// The same frames as a trace file.
[[nodiscard]] base::Bytes write_pm3_trace(const std::vector<port::AirFrame>& frames);

}  // namespace trace
