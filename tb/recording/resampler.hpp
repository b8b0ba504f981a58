/// \file resampler.hpp
/// Recorded air as a front end's converter would have it: one level a tick.
#pragma once

#include <cstdint>
#include <span>

namespace tb {

/// Samples of any rate, which must outlive it and not be none. Zero is no field; the highest sample
/// is full scale of 12 bits.
class Resampler {
public:
    /// `sample_rate` a second, more than 0.
    Resampler(std::span<const std::int16_t> samples, double sample_rate);

    /// From the first sample to the last.
    [[nodiscard]] std::uint64_t ticks() const;
    /// After the last sample the level stays.
    [[nodiscard]] std::uint16_t level(std::uint64_t tick) const;

private:
    [[nodiscard]] double value(double at) const;

    std::span<const std::int16_t> samples_;
    double per_tick_;
    double scale_;
};

}  // namespace tb
