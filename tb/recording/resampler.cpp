#include "recording/resampler.hpp"

#include <algorithm>
#include <cmath>

#include "base/tick.hpp"

namespace tb {
namespace {

constexpr double FullScale = 4095.0;

}  // namespace

Resampler::Resampler(std::span<const std::int16_t> samples, double sample_rate)
    : samples_{samples},
      per_tick_{sample_rate / static_cast<double>(base::CarrierHz)},
      scale_{FullScale / std::max<double>(1.0, *std::max_element(samples.begin(), samples.end()))} {
}

std::uint64_t Resampler::ticks() const {
    return static_cast<std::uint64_t>(static_cast<double>(samples_.size() - 1) / per_tick_) + 1;
}

std::uint16_t Resampler::level(std::uint64_t tick) const {
    const double at = static_cast<double>(tick) * per_tick_;
    // Between two samples on a straight line; the mean when a tick has several.
    const auto count = std::max(1U, static_cast<unsigned>(per_tick_));
    double sum = 0.0;
    for (unsigned i = 0; i < count; ++i) sum += value(at + i);
    return static_cast<std::uint16_t>(std::clamp(sum / count * scale_, 0.0, FullScale));
}

double Resampler::value(double at) const {
    const auto before = std::min(static_cast<std::size_t>(at), samples_.size() - 1);
    const std::size_t after = std::min(before + 1, samples_.size() - 1);
    const double share = at - std::floor(at);
    return samples_[before] * (1.0 - share) + samples_[after] * share;
}

}  // namespace tb
