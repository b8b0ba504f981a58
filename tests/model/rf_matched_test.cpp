// Ideal receivers, against the theory of signals in white noise; load waveforms: iso14443.md, 1.4,
// 1.5 and 2.2.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "air_bits.hpp"
#include "rf/matched.hpp"
#include "rf/miller.hpp"
#include "rf/nrz.hpp"

namespace rf {
namespace {

using model_test::bits;
using model_test::show;
using port::BitRate;
using port::Technology;

constexpr BitRate All[] = {BitRate::Fc128, BitRate::Fc64, BitRate::Fc32, BitRate::Fc16};

std::string shown(const base::Bits& load, std::size_t from, std::size_t count) {
    return show(base::BitView{load}.subspan(from, count));
}
const std::string On = "1111111100000000";
const std::string Off(16, '0');
const std::string Opposite = "0000000011111111";

TEST(PiccLoad, ManchesterBeginsLoadedInEachHalf) {
    const auto load = load_of({bits("10"), 0});
    ASSERT_EQ(load.size(), 3 * 128U);
    EXPECT_EQ(shown(load, 0, 64), On + On + On + On);
    EXPECT_EQ(shown(load, 64, 64), Off + Off + Off + Off);
    EXPECT_EQ(shown(load, 128, 16), On);
    EXPECT_EQ(shown(load, 192, 16), Off);
    EXPECT_EQ(shown(load, 256, 16), Off);
    EXPECT_EQ(shown(load, 320, 64), On + On + On + On);
}

TEST(PiccLoad, TypeAAboveFc128HasAReferenceAndAStartBit) {
    const auto load = load_of({bits("10"), 7, Technology::A, BitRate::Fc32});
    ASSERT_EQ(load.size(), 512 + 3 * 32U);
    for (std::size_t at = 0; at < 512; at += 16) EXPECT_EQ(shown(load, at, 16), On);
    EXPECT_EQ(shown(load, 512, 32), Opposite + Opposite);
    EXPECT_EQ(shown(load, 544, 32), On + On);
    EXPECT_EQ(shown(load, 576, 32), Opposite + Opposite);
}

TEST(PiccLoad, TypeBHasCharactersBetweenSofAndEof) {
    const PiccFrame frame{bits("01010000"), 0, Technology::B};
    EXPECT_EQ(show(phase_symbols(frame)),
              "000000000011"
              "0"
              "01010000"
              "1"
              "0000000000"
              "1");
    const auto load = load_of(frame);
    ASSERT_EQ(load.size(), frame.end());
    EXPECT_EQ(shown(load, 1408 - 16, 32), On + Opposite);
    EXPECT_EQ(shown(load, frame.end() - 128 - 16, 32), Opposite + On);
}

/// Levels of a load that takes `depth` off 100, with noise.
std::vector<double> levels_of(const base::Bits& load, double depth, double deviation,
                              std::mt19937& random) {
    std::normal_distribution<double> noise{0, deviation};
    std::vector<double> levels;
    levels.reserve(load.size());
    for (const auto on : load) levels.push_back(100 - (on != 0 ? depth : 0) + noise(random));
    return levels;
}

base::Bits random_bits(std::size_t count, std::mt19937& random) {
    base::Bits out(count);
    for (auto& bit : out) bit = random() & 1;
    return out;
}

double tail(double x) { return 0.5 * std::erfc(x / std::sqrt(2.0)); }

/// Wrong bits of `count` must be what the theory says, but for five deviations.
void expect_rate(std::size_t wrong, std::size_t count, double probability) {
    const double expected = probability * static_cast<double>(count);
    EXPECT_NEAR(static_cast<double>(wrong), expected, 5 * std::sqrt(expected));
}

std::size_t distance(const base::Bits& a, const base::Bits& b) {
    EXPECT_EQ(a.size(), b.size());
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < a.size(); ++i) wrong += a[i] != b[i] ? 1U : 0U;
    return wrong;
}

TEST(Matched, ErrorsOfCardsFramesAreThoseOfTheory) {
    constexpr unsigned Seed = 31;
    constexpr double Depth = 2;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    for (const auto technology : {Technology::A, Technology::B}) {
        for (const auto rate : All) {
            SCOPED_TRACE(testing::Message()
                         << static_cast<int>(technology) << " " << static_cast<int>(rate));
            PiccFrame frame{{}, 0, technology, rate};
            const auto ticks = static_cast<double>(port::bit_ticks(rate));
            const double k = std::sqrt(ticks) / (frame.is_ook() ? 4 : 2);
            // Two wrong bits in a hundred: Q(2.054) = 0.02.
            const double deviation = Depth * k / 2.054;
            std::size_t wrong = 0;
            std::size_t count = 0;
            for (int i = 0; i < 100; ++i) {
                frame.bits = random_bits(160, random);
                const auto levels = levels_of(load_of(frame), Depth, deviation, random);
                const auto heard = matched_bits(levels, frame);
                wrong += distance(heard, frame.bits);
                count += heard.size();
            }
            expect_rate(wrong, count, tail(2.054));
        }
    }
}

TEST(Matched, ErrorsOfTypeBReadersFramesAreThoseOfTheory) {
    constexpr unsigned Seed = 32;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    for (const auto rate : All) {
        const double deviation = 10 * std::sqrt(static_cast<double>(port::bit_ticks(rate))) / 2;
        std::normal_distribution<double> noise{0, deviation / 2.054};
        std::size_t wrong = 0;
        for (int i = 0; i < 100; ++i) {
            const auto sent = random_bits(160, random);
            const port::FramingB framing{11, 3, 50};
            std::vector<double> levels(nrz_end(sent, 0, rate, framing).end - 1, 100.0);
            for (const auto& low : nrz_lows(sent, 0, rate, framing)) {
                std::fill(levels.begin() + static_cast<std::ptrdiff_t>(low.on),
                          levels.begin() + static_cast<std::ptrdiff_t>(low.off), 90.0);
            }
            for (auto& level : levels) level += noise(random);
            wrong += distance(matched_bits(levels, sent.size(), rate, framing), sent);
        }
        expect_rate(wrong, 16000, tail(2.054));
    }
}

/// Levels of a type A reader's frame, 100 and 0, one bit time more than up to EOC.
std::vector<double> miller_levels(const base::Bits& sent, BitRate rate, unsigned pause) {
    const auto bit = port::bit_ticks(rate);
    std::vector<double> levels((sent.size() + 3) * bit, 100.0);
    for (const auto start : pause_starts(sent, 0, rate))
        std::fill_n(levels.begin() + static_cast<std::ptrdiff_t>(start), pause, 0.0);
    return levels;
}

TEST(Matched, TypeAReadersFrameIsTheOneNearestToWhatArrived) {
    constexpr unsigned Seed = 34;
    constexpr std::size_t Bits = 7;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    for (const auto rate : All) {
        SCOPED_TRACE(static_cast<int>(rate));
        const auto length = static_cast<unsigned>(port::bit_ticks(rate)) / 4;
        const PauseShape pause{100, std::vector<double>(length, 0.0)};
        // Half of the frames are mistaken: the distance of two frames is a pause at least.
        std::normal_distribution<double> noise{0, 50 * std::sqrt(length)};
        std::size_t wrong = 0;
        for (int i = 0; i < 200; ++i) {
            const auto sent = random_bits(Bits, random);
            auto levels = miller_levels(sent, rate, length);
            for (auto& level : levels) level += noise(random);
            base::Bits nearest;
            double least = std::numeric_limits<double>::infinity();
            for (unsigned value = 0; value < 1U << Bits; ++value) {
                base::Bits candidate;
                for (unsigned bit = 0; bit < Bits; ++bit) candidate.push_back(value >> bit & 1);
                const auto clean = miller_levels(candidate, rate, length);
                double sum = 0;
                for (std::size_t tick = 0; tick < clean.size(); ++tick)
                    sum += (levels[tick] - clean[tick]) * (levels[tick] - clean[tick]);
                if (sum < least) {
                    least = sum;
                    nearest = candidate;
                }
            }
            wrong += nearest != sent ? 1U : 0U;
            ASSERT_EQ(show(matched_bits(levels, Bits, rate, pause)), show(nearest)) << i;
        }
        EXPECT_GT(wrong, 50U) << "noise that decides nothing";
    }
}

TEST(Matched, SignAndShapeOfTheSubcarrierDoNotMatter) {
    constexpr unsigned Seed = 33;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    for (const auto technology : {Technology::A, Technology::B}) {
        for (const auto rate : All) {
            PiccFrame frame{random_bits(72, random), 0, technology, rate};
            for (const double depth : {-3.0, 3.0}) {
                const auto levels = levels_of(load_of(frame), depth, 0, random);
                EXPECT_EQ(show(matched_bits(levels, frame)), show(frame.bits));
            }
        }
    }
    // A slow antenna, and a period as it makes it.
    PiccFrame frame{random_bits(72, random), 0, Technology::A, BitRate::Fc16};
    auto levels = levels_of(load_of(frame), 3, 0, random);
    for (std::size_t i = 1; i < levels.size(); ++i) levels[i] += 0.7 * (levels[i - 1] - levels[i]);
    Period period{};
    std::copy_n(levels.begin() + 256, period.size(), period.begin());
    EXPECT_EQ(show(matched_bits(levels, frame, period)), show(frame.bits));
}

}  // namespace
}  // namespace rf
