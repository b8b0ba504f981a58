/// \file crc_a.hpp
/// CRC_A of ISO/IEC 14443-3, Annex B. Twin of rtl/frame's CRC.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace frame {

inline constexpr std::uint16_t CrcAPreset = 0x6363;

/// The register after one more byte, of CRC_A and CRC_B alike.
[[nodiscard]] constexpr std::uint16_t crc_next(std::uint16_t crc, std::uint8_t byte) noexcept {
    // Eight steps of the reflected polynomial 8408h at once.
    const auto low = static_cast<std::uint8_t>(byte ^ (crc & 0xFF));
    const auto x = static_cast<std::uint8_t>(low ^ (low << 4));
    return static_cast<std::uint16_t>((crc >> 8) ^ (x << 8) ^ (x << 3) ^ (x >> 4));
}

/// CRC_A of `data`: the low byte goes first on the air. Zero over data with their right CRC.
/// Example: crc_a({0x12, 0x34}) == 0xCF26, sent as 26 CF
[[nodiscard]] constexpr std::uint16_t crc_a(base::ByteView data) noexcept {
    std::uint16_t crc = CrcAPreset;
    for (const auto byte : data) {
        crc = crc_next(crc, byte);
    }
    return crc;
}

}  // namespace frame
