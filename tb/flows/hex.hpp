/// \file hex.hpp
/// Bytes that are written into the source.
#pragma once

#include <string_view>

#include "base/hex.hpp"

namespace flows {

/// Throws std::bad_optional_access when `text` is not hex.
[[nodiscard]] inline base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

}  // namespace flows
