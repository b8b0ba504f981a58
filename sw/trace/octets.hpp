/// \file octets.hpp
/// The bits of one frame as bytes with their parity bits, and back.
#pragma once

#include "base/bytes.hpp"
#include "port/air_frame.hpp"

namespace trace {

/// What a frame holds once the parity bits are taken out.
struct Octets {
    base::Bytes data{};
    base::Bits parity{};        ///< of each byte that came with one, as sent; in order
    unsigned first_bit = 0;     ///< bit of data[0] that holds the first bit of the air
    unsigned last_bits = 0;     ///< valid bits of the last byte, 1..7; 0 = all 8
    bool last_is_even = false;  ///< the last parity bit is even parity: type A cards above fc/128

    [[nodiscard]] bool whole() const noexcept { return first_bit == 0 && last_bits == 0; }
    /// Whether byte `index` came with a parity bit that is not what it has to be.
    [[nodiscard]] bool parity_wrong(std::size_t index) const;
    [[nodiscard]] bool any_parity_wrong() const;
    friend bool operator==(const Octets&, const Octets&) = default;
};

/// Splits `bits`: bytes of 8 bits and a parity bit; up to 8 bits that are left over form the last
/// byte. With `first_bit` the first byte starts there, as the second part of a bit-oriented
/// anticollision frame.
[[nodiscard]] Octets to_octets(base::BitView bits, unsigned first_bit = 0);

/// The bytes of `frame`, in the way of its technology, rate and side.
[[nodiscard]] Octets octets_of(const port::AirFrame& frame, unsigned first_bit = 0);

enum class Crc : std::uint8_t { None, Ok, Bad };

/// Whether the bytes end with their CRC of `technology`; None when they are too few to have one.
[[nodiscard]] Crc crc_of(const Octets& octets, port::Technology technology);

/// The bits of the air again; to_bits(to_octets(b)) == b.
[[nodiscard]] base::Bits to_bits(const Octets& octets);

}  // namespace trace
