/// \file directory.hpp
/// The MIFARE application directory: which sector belongs to which application (sheet, 4).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace terminal {

struct Directory {
    bool sound = false;                                ///< its check byte fits
    std::map<unsigned, std::uint16_t> applications{};  ///< AID by sector, free ones too

    friend bool operator==(const Directory&, const Directory&) = default;
};

/// CRC-8 of the directory: polynomial 1D, begins with C7.
/// Example: directory_crc("123456789") == 0x99
[[nodiscard]] std::uint8_t directory_crc(base::ByteView bytes) noexcept;

/// Of sector 0: the data blocks 1 and 2, for sectors 1 to 15. Nothing unless there are 32 bytes.
[[nodiscard]] std::optional<Directory> read_directory_1(base::ByteView blocks);
/// Of sector 16: its three data blocks, for sectors 17 to 39. Nothing unless there are 48 bytes.
[[nodiscard]] std::optional<Directory> read_directory_2(base::ByteView blocks);

/// Bit 8 of the trailer's general purpose byte: the card has a directory.
[[nodiscard]] constexpr bool has_directory(std::uint8_t general_purpose) noexcept {
    return (general_purpose & 0x80U) != 0;
}

inline constexpr std::uint16_t NdefAid = 0x03E1;
/// Example: application_name(0x03E1) == "NDEF message"
[[nodiscard]] std::string application_name(std::uint16_t aid);

}  // namespace terminal
