// The reader's receiver: subcarrier receiver and Manchester decoder.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "receivers.hpp"

namespace {

using namespace rf_test;

constexpr Tick SofLatency = 263;                             // nfc_pkg.sv
const char* const Atqa = "00100000.0 00000000.1";            // 04 00
const char* const Sak = "00010000.0 01101101.0 10111011.1";  // 08 B6 DD

/// An answer that starts at tick `start`, and 600 ticks of silence after it.
Levels answer(const Antenna& antenna, const base::Bits& bits, Tick start) {
    const auto loads = delayed(manchester(bits), start);
    return antenna.level({}, loads, loads.size() + 600, 12);
}

/// The only frame in `levels`.
Heard heard(const Levels& levels) {
    Receivers receivers;
    receivers.reader(levels);
    EXPECT_EQ(receivers.reader_frames.size(), 1U);
    return receivers.reader_frames.empty() ? Heard{} : receivers.reader_frames.back();
}

void expect_clean(const Heard& frame, const base::Bits& bits) {
    EXPECT_EQ(frame.bits, bits);
    EXPECT_EQ(frame.collisions, base::Bits(bits.size(), 0));
    EXPECT_FALSE(frame.error);
}

base::Bits random_frame(std::mt19937& random, std::size_t size) {
    base::Bytes bytes(size);
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(random()); });
    return with_parity(bytes);
}

/// Its edges take no time.
Antenna plain_antenna() {
    Antenna antenna;
    antenna.fall = 1;
    antenna.rise = 1;
    return antenna;
}

TEST(ManchesterDecoder, SofComesExactlyAtTheLatencyForEachPhase) {
    // The usual antenna is half way up or down a tick later.
    for (const auto& [antenna, late] : {std::pair{plain_antenna(), 0}, {Antenna{}, 1}}) {
        for (Tick phase = 0; phase < 64; ++phase) {
            SCOPED_TRACE(testing::Message() << "phase " << phase << ", late " << late);
            const Heard frame = heard(answer(antenna, bits_of(Atqa), 300 + phase));
            EXPECT_EQ(frame.sof, 300 + phase + SofLatency + late);
            expect_clean(frame, bits_of(Atqa));
            // The end is known soon after the bit time that stays silent.
            const Tick end = 300 + phase + 128 * 19;
            EXPECT_GE(frame.eof, end + 128 - 16);
            EXPECT_LE(frame.eof, end + 128 + 16);
        }
    }
}

TEST(ManchesterDecoder, ReadsWeakAndStrongLoadModulation) {
    for (const double load : {0.006, 0.01, 0.03, 0.12, 0.46}) {
        for (const double carrier : {0.25, 0.75}) {
            if (load * carrier < 0.004) {
                continue;
            }
            for (Tick phase = 0; phase < 16; ++phase) {
                SCOPED_TRACE(testing::Message() << load << " of " << carrier << " phase " << phase);
                Antenna antenna;
                antenna.load = load;
                antenna.carrier = carrier;
                const Heard frame = heard(answer(antenna, bits_of(Sak), 700 + phase));
                expect_clean(frame, bits_of(Sak));
                EXPECT_NEAR(static_cast<double>(frame.sof),
                            static_cast<double>(700 + phase + SofLatency), 6);
            }
        }
    }
}

TEST(ManchesterDecoder, ReadsThroughNoise) {
    std::mt19937 random{7};
    for (std::uint32_t seed = 1; seed <= 100; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        Antenna antenna;
        antenna.load = 0.02;
        antenna.noise = 0.008;  // peak, half of the depth of the load modulation
        antenna.seed = seed;
        const auto bits = random_frame(random, 18);
        const Heard frame = heard(answer(antenna, bits, 1500));
        expect_clean(frame, bits);
        EXPECT_NEAR(static_cast<double>(frame.sof), 1500.0 + SofLatency, 16);
    }
}

