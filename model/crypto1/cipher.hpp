/// \file cipher.hpp
/// Crypto1 stream cipher (mifare-classic.md, 3.1). Twin of rtl/crypto1.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "base/key.hpp"

namespace crypto1 {

/// The 48-bit register x0..x47, kept as its even and its odd bits: the filter reads odd ones only,
/// and one clock makes the odd bits the even ones.
class Cipher {
public:
    /// Loads the key without clocking.
    void load(const base::SectorKey& key) noexcept;

    /// The keystream bit of the present state; nothing is clocked. Encrypts parity bits.
    [[nodiscard]] std::uint8_t peek() const noexcept;

    /// The keystream bit before the clock that takes `input` in.
    std::uint8_t bit(std::uint8_t input = 0) noexcept;
    /// The same when `encrypted` is what went over the air: its plaintext is taken in.
    std::uint8_t bit_encrypted(std::uint8_t encrypted) noexcept;

    /// Eight keystream bits, least significant first.
    std::uint8_t byte(std::uint8_t input = 0) noexcept;
    std::uint8_t byte_encrypted(std::uint8_t encrypted) noexcept;

    /// x0 is the least significant bit of the first byte.
    [[nodiscard]] std::array<std::uint8_t, 6> state() const noexcept;

private:
    void clock(std::uint32_t input) noexcept;

    std::uint32_t even_ = 0;  ///< x0 x2 ... x46, x0 in bit 0
    std::uint32_t odd_ = 0;   ///< x1 x3 ... x47
};

}  // namespace crypto1
