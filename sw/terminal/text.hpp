/// \file text.hpp
/// Text among the bytes of a card.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace terminal {

/// Whether it is UTF-8 without control characters.
[[nodiscard]] bool is_readable(std::string_view text) noexcept;

/// The text that a block holds: its bytes without zeros or spaces at the end, when they are at
/// least three and readable. Else empty. Example: "CITY 0042"
[[nodiscard]] std::string text_in(base::ByteView block);

}  // namespace terminal
