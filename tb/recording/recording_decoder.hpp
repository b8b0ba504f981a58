/// \file recording_decoder.hpp
/// Recorded air through the Verilated receivers (rtl/top/top_sniffer.sv).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tb {

class RecordingDecoder {
public:
    /// The words of the sniffer's log (nfc_pkg::log_word_t) for an envelope: `samples` at
    /// `sample_rate` a second, zero = no field. A tick is one period of the carrier since the first
    /// sample.
    [[nodiscard]] static std::vector<std::uint64_t> decode(std::span<const std::int16_t> samples,
                                                           double sample_rate);
};

}  // namespace tb
