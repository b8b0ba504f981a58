#include "recording/recording_decoder.hpp"

#include <Vtop_sniffer_rtl.h>
#include <verilated.h>

#include <algorithm>
#include <cmath>

#include "base/tick.hpp"
#include "verilated/coverage.hpp"

namespace tb {
namespace {

constexpr double FullScale = 4095.0;  // of top_sniffer's level
// After the last sample the level stays, so that the last frame comes to its end.
constexpr std::uint64_t TicksAfter = 4096;

/// Samples of any rate as one level a tick.
class Resampler {
public:
    Resampler(std::span<const std::int16_t> samples, double per_tick)
        : samples_{samples}, per_tick_{per_tick} {
        const double highest =
            std::max<double>(1.0, *std::max_element(samples.begin(), samples.end()));
        scale_ = FullScale / highest;
    }

    [[nodiscard]] std::uint64_t ticks() const {
        return static_cast<std::uint64_t>(static_cast<double>(samples_.size() - 1) / per_tick_) + 1;
    }
    [[nodiscard]] std::uint16_t level(std::uint64_t tick) const {
        const double at = static_cast<double>(tick) * per_tick_;
        // Between two samples on a straight line; the mean when a tick has several.
        const auto count = std::max(1U, static_cast<unsigned>(per_tick_));
        double sum = 0.0;
        for (unsigned i = 0; i < count; ++i) sum += value(at + i);
        return static_cast<std::uint16_t>(std::clamp(sum / count * scale_, 0.0, FullScale));
    }

private:
    [[nodiscard]] double value(double at) const {
        const auto before = std::min(static_cast<std::size_t>(at), samples_.size() - 1);
        const std::size_t after = std::min(before + 1, samples_.size() - 1);
        const double share = at - std::floor(at);
        return samples_[before] * (1.0 - share) + samples_[after] * share;
    }

    std::span<const std::int16_t> samples_;
    double per_tick_;
    double scale_ = 1.0;
};

}  // namespace

std::vector<std::uint64_t> RecordingDecoder::decode(std::span<const std::int16_t> samples,
                                                    double sample_rate) {
    std::vector<std::uint64_t> words;
    if (samples.empty() || sample_rate <= 0.0) return words;
    VerilatedContext context;
    Vtop_sniffer_rtl top{&context};
    top.clk_i = 0;
    top.rst_ni = 1;
    top.log_ready_i = 1;
    top.eval();
    top.rst_ni = 0;  // the falling edge resets
    top.eval();
    top.rst_ni = 1;
    top.eval();

    const Resampler resampler{samples, sample_rate / static_cast<double>(base::CarrierHz)};
    const std::uint64_t end = resampler.ticks() + TicksAfter;
    for (std::uint64_t tick = 0; tick < end; ++tick) {
        top.level_i = resampler.level(tick);
        if (top.log_valid_o != 0) words.push_back(top.log_o);
        top.clk_i = 1;
        top.eval();
        top.clk_i = 0;
        top.eval();
    }
    top.final();
    save_coverage(context);
    return words;
}

}  // namespace tb
