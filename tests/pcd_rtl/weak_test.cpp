// Answers that are weak, noisy, off in clock or fading, heard by the whole reader: frames of
// tb/curves at places where docs/numbers.md has the receivers alone lose next to none.
#include <gtest/gtest.h>

#include <algorithm>

#include "bench.hpp"
#include "curves/air.hpp"
#include "driver/pcd_driver.hpp"

namespace {

using base::Bytes;
using base::Tick;
using curves::Conditions;
using curves::Link;
using port::BitRate;
using port::Technology;

constexpr std::uint32_t Seed = 2026;

/// The bytes of a frame of the air; those of type A have a parity bit each.
Bytes bytes_of(const base::Bits& bits, bool parity) {
    Bytes bytes;
    for (std::size_t at = 0; at < bits.size(); at += parity ? 9 : 8) {
        unsigned byte = 0;
        for (unsigned bit = 0; bit < 8; ++bit) byte |= unsigned{bits.at(at + bit)} << bit;
        bytes.push_back(static_cast<std::uint8_t>(byte));
    }
    return bytes;
}

struct Case {
    const char* name;
    Technology technology;
    BitRate rate;
    double tenth;    ///< dB at which one frame in ten is wrong
    double snr;      ///< one in a hundred
    double weakest;  ///< load modulation of the level that is still heard
    double quiet;    ///< where there is no noise
    double least;    ///< from here on without a gap
    double ppm;      ///< by which the card's clock may be off
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class WeakAnswers : public testing::TestWithParam<Case> {
protected:
    Link link() const { return {curves::Receiver::Reader, GetParam().technology, GetParam().rate}; }
    double noise(double above) const {
        return curves::noise_for(link(), curves::usual_depth(link()), GetParam().snr + above);
    }

    /// Frames of `count` that a reader with its field on gets wrong.
    unsigned wrong(const Conditions& conditions, unsigned count) const {
        bench::Bench bench;
        bench.noise(conditions.noise);
        driver::PcdDriver driver{bench};
        driver.field(true, 1000);
        curves::Air air{link(), conditions, Seed};
        unsigned result = 0;
        for (unsigned i = 0; i < count; ++i) {
            const auto frame = air.next();
            bench.card([&](const bench::SentFrame& sent) {
                return bench::Reply{.start = sent.end, .levels = frame.samples};
            });
            const bool is_b = link().is_b();
            const auto answer = driver.exchange({.data = {0x50, 0x00},
                                                 .start = std::max<Tick>(driver.now(), 6000),
                                                 .timeout = 6000,
                                                 .technology = link().technology,
                                                 .rx_rate = link().rate});
            if (answer.data != bytes_of(frame.sent, !is_b) || answer.errors.any()) ++result;
        }
        EXPECT_EQ(bench.check_failures(), 0);
        return result;
    }
};

TEST_P(WeakAnswers, NoiseTakesHardlyOne) {
    EXPECT_LE(wrong({curves::usual_depth(link()), noise(1)}, 60), 2U);
}

// The same signal-to-noise ratio of weak and strong answers. 300 frames spread by 5 around 30; the
// most that a link loses of them today are 42.
TEST_P(WeakAnswers, AtItsThresholdNoiseTakesATenthHoweverStrongTheyAre) {
    for (const double depth : {0.01, 0.02, 0.08, 0.12, 0.2}) {
        SCOPED_TRACE(depth);
        const double noise = curves::noise_for(link(), depth, GetParam().tenth);
        EXPECT_LE(wrong({depth, noise}, 300), 42U);
    }
}

TEST_P(WeakAnswers, AreHeardFromTheWeakestToTheStrongest) {
    for (const double depth : {GetParam().weakest, 0.1, 0.4}) {
        SCOPED_TRACE(depth);
        EXPECT_EQ(wrong({depth, 0.001}, 20), 0U);
    }
}

// A bit more or less in what the receiver adds up is more than it may lose here and there.
TEST_P(WeakAnswers, EveryStrengthIsHeardWhereThereIsNoNoise) {
    constexpr double Strongest = 0.45;
    constexpr double Step = 1.07;
    for (double depth = GetParam().quiet; depth < Strongest; depth *= Step) {
        SCOPED_TRACE(depth);
        EXPECT_EQ(wrong({depth, 0}, 2), 0U);
    }
}

// Where a receiver but just hears, one unit of its thresholds is one too many.
TEST_P(WeakAnswers, HardlyAUnitOfTheConverterIsLost) {
    constexpr double Step = 1.01;
    constexpr double Range = 1.4;
    const double least = GetParam().least;
    for (double depth = least; depth < Range * least; depth *= Step) {
        SCOPED_TRACE(depth);
        EXPECT_EQ(wrong({depth, 0}, 2), 0U);
    }
}

TEST_P(WeakAnswers, TheCardsClockMayBeOff) {
    for (const double ppm : {-GetParam().ppm, -516., 516., GetParam().ppm}) {
        SCOPED_TRACE(ppm);
        EXPECT_EQ(wrong({curves::usual_depth(link()), noise(5), ppm}, 40), 0U);
    }
}

TEST_P(WeakAnswers, MayFade) {
    for (const double hertz : {100., 300., 1000., 3000.}) {
        SCOPED_TRACE(hertz);
        EXPECT_EQ(wrong({curves::usual_depth(link()), noise(15), 0, hertz}, 20), 0U);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Links, WeakAnswers,
    testing::Values(
        Case{"A106", Technology::A, BitRate::Fc128, 21.5, 25.0, 0.0056, 0.002, 0.00107, 10'000},
        Case{"A212", Technology::A, BitRate::Fc64, 17.4, 18.5, 0.004, 0.003, 0.00339, 1000},
        Case{"A424", Technology::A, BitRate::Fc32, 14.8, 16.5, 0.004, 0.003, 0.00339, 1000},
        Case{"A848", Technology::A, BitRate::Fc16, 13.5, 17.0, 0.004, 0.003, 0.00339, 1000},
        Case{"B106", Technology::B, BitRate::Fc128, 15.5, 17.3, 0.002, 0.002, 0.00339, 1000},
        Case{"B212", Technology::B, BitRate::Fc64, 13.9, 16.0, 0.0028, 0.002, 0.00339, 1000},
        Case{"B424", Technology::B, BitRate::Fc32, 13.4, 15.2, 0.004, 0.002, 0.00339, 1000},
        Case{"B848", Technology::B, BitRate::Fc16, 12.8, 14.1, 0.004, 0.0035, 0.00339, 1000}),
    [](const auto& test) { return test.param.name; });

}  // namespace
