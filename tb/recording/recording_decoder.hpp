/// \file recording_decoder.hpp
/// Recorded air through the Verilated receivers of both directions (rtl/top/top_sniffer.sv).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "port/air_frame.hpp"

namespace tb {

/// A type A frame of 106 kbit/s as it was heard.
struct RecordedFrame {
    port::AirFrame::Source source = port::AirFrame::Source::Pcd;
    double start_us = 0.0;  ///< first edge of the first pause; of the load modulation
    double end_us = 0.0;    ///< end of the last pause; of the last bit
    base::Bits bits{};      ///< of the air, parity included
};

class RecordingDecoder {
public:
    /// The frames of an envelope: `samples` at `sample_rate` a second, zero = no field. Frames of
    /// other kinds and rates, and frames that broke off, are left out; so is what a card says
    /// without having been asked by a whole frame.
    [[nodiscard]] static std::vector<RecordedFrame> decode(std::span<const std::int16_t> samples,
                                                           unsigned sample_rate);
};

}  // namespace tb
