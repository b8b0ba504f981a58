/// \file codes.hpp
/// Command codes and 4-bit answers (mifare-classic.md, 2).
#pragma once

#include <cstdint>

namespace classic {

inline constexpr std::uint8_t CodeAuthA = 0x60;
inline constexpr std::uint8_t CodeAuthB = 0x61;
inline constexpr std::uint8_t CodeRead = 0x30;
inline constexpr std::uint8_t CodeWrite = 0xA0;
inline constexpr std::uint8_t CodeDecrement = 0xC0;
inline constexpr std::uint8_t CodeIncrement = 0xC1;
inline constexpr std::uint8_t CodeRestore = 0xC2;
inline constexpr std::uint8_t CodeTransfer = 0xB0;
inline constexpr std::uint8_t CodeHlta = 0x50;
inline constexpr std::uint8_t CodePersonalize = 0x40;
inline constexpr std::uint8_t CodeSetModType = 0x43;

inline constexpr std::uint8_t Ack = 0xA;
inline constexpr std::uint8_t NakOperation = 0x4;
inline constexpr std::uint8_t NakTransmission = 0x5;
/// What a valid transfer buffer takes off either NAK.
inline constexpr std::uint8_t NakBufferInvalid = 0x4;

/// Configuration block, byte 0: how a 7-byte UID is used; 0 = not personalised, else parameter + 1.
inline constexpr std::uint8_t UsageShortcut = 0x40;  ///< UIDF1
inline constexpr std::uint8_t UsageRandom = 0x20;    ///< UIDF2
inline constexpr std::uint8_t UsageNuid = 0x60;      ///< UIDF3

}  // namespace classic
