#include "recording/recording_decoder.hpp"

#include <Vtop_sniffer_rtl.h>
#include <verilated.h>

#include "recording/resampler.hpp"
#include "verilated/coverage.hpp"

namespace tb {
namespace {

// After the last sample the level stays, so that the last frame comes to its end.
constexpr std::uint64_t TicksAfter = 4096;

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

    const Resampler resampler{samples, sample_rate};
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
