/// \file pm3_list.hpp
/// Lists of type A frames that older proxmark3 clients printed: "+  64:  2 : TAG 04  00".
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "port/air_frame.hpp"

namespace trace {

/// The frames in `file`; lines that begin with `#` are comments. `!` behind a byte says that its
/// parity bit is not odd parity. Times are the list's: periods of fc/16 from frame to frame. Throws
/// base::FileError: "name: line 3: ...".
[[nodiscard]] std::vector<port::AirFrame> read_pm3_list(base::ByteView file, std::string_view name);

}  // namespace trace
