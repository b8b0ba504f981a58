/// \file ats.hpp
/// The ATS of a card (14443-4, 5.2).
#pragma once

#include "base/bytes.hpp"
#include "block/terms.hpp"

namespace block {

struct Ats {
    base::Bytes bytes{};        ///< with TL
    std::size_t interface = 1;  ///< bytes before the historical ones: TL, T0, TA, TB, TC
    Terms terms{};

    /// Throws std::invalid_argument when `bytes` are no ATS that a card can keep.
    /// Example: Ats::from({0x01}) has FSC 32, FWI 4, CIDs and no NADs
    [[nodiscard]] static Ats from(base::ByteView bytes);

    /// As much of it as a reader with frames of `fsd` bytes takes, TL changed to fit.
    [[nodiscard]] base::Bytes within(std::size_t fsd) const;
};

}  // namespace block
