#include "trace/carrier.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/tick.hpp"

namespace trace {
namespace {

constexpr double Carrier = static_cast<double>(base::CarrierHz);
constexpr double FullScale = 32'000.0;
constexpr double MostUsefulRate = 4 * Carrier;  // no receiver looks closer
constexpr std::size_t FewestPeriods = 100;

/// A running mean over the last `count` values.
class Mean {
public:
    explicit Mean(std::size_t count) : values_(count, 0.0) {}
    double operator()(double value) {
        sum_ += value - values_[next_];
        values_[next_] = value;
        next_ = (next_ + 1) % values_.size();
        return sum_ / static_cast<double>(values_.size());
    }

private:
    std::vector<double> values_;
    std::size_t next_ = 0;
    double sum_ = 0.0;
};

}  // namespace

bool has_carrier(std::span<const float> samples) {
    if (samples.empty()) return false;
    const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
    return *low < -*high / 4 && *high > -*low / 4;
}

std::optional<double> rate_from_carrier(std::span<const float> samples) {
    float top = 0.0F;
    for (const float sample : samples) top = std::max(top, std::abs(sample));
    // Whole periods between rising crossings with hysteresis; a pause interrupts the count.
    const float threshold = top / 4;
    std::vector<std::size_t> periods;
    std::size_t last = 0;
    bool counting = false;
    bool below = false;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (samples[i] < -threshold) below = true;
        if (!below || samples[i] < threshold) continue;
        below = false;
        if (counting) periods.push_back(i - last);
        last = i;
        counting = true;
    }
    if (periods.size() < FewestPeriods) return std::nullopt;
    auto middle = periods.begin() + static_cast<std::ptrdiff_t>(periods.size() / 2);
    std::nth_element(periods.begin(), middle, periods.end());
    const double usual = static_cast<double>(*middle);
    double sum = 0.0;
    double count = 0.0;
    for (const std::size_t period : periods) {
        const auto length = static_cast<double>(period);
        if (length < 0.7 * usual || length > 1.4 * usual) continue;
        sum += length;
        count += 1.0;
    }
    const double rate = sum / count * Carrier;
    const double unit = std::pow(10.0, std::floor(std::log10(rate)) - 2.0);
    return std::round(rate / unit) * unit;
}

Recording demodulate(std::span<const float> samples, double rate) {
    const auto window = static_cast<std::size_t>(std::lround(2.0 * rate / Carrier));
    const auto keep = std::max<std::size_t>(1, static_cast<std::size_t>(rate / MostUsefulRate));
    const double turn = 2.0 * std::numbers::pi * Carrier / rate;
    double offset = 0.0;
    for (const float sample : samples) offset += sample;
    offset /= static_cast<double>(std::max<std::size_t>(1, samples.size()));

    Mean in_phase{window};
    Mean quadrature{window};
    std::vector<float> magnitudes;
    magnitudes.reserve(samples.size() / keep + 1);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double angle = std::fmod(turn * static_cast<double>(i), 2.0 * std::numbers::pi);
        const double value = samples[i] - offset;
        const double a = in_phase(value * std::cos(angle));
        const double b = quadrature(value * std::sin(angle));
        if (i % keep == 0) magnitudes.push_back(static_cast<float>(std::hypot(a, b)));
    }
    return envelope(magnitudes, rate / static_cast<double>(keep));
}

Recording envelope(std::span<const float> samples, double rate) {
    Recording recording;
    recording.sample_rate = rate;
    if (samples.empty()) return recording;
    const auto [low, high] = std::minmax_element(samples.begin(), samples.end());
    const double sign = -*low > *high ? -1.0 : 1.0;
    const double top = std::max<double>(std::abs(*low), std::abs(*high));
    const double scale = top > 0.0 ? sign * FullScale / top : 0.0;
    recording.samples.reserve(samples.size());
    for (const float sample : samples)
        recording.samples.push_back(static_cast<std::int16_t>(std::max(0.0, sample * scale)));
    return recording;
}

}  // namespace trace
