#include "recording/recording_decoder.hpp"

#include <Vtop_sniffer_rtl.h>
#include <verilated.h>

#include <algorithm>
#include <cmath>

#include "base/tick.hpp"
#include "verilated/coverage.hpp"

namespace tb {
namespace {

using Source = port::AirFrame::Source;

constexpr double TicksPerUs = static_cast<double>(base::CarrierHz) / 1e6;
constexpr double FullScale = 4095.0;  // of top_sniffer's level
// Of docs/rooms.md, Seams in the RTL, less one: a recording has no air delay.
constexpr double PauseStartLatency = 1.0;
constexpr double PauseEndLatency = 1.0;
constexpr double SofLatency = 132.0 - 1.0;
// A card answers after 1172 ticks at the earliest and, as far as a listener can tell, within 5 ms.
constexpr double EarliestAnswer = 1172.0 - 64.0;
constexpr double LatestAnswer = 5e3 * TicksPerUs;
constexpr std::size_t ShortFrameBits = 7;
constexpr std::size_t FewestCardBits = 4;  // ACK and NAK of MIFARE

/// Writes down what the receivers say, tick by tick.
class Listener {
public:
    void tick(const Vtop_sniffer_rtl& top, double now);
    std::vector<RecordedFrame> frames{};

private:
    void reader_ended(bool error);
    void card_ended();

    double dip_ = 0.0;        // the level fell
    double pause_end_ = 0.0;  // of the last pause
    RecordedFrame reader_{};
    RecordedFrame card_{};
    bool asked_ = false;  // the reader sent a whole frame and no answer has come
};

void Listener::tick(const Vtop_sniffer_rtl& top, double now) {
    if (top.pcd_pause_end_o != 0) {
        pause_end_ = now - PauseEndLatency;
    }
    if (top.pcd_sof_o != 0) {
        reader_ = {};
        reader_.start_us = dip_ / TicksPerUs;
        asked_ = false;
    }
    if (top.pcd_pause_start_o != 0) {
        dip_ = now - PauseStartLatency;
    }
    if (top.pcd_bit_valid_o != 0) {
        reader_.bits.push_back(top.pcd_bit_o);
    }
    if (top.pcd_eof_o != 0) {
        reader_ended(top.pcd_error_o != 0);
    }
    if (top.picc_sof_o != 0) {
        card_ = {};
        card_.source = Source::Picc;
        card_.start_us = (now - SofLatency) / TicksPerUs;
    }
    if (top.picc_bit_valid_o != 0) {
        card_.bits.push_back(top.picc_bit_o);
    }
    if (top.picc_eof_o != 0) {
        card_ended();
    }
}

void Listener::reader_ended(bool error) {
    if (error || reader_.bits.size() < ShortFrameBits) {
        return;
    }
    reader_.end_us = pause_end_ / TicksPerUs;
    frames.push_back(reader_);
    asked_ = true;
}

void Listener::card_ended() {
    const double delay = (card_.start_us * TicksPerUs) - pause_end_;
    if (!asked_ || card_.bits.size() < FewestCardBits || delay < EarliestAnswer ||
        delay > LatestAnswer) {
        return;
    }
    asked_ = false;
    const auto bits = static_cast<double>(1 + card_.bits.size());
    card_.end_us = card_.start_us + bits * static_cast<double>(base::BitTicks) / TicksPerUs;
    frames.push_back(card_);
}

}  // namespace

std::vector<RecordedFrame> RecordingDecoder::decode(std::span<const std::int16_t> samples,
                                                    unsigned sample_rate) {
    if (samples.empty() || sample_rate == 0) {
        return {};
    }
    VerilatedContext context;
    Vtop_sniffer_rtl top{&context};
    top.clk_i = 0;
    top.rst_ni = 1;
    top.eval();
    top.rst_ni = 0;  // the falling edge resets
    top.eval();
    top.rst_ni = 1;
    top.eval();

    const double highest = std::max<double>(1.0, *std::max_element(samples.begin(), samples.end()));
    const double scale = FullScale / highest;
    const double samples_per_tick =
        static_cast<double>(sample_rate) / static_cast<double>(base::CarrierHz);
    const auto ticks =
        static_cast<std::uint64_t>(static_cast<double>(samples.size() - 1) / samples_per_tick);

    Listener listener;
    for (std::uint64_t tick = 0; tick <= ticks; ++tick) {
        const double at = static_cast<double>(tick) * samples_per_tick;
        const auto before = std::min(static_cast<std::size_t>(at), samples.size() - 1);
        const std::size_t after = std::min(before + 1, samples.size() - 1);
        const double share = at - static_cast<double>(before);
        const double value = samples[before] * (1.0 - share) + samples[after] * share;
        top.level_i = static_cast<std::uint16_t>(std::clamp(value * scale, 0.0, FullScale));
        top.clk_i = 1;
        top.eval();
        listener.tick(top, static_cast<double>(tick + 1));
        top.clk_i = 0;
        top.eval();
    }
    top.final();
    save_coverage(context);
    return std::move(listener.frames);
}

}  // namespace tb
