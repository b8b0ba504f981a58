/// \file bits.hpp
/// Bytes and bits of the air: least significant bit first, odd parity after each byte
/// (14443-3, 6.2.3).
#pragma once

#include <array>
#include <bit>
#include <cstring>

#include "base/bytes.hpp"

namespace frame {

/// The bit that makes the number of ones in byte and parity odd. Example: odd_parity(0x93) == 1
[[nodiscard]] constexpr std::uint8_t odd_parity(std::uint8_t byte) noexcept {
    return static_cast<std::uint8_t>(~std::popcount(byte) & 1);
}

/// The byte whose eight bits start at bits[first].
[[nodiscard]] std::uint8_t byte_at(base::BitView bits, std::size_t first) noexcept;

/// Appends to `bits`: the `count` low bits of `byte` / a byte / a byte and its parity.
void append_bits(base::Bits& bits, std::uint8_t byte, unsigned count);
void append_byte(base::Bits& bits, std::uint8_t byte);
void append_byte_with_parity(base::Bits& bits, std::uint8_t byte);

/// `data` as a standard frame, parity included, CRC not.
[[nodiscard]] base::Bits standard_bits(base::ByteView data);
/// The same with CRC_A.
[[nodiscard]] base::Bits standard_bits_with_crc(base::ByteView data);
/// A short frame. Example: short_bits(0x26) == 0110010
[[nodiscard]] base::Bits short_bits(std::uint8_t code);

/// A standard frame as a card reads it: no command is longer than 18 bytes, CRC included.
struct Standard {
    std::array<std::uint8_t, 18> data{};  ///< the first bytes, CRC included
    std::size_t size = 0;                 ///< bytes of the frame, CRC included
    bool whole = false;                   ///< the bits were n x 9, n at least 1
    bool parity_ok = true;
    bool crc_ok = false;
};
[[nodiscard]] Standard read_standard(base::BitView bits) noexcept;

}  // namespace frame
