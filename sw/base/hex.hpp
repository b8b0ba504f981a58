/// \file hex.hpp
/// Bytes as hexadecimal text and back.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace base {

/// Upper-case digits, `separator` between bytes. Example: to_hex({0x93, 0x20}, " ") == "93 20"
[[nodiscard]] std::string to_hex(ByteView data, std::string_view separator = "");

/// The bytes of `text`, white space skipped; nothing when a digit is wrong or left over.
/// Example: from_hex("93 20") == Bytes{0x93, 0x20}
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);

}  // namespace base
