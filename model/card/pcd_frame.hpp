/// \file pcd_frame.hpp
/// What the PCD sends, as the cards meet it.
#pragma once

#include <span>
#include <vector>

#include "port/reader_port.hpp"
#include "rf/timing.hpp"

namespace card {

struct PcdFrame {
    const port::AirFrame& frame;
    rf::FrameEnd end{};
    unsigned pause_ticks = 34;       ///< type A
    port::FramingB framing{};        ///< type B
    std::span<const rf::Low> raw{};  ///< not empty: what is sent instead of the frame's bits

    /// The modulation of the field, whatever it is made of.
    [[nodiscard]] std::vector<rf::Low> lows() const;
};

}  // namespace card