TEST(ManchesterDecoder, NoiseAloneIsNoFrame) {
    // Many short times of listening, each of which learns anew how large the noise is, and long
    // ones.
    struct Listening {
        double noise;
        Tick ticks;
        unsigned times;
    };
    for (const auto& [noise, ticks, times] :
         {Listening{0.002, 4000, 300}, {0.01, 4000, 5000}, {0.01, 40'000, 500}}) {
        for (std::uint32_t seed = 1; seed <= times; ++seed) {
            SCOPED_TRACE(testing::Message() << noise << ", " << ticks << " ticks, seed " << seed);
            Antenna antenna;
            antenna.noise = noise;
            antenna.seed = seed;
            Receivers receivers;
            receivers.reader(antenna.level({}, {}, static_cast<std::size_t>(ticks), 12));
            EXPECT_EQ(receivers.reader_frames.size(), 0U) << receivers.reader_frames[0].sof;
        }
    }
}

TEST(ManchesterDecoder, ReadsThroughFading) {
    // The load modulation falls to a 29th and comes back within a frame.
    std::mt19937 random{11};
    for (int run = 0; run < 50; ++run) {
        SCOPED_TRACE(testing::Message() << "run " << run);
        const auto bits = random_frame(random, 18);
        const auto loads = delayed(manchester(bits), 700);
        std::vector<double> strength;
        for (std::size_t tick = 0; tick < loads.size(); ++tick) {
            const double swing =
                0.5 + 0.5 * std::cos(static_cast<double>(tick + 400U * run) / 1600.0);
            strength.push_back(std::pow(29.0, -swing));
        }
        Antenna antenna;
        antenna.load = 0.40;
        antenna.noise = 0.001;
        const Heard frame = heard(antenna.level({}, loads, loads.size() + 600, 12, strength));
        EXPECT_EQ(frame.bits, bits);
    }
}

TEST(ManchesterDecoder, StraySubcarrierBeforeTheSocIsNoFrame) {
    for (Tick phase = 0; phase < 16; ++phase) {
        SCOPED_TRACE(testing::Message() << "phase " << phase);
        auto loads = delayed(manchester(bits_of(Sak)), 900 + phase);
        for (Tick tick = 0; tick < 32; ++tick) {
            loads[static_cast<std::size_t>(600 + phase + tick)] = tick % 16 < 8 ? 1 : 0;
        }
        const Heard frame = heard(Antenna{}.level({}, loads, loads.size() + 600, 12));
        expect_clean(frame, bits_of(Sak));
        EXPECT_EQ(frame.sof, 900 + phase + SofLatency + 1);
    }
}

TEST(ManchesterDecoder, FollowsACardWhoseClockIsOff) {
    // Reader +100 ppm, card -100 ppm and the other way round; the longest frame.
    std::mt19937 random{3};
    for (const double drift : {1.0 + 2e-4, 1.0 - 2e-4}) {
        for (int run = 0; run < 20; ++run) {
            SCOPED_TRACE(testing::Message() << "drift " << drift << " run " << run);
            const auto bits = random_frame(random, run == 0 ? 256 : 64);
            const Switch exact = manchester(bits);
            Switch loads(1000, 0);
            for (std::size_t tick = 0;
                 static_cast<double>(tick) / drift < static_cast<double>(exact.size() - 1);
                 ++tick) {
                loads.push_back(exact[static_cast<std::size_t>(static_cast<double>(tick) / drift)]);
            }
            const Heard frame = heard(Antenna{}.level({}, loads, loads.size() + 600, 12));
            expect_clean(frame, bits);
        }
    }
}

TEST(ManchesterDecoder, CollisionsAreBitAccurate) {
    // So many cards say the one, so many the other.
    for (const auto& [ones, zeros] : {std::pair{1, 1}, {1, 2}, {2, 1}, {7, 1}, {1, 7}}) {
        std::mt19937 random{5};
        for (int run = 0; run < 20; ++run) {
            SCOPED_TRACE(testing::Message() << ones << ":" << zeros << " run " << run);
            const auto first = random_frame(random, 5);
            const auto second = random_frame(random, 5);
            const auto a = delayed(manchester(first), 500);
            const auto b = delayed(manchester(second), 500);
            const Switch any(a.size(), 1);
            std::vector<double> strength;
            for (std::size_t tick = 0; tick < a.size(); ++tick) {
                strength.push_back(a[tick] * ones + b[tick] * zeros);
            }
            Antenna antenna;
            antenna.load = 0.12;
            const Heard frame = heard(antenna.level({}, any, a.size() + 600, 12, strength));
            ASSERT_EQ(frame.bits.size(), first.size());
            for (std::size_t i = 0; i < first.size(); ++i) {
                EXPECT_EQ(frame.collisions[i] != 0, first[i] != second[i]) << "bit " << i;
                EXPECT_EQ(frame.bits[i], first[i] | second[i]) << "bit " << i;
            }
        }
    }
}

TEST(ManchesterDecoder, HearsNothingUnlessListening) {
    Receivers receivers;
    receivers.listen(false);
    receivers.reader(answer({}, bits_of(Atqa), 500));
    EXPECT_TRUE(receivers.reader_frames.empty());
    receivers.listen(true);
    receivers.reader(answer({}, bits_of(Atqa), 500));
    ASSERT_EQ(receivers.reader_frames.size(), 1U);
    EXPECT_EQ(receivers.reader_frames[0].bits, bits_of(Atqa));
}

TEST(ManchesterDecoder, FourBitAnswerIsRead) {
    for (const char* const text : {"0000", "0101", "1111", "1010"}) {
        SCOPED_TRACE(text);
        expect_clean(heard(answer({}, bits_of(text), 444)), bits_of(text));
    }
}

}  // namespace
