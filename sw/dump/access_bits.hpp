/// \file access_bits.hpp
/// Access bits of a MIFARE Classic sector trailer, for tools (sheet 1.3).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace dump {

/// C1C2C3 of data blocks 0, 1, 2 and of the trailer, as a number: 011 is 3.
using AccessGroups = std::array<std::uint8_t, 4>;
/// Bytes 6 to 8 of the trailer.
using AccessBytes = std::array<std::uint8_t, 3>;

/// Nothing when the inverted copies do not match: such a sector is blocked for ever.
/// Example: decode_access({0x7F, 0x07, 0x88}) == AccessGroups{0, 0, 0, 3}
[[nodiscard]] std::optional<AccessGroups> decode_access(const AccessBytes& bytes) noexcept;

/// Example: encode_access({0, 0, 0, 3}) == AccessBytes{0x7F, 0x07, 0x88}. Groups are 0 to 7.
[[nodiscard]] AccessBytes encode_access(const AccessGroups& groups) noexcept;

/// Example: access_text({4, 0, 0, 3}) == "100,000,000/011"
[[nodiscard]] std::string access_text(const AccessGroups& groups);

}  // namespace dump
