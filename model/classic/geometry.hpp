/// \file geometry.hpp
/// Sectors and blocks of MIFARE Classic (mifare-classic.md, 1).
#pragma once

#include <cstdint>

namespace classic {

/// Sectors 0 to 31 have 4 blocks, 32 to 39 have 16. Example: sector_of(0x90) == 33
[[nodiscard]] constexpr unsigned sector_of(std::uint8_t block) noexcept {
    return block < 128 ? block / 4U : 32 + (block - 128U) / 16;
}

/// The sector's last block.
[[nodiscard]] constexpr std::uint8_t trailer_of(std::uint8_t block) noexcept {
    return static_cast<std::uint8_t>(block < 128 ? block | 3 : block | 15);
}

/// Which of the four groups of access bits rules the block: 3 is the trailer.
[[nodiscard]] constexpr unsigned group_of(std::uint8_t block) noexcept {
    return block < 128 ? block % 4U : (block % 16U) / 5;
}

}  // namespace classic
