/// \file ats.hpp
/// What a card promises in its ATS (14443-4, 5.2). Twin of rtl/block's configuration.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"
#include "base/tick.hpp"

namespace block {

using base::Tick;

/// Bytes of a block, prologue and CRC counted, for a code 0..15 of RATS or ATS.
/// Example: frame_size(5) == 64; frame_size(9) == 256, as codes above 8 are reserved
[[nodiscard]] std::size_t frame_size(unsigned code) noexcept;

struct Ats {
    base::Bytes bytes{};          ///< with TL
    std::size_t interface = 1;    ///< bytes before the historical ones: TL, T0, TA, TB, TC
    std::size_t frame_size = 32;  ///< FSC
    unsigned fwi = 4;
    bool cid = true;
    bool nad = false;

    /// Throws std::invalid_argument when `bytes` are no ATS that a card can keep.
    /// Example: Ats::from({0x01}) has FSC 32, FWI 4, CIDs and no NADs
    [[nodiscard]] static Ats from(base::ByteView bytes);

    /// As much of it as a reader with frames of `fsd` bytes takes, TL changed to fit.
    [[nodiscard]] base::Bytes within(std::size_t fsd) const;

    /// W, the last grid index at which an answer may begin (docs/choices.md).
    [[nodiscard]] Tick last_index() const noexcept;
};

}  // namespace block
