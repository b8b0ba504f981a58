/// \file carrier.hpp
/// A field recorded with its carrier, as an oscilloscope sees it.
#pragma once

#include <optional>
#include <span>

#include "trace/recording.hpp"

namespace trace {

/// Whether samples swing to both sides of zero as a carrier does; an envelope does not.
[[nodiscard]] bool has_carrier(std::span<const float> samples);

/// The sample rate that makes the carrier in `samples` one of 13.56 MHz, from its zero crossings;
/// rounded to three digits, as oscilloscopes have it. Nothing when there are too few.
[[nodiscard]] std::optional<double> rate_from_carrier(std::span<const float> samples);

/// The magnitude of the carrier over two of its periods. Needs rate > 2 * 13.56 MHz.
[[nodiscard]] Recording demodulate(std::span<const float> samples, double rate);

/// Samples that are an envelope already, scaled to 16 bits. An envelope below zero is turned over:
/// a detector with the other sign.
[[nodiscard]] Recording envelope(std::span<const float> samples, double rate);

}  // namespace trace
