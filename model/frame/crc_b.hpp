/// \file crc_b.hpp
/// CRC_B of ISO/IEC 14443-3, Annex B. Twin of rtl/frame's CRC.
#pragma once

#include "frame/crc_a.hpp"

namespace frame {

inline constexpr std::uint16_t CrcBPreset = 0xFFFF;
inline constexpr std::uint16_t CrcBResidue = 0xF0B8;  ///< register over data with their right CRC

/// CRC_B of `data`: the low byte goes first on the air.
/// Example: crc_b({0x0F, 0xAA, 0xFF}) == 0xD1FC, sent as FC D1
[[nodiscard]] constexpr std::uint16_t crc_b(base::ByteView data) noexcept {
    std::uint16_t crc = CrcBPreset;
    for (const auto byte : data) {
        crc = crc_next(crc, byte);
    }
    return static_cast<std::uint16_t>(~crc);
}

}  // namespace frame
