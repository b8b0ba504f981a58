/// \file level.hpp
/// What plays reader, air and cards.
#pragma once

#include <cstdint>
#include <string>

namespace flows {

enum class Level : std::uint8_t { Tlm, Rtl, Both };

/// Example: "both"
[[nodiscard]] std::string to_string(Level level);

}  // namespace flows
