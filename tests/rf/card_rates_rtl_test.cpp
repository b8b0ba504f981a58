// The card's type A receiver above fc/128.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>

#include "receivers.hpp"

namespace {

using namespace rf_test;

constexpr Tick Start = 3000;         // of the SOC: the carrier is known by then
constexpr Tick PauseHoldTicks = 16;  // nfc_pkg.sv
constexpr Tick PauseEndLatency = 3;
constexpr Tick DecisionTicks = 256;  // D - G, docs/choices.md

const char* const Anticol = "11001001.1 00000100.0";  // 93 20
const char* const Hlta = "00001010.1 00000000.1 11101010.0 10110011.0";

/// docs/choices.md, Higher rates.
struct Rate {
    const char* name;
    unsigned index;
    Tick bit;
    std::array<Tick, 3> pauses;  ///< shortest, default, longest
    std::array<double, 2> residuals;
    Tick after_z;  ///< G - E
    Tick after_x;
};
void PrintTo(const Rate& rate, std::ostream* out) { *out << rate.name; }
constexpr std::array Rates{Rate{"fc64", 1, 64, {16, 18, 20}, {0.0, 0.18}, 116, 148},
                           Rate{"fc32", 2, 32, {8, 9, 10}, {0.0, 0.38}, 100, 116},
                           Rate{"fc16", 3, 16, {4, 4, 5}, {0.22, 0.58}, 92, 100}};

class CardRates : public testing::TestWithParam<Rate> {
protected:
    /// The default antenna of sw/port/world.hpp with `residual` of the carrier left in a pause.
    static Antenna antenna(double residual, double noise = 0.0) {
        Antenna antenna;
        antenna.overshoot = 0.04;
        antenna.residual = residual;
        antenna.noise = noise;
        return antenna;
    }

    static Levels levels(const Antenna& antenna, const std::vector<Tick>& starts, Tick pause) {
        const auto ticks = static_cast<std::size_t>(Start + starts.back() + 700);
        return antenna.level(pauses(starts, pause, Start), {}, ticks, 8);
    }

    static std::string random_frame(std::mt19937& random) {
        base::Bytes bytes(1 + random() % 20);
        std::generate(bytes.begin(), bytes.end(),
                      [&] { return static_cast<std::uint8_t>(random()); });
        std::string text;
        for (const std::uint8_t bit : with_parity(bytes)) text += bit != 0 ? '1' : '0';
        return text;
    }

