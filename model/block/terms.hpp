/// \file terms.hpp
/// What card and reader hold to in their blocks. Twin of rtl/block's configuration.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/tick.hpp"
#include "port/air_frame.hpp"

namespace block {

using base::Tick;

/// Bytes of a block, prologue and CRC counted, for a code 0..15 of RATS, ATS, ATTRIB or ATQB.
/// Example: frame_size(5) == 64; frame_size(9) == 256, as codes above 8 are reserved
[[nodiscard]] std::size_t frame_size(unsigned code) noexcept;

/// The rates in force.
struct Rates {
    port::BitRate pcd = port::BitRate::Fc128;
    port::BitRate picc = port::BitRate::Fc128;

    /// From PPS1, or the high nibble of an ATTRIB's second parameter: 0000 card (2), reader (2).
    [[nodiscard]] static constexpr Rates from(std::uint8_t code) noexcept {
        return {static_cast<port::BitRate>(code & 3U), static_cast<port::BitRate>(code >> 2U & 3U)};
    }
    friend bool operator==(const Rates&, const Rates&) = default;
};

/// What a card promises, in its ATS or its ATQB.
struct Terms {
    std::size_t frame_size = 32;  ///< FSC
    unsigned fwi = 4;
    bool cid = true;
    bool nad = false;
    std::uint8_t rates = 0;  ///< as TA(1) of an ATS and the first byte of ATQB's protocol info

    /// Application data and protocol info of an ATQB (14443-3, 7.9.4). Throws std::invalid_argument
    /// for FWI 15.
    [[nodiscard]] static Terms from_atqb(const std::array<std::uint8_t, 7>& atqb);

    /// Whether a reader may choose these rates. fc/128 both ways it always may.
    [[nodiscard]] bool allow(Rates chosen) const noexcept;
    /// W, the last grid index at which an answer may begin (docs/choices.md).
    [[nodiscard]] Tick last_index() const noexcept;
};

}  // namespace block
