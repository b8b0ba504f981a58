/// \file npy.hpp
/// Arrays of numpy (.npy, format versions 1 to 3): one dimension of numbers.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace trace {

[[nodiscard]] bool is_npy(base::ByteView file);

/// The numbers in `file`: little-endian floats of 4 or 8 bytes, or integers of 1, 2 or 4. A number
/// that is none counts as 0. Throws base::FileError with `name`, the offset and what was expected.
[[nodiscard]] std::vector<float> read_npy(base::ByteView file, std::string_view name);

}  // namespace trace