    const Rate& rate_ = GetParam();
};
INSTANTIATE_TEST_SUITE_P(, CardRates, testing::ValuesIn(Rates),
                         [](const auto& suite) { return std::string{suite.param.name}; });

TEST_P(CardRates, PauseEndsExactlyAtItsLatencyOnTheDefaultAntenna) {
    for (const Tick pause : rate_.pauses) {
        SCOPED_TRACE(pause);
        const auto starts = miller(bits_of(Hlta), rate_.bit);
        Receivers receivers;
        receivers.rate(rate_.index);
        receivers.card(levels(antenna(rate_.residuals[0]), starts, pause));
        ASSERT_EQ(receivers.pause_ends.size(), starts.size());
        for (std::size_t i = 0; i < starts.size(); ++i) {
            EXPECT_EQ(receivers.pause_ends[i], Start + starts[i] + pause + 1 + PauseEndLatency +
                                                   (PauseHoldTicks >> rate_.index));
        }
    }
}

TEST_P(CardRates, RATE_11_FramesAreReadWithWhatMayBeLeftInAPause) {
    constexpr unsigned Seed = 31;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    for (const double residual : rate_.residuals) {
        for (const double noise : {0.0, 0.01, 0.02}) {
            for (const Tick pause : rate_.pauses) {
                for (int run = 0; run < 10; ++run) {
                    SCOPED_TRACE(testing::Message() << "residual " << residual << " noise " << noise
                                                    << " pause " << pause << " run " << run);
                    const std::string text = random_frame(random);
                    Antenna air = antenna(residual, noise);
                    air.seed = static_cast<std::uint32_t>(random());
                    Receivers receivers;
                    receivers.rate(rate_.index);
                    receivers.card(levels(air, miller(bits_of(text.c_str()), rate_.bit), pause));
                    ASSERT_EQ(receivers.card_frames.size(), 1U);
                    EXPECT_EQ(receivers.card_frames[0].bits, bits_of(text.c_str()));
                    EXPECT_FALSE(receivers.card_frames[0].error);
                }
            }
        }
    }
}

TEST_P(CardRates, FramesAreReadOverSlowAntennas) {
    // Shares of the distance in a tick; overshoot 10 %.
    for (const double fall : {0.25, 0.375, 0.6, 1.0}) {
        for (const double rise : {0.3, 0.5, 1.0}) {
            SCOPED_TRACE(testing::Message() << "fall " << fall << " rise " << rise);
            Antenna air = antenna(rate_.residuals[0]);
            air.fall = fall;
            air.rise = rise;
            air.overshoot = 0.1;
            Receivers receivers;
            receivers.rate(rate_.index);
            receivers.card(levels(air, miller(bits_of(Hlta), rate_.bit), rate_.pauses[1]));
            ASSERT_EQ(receivers.card_frames.size(), 1U);
            EXPECT_EQ(receivers.card_frames[0].bits, bits_of(Hlta));
            EXPECT_FALSE(receivers.card_frames[0].error);
        }
    }
}

TEST_P(CardRates, EndOfFrameIsKnownAtD) {
    for (const char* const text : {Anticol, Hlta, "00110111.0"}) {
        SCOPED_TRACE(text);
        const auto starts = miller(bits_of(text), rate_.bit);
        Receivers receivers;
        receivers.rate(rate_.index);
        receivers.card(levels(antenna(rate_.residuals[0]), starts, rate_.pauses[1]));
        ASSERT_EQ(receivers.card_frames.size(), 1U);
        const bool is_x = bits_of(text).back() == 1;
        const Tick end = Start + starts.back() + rate_.pauses[1] + 1;
        EXPECT_EQ(receivers.card_frames[0].last_is_x, is_x);
        EXPECT_EQ(receivers.card_frames[0].eof,
                  end + (is_x ? rate_.after_x : rate_.after_z) + DecisionTicks + 1);
    }
}

TEST_P(CardRates, PauseThatFitsNoSymbolBreaksTheFrame) {
    // 2 bits after a Z, half a bit, 3 bits.
    for (const std::vector<Tick>& halves : {std::vector<Tick>{0, 2, 6}, {0, 2, 3}, {0, 2, 8}}) {
        SCOPED_TRACE(testing::PrintToString(halves));
        std::vector<Tick> starts;
        for (const Tick half : halves) starts.push_back(half * rate_.bit / 2);
        Receivers receivers;
        receivers.rate(rate_.index);
        receivers.card(levels(antenna(rate_.residuals[0]), starts, rate_.pauses[1]));
        ASSERT_EQ(receivers.card_frames.size(), 1U);
        EXPECT_TRUE(receivers.card_frames[0].error);
        EXPECT_EQ(receivers.card_frames[0].eof,
                  Start + starts.back() + rate_.pauses[1] + 1 + rate_.after_z + DecisionTicks + 1);
    }
}

TEST_P(CardRates, PauseThatEndsTooCloseToDIsNotHeard) {
    const Tick pause = rate_.pauses[1];
    const Tick decision = rate_.bit + pause + 1 + rate_.after_z + DecisionTicks;
    const Tick last = decision - PauseEndLatency - (PauseHoldTicks >> rate_.index) - 1 - pause;
    for (Tick start = last; start < decision - 2; ++start) {
        SCOPED_TRACE(start);
        Receivers receivers;
        receivers.rate(rate_.index);
        receivers.card(levels(antenna(rate_.residuals[0]), {0, rate_.bit, start}, pause));
        ASSERT_EQ(receivers.card_frames.size(), 1U);
        EXPECT_EQ(receivers.card_frames[0].error, start == last);
        // A pause that hides the field at D holds the end back.
        if (start != last) {
            EXPECT_GE(receivers.card_frames[0].eof, Start + decision + 1);
            EXPECT_LE(receivers.card_frames[0].eof, Start + decision + 1 + pause);
        }
    }
}

TEST_P(CardRates, ShortDipIsNoPause) {
    const std::array<Tick, 4> shortest{10, 6, 4, 2};  // docs/choices.md
    const Tick width = shortest[rate_.index] - 1;
    const auto starts = miller(bits_of(Anticol), rate_.bit);
    Levels all = levels(antenna(rate_.residuals[0]), starts, rate_.pauses[1]);
    std::fill_n(all.begin() + Start - 600, width, std::uint16_t{0});
    Receivers receivers;
    receivers.rate(rate_.index);
    receivers.card(all);
    ASSERT_EQ(receivers.card_frames.size(), 1U);
    EXPECT_EQ(receivers.card_frames[0].bits, bits_of(Anticol));
}

TEST_P(CardRates, SlowerFrameIsNoFrame) {
    const auto starts = miller(bits_of(Anticol));
    Receivers receivers;
    receivers.rate(rate_.index);
    receivers.card(levels(antenna(0.0), starts, 34));
    for (const Heard& frame : receivers.card_frames) {
        EXPECT_TRUE(frame.error || frame.bits.size() < 7);
    }
}

}  // namespace
