// The reader's receiver of phases: type A above fc/128, type B. Frames: iso14443.md 1.5, 2.2, 2.3
// and 9.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "base/hex.hpp"
#include "bpsk_receiver.hpp"

namespace {

using namespace rf_test;

constexpr Tick SofLatency = 320;  // nfc_pkg.sv
constexpr Tick EofLatency = 3;

const base::Bytes Atqb = base::from_hex("50566473F200000000808171C8AD").value();
const base::Bytes PpsAnswer = base::from_hex("D07387").value();

/// The load shows at once, as the air of the simulation has it.
Antenna plain_antenna() {
    Antenna antenna;
    antenna.fall = 1;
    antenna.rise = 1;
    return antenna;
}

Levels levels_of(const Antenna& antenna, const std::vector<Phase>& phases, Tick start,
                 const std::vector<double>& strength = {}) {
    const auto loads = delayed(bpsk(phases), start);
    return antenna.level({}, loads, loads.size() + 900, 12, strength);
}

/// The only frame of a card that begins at tick `start`.
HeardPhases heard(const Levels& levels, bool type_b, unsigned rate) {
    BpskReceiver receiver{type_b, rate};
    receiver.take(levels);
    EXPECT_EQ(receiver.frames.size(), 1U);
    return receiver.frames.empty() ? HeardPhases{} : receiver.frames.back();
}

base::Bytes random_bytes(std::mt19937& random, std::size_t size) {
    base::Bytes bytes(size);
    std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(random()); });
    return bytes;
}

TEST(BpskDecoder, SofOfTypeAIsExactForEachPhaseAndRate) {
    for (const unsigned rate : {1U, 2U, 3U}) {
        for (Tick phase = 0; phase < 32; ++phase) {
            SCOPED_TRACE(testing::Message() << "rate " << rate << " phase " << phase);
            const Tick start = 1000 + phase;
            const auto bits = with_last_even(PpsAnswer);
            const auto frame =
                heard(levels_of(plain_antenna(), bpsk_a(bits, rate), start), false, rate);
            EXPECT_EQ(frame.sof, start + SofLatency);
            EXPECT_EQ(frame.bits, bits);
            EXPECT_FALSE(frame.error);
            const Tick end = start + length(bpsk_a(bits, rate));
            EXPECT_GE(frame.eof, end + 16);
            EXPECT_LE(frame.eof, end + 128);
        }
    }
}

TEST(BpskDecoder, TypeBIsExactForEachPhaseAndRate) {
    for (const unsigned rate : {0U, 1U, 2U, 3U}) {
        for (Tick phase = 0; phase < 32; ++phase) {
            SCOPED_TRACE(testing::Message() << "rate " << rate << " phase " << phase);
            const Tick start = 1000 + phase;
            const auto phases = bpsk_b(Atqb, rate);
            const auto frame = heard(levels_of(plain_antenna(), phases, start), true, rate);
            EXPECT_EQ(frame.sof, start + SofLatency);
            EXPECT_EQ(frame.bits, plain(Atqb));
            EXPECT_FALSE(frame.error);
            EXPECT_EQ(frame.eof, start + length(phases) - (128 >> rate) + EofLatency);
        }
    }
}

TEST(BpskDecoder, ReadsLongAndShortFramesOfRandomBytes) {
    std::mt19937 random{3};
    for (int round = 0; round < 60; ++round) {
        const bool type_b = round % 2 == 0;
        const auto rate = static_cast<unsigned>(type_b ? random() % 4 : 1 + random() % 3);
        const auto bytes = random_bytes(random, 1 + random() % 40);
        SCOPED_TRACE(testing::Message() << "round " << round << " rate " << rate);
        const Tick start = 1000 + static_cast<Tick>(random() % 500);
        const auto bits = type_b ? plain(bytes) : with_last_even(bytes);
        const auto phases = type_b ? bpsk_b(bytes, rate) : bpsk_a(bits, rate);
        const auto frame = heard(levels_of({}, phases, start), type_b, rate);
        EXPECT_EQ(frame.bits, bits);
        EXPECT_FALSE(frame.error);
        EXPECT_NEAR(static_cast<double>(frame.sof), static_cast<double>(start + SofLatency), 4);
    }
}

TEST(BpskDecoder, ReadsPartsOfBytesOfTypeA) {
    for (const unsigned rate : {1U, 2U, 3U}) {
        for (const std::size_t size : {4U, 5U, 14U}) {
            SCOPED_TRACE(testing::Message() << "rate " << rate << " bits " << size);
            base::Bits bits = with_last_even(PpsAnswer);
            bits.resize(size);
            const auto frame =
                heard(levels_of(plain_antenna(), bpsk_a(bits, rate), 1200), false, rate);
            EXPECT_EQ(frame.bits, bits);
        }
    }
}

TEST(BpskDecoder, ReadsWeakAndStrongLoadModulation) {
    for (const unsigned rate : {0U, 1U, 2U, 3U}) {
        const bool type_b = rate == 0;
        const auto bits = type_b ? plain(Atqb) : with_last_even(Atqb);
        const auto phases = type_b ? bpsk_b(Atqb, rate) : bpsk_a(bits, rate);
        for (const double load : {0.006, 0.01, 0.03, 0.12, 0.46}) {
            for (const double carrier : {0.25, 0.75}) {
                if (load * carrier < 0.004) continue;
                for (Tick phase = 0; phase < 16; phase += 3) {
                    SCOPED_TRACE(testing::Message()
                                 << load << " of " << carrier << " rate " << rate << " " << phase);
                    Antenna antenna;
                    antenna.load = load;
                    antenna.carrier = carrier;
                    const auto frame =
                        heard(levels_of(antenna, phases, 1500 + phase), type_b, rate);
                    EXPECT_EQ(frame.bits, bits);
                    EXPECT_FALSE(frame.error);
                    EXPECT_NEAR(static_cast<double>(frame.sof),
                                static_cast<double>(1500 + phase + SofLatency), 8);
                }
            }
        }
    }
}

TEST(BpskDecoder, ReadsThroughNoiseAndFading) {
    std::mt19937 random{11};
    for (std::uint32_t seed = 1; seed <= 100; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        const unsigned rate = seed % 4;
        const bool type_b = rate == 0 || seed % 8 < 4;
        const auto bytes = random_bytes(random, 20);
        const auto bits = type_b ? plain(bytes) : with_last_even(bytes);
        const auto phases = type_b ? bpsk_b(bytes, rate) : bpsk_a(bits, rate);
        Antenna antenna;
        antenna.noise = 0.015;  // peak; the load modulation is 9 % of full scale
        antenna.seed = seed;
        std::vector<double> strength(static_cast<std::size_t>(length(phases)) + 5000, 1.0);
        for (std::size_t i = 0; i < strength.size(); ++i)
            strength[i] = 0.65 + 0.35 * std::cos(static_cast<double>(i) / 900.0);
        const auto frame = heard(levels_of(antenna, phases, 2000, strength), type_b, rate);
        EXPECT_EQ(frame.bits, bits) << "rate " << rate;
        EXPECT_FALSE(frame.error);
    }
}

TEST(BpskDecoder, NoiseAloneIsNoFrame) {
    for (const unsigned rate : {0U, 3U}) {
        BpskReceiver receiver{rate == 0, rate};
        Antenna antenna;
        antenna.noise = 0.05;
        receiver.take(antenna.level({}, {}, 400'000, 12));
        for (const auto& frame : receiver.frames) EXPECT_TRUE(frame.lost);
        EXPECT_LE(receiver.frames.size(), 2U);
    }
}

TEST(BpskDecoder, FollowsACardsClock) {
    const auto bytes = base::Bytes(200, 0x5A);
    for (const double ppm : {-120.0, 120.0}) {
        for (const unsigned rate : {0U, 2U}) {
            SCOPED_TRACE(testing::Message() << ppm << " ppm, rate " << rate);
            const bool type_b = rate == 0;
            const auto bits = type_b ? plain(bytes) : with_last_even(bytes);
            const auto loads = bpsk(type_b ? bpsk_b(bytes, rate) : bpsk_a(bits, rate));
            Switch other;
            for (std::size_t i = 0;; ++i) {
                const auto at = static_cast<std::size_t>(static_cast<double>(i) * (1 + ppm / 1e6));
                if (at >= loads.size()) break;
                other.push_back(loads[at]);
            }
            other = delayed(other, 1234);
            const auto frame =
                heard(plain_antenna().level({}, other, other.size() + 900, 12), type_b, rate);
            EXPECT_EQ(frame.bits, bits);
        }
    }
}

TEST(BpskDecoder, TakesTheFreedomOfTypeB) {
    for (const unsigned rate : {0U, 1U, 2U, 3U}) {
        for (const Tick tr1 : {512, 1280, 1283, 3200}) {
            for (const Tick egt : {0, 16, 17, 128, 272}) {
                SCOPED_TRACE(testing::Message() << "rate " << rate << " " << tr1 << " " << egt);
                // Phases change where a period of the subcarrier begins.
                const FrameB how{.tr1 = tr1 / 16 * 16,
                                 .sof_low = egt == 0 ? 11 : 10,
                                 .sof_high = tr1 == 512 ? 3 : 2,
                                 .eof_low = egt == 17 ? 11 : 10,
                                 .egt = egt / 16 * 16};
                const auto frame = heard(levels_of({}, bpsk_b(Atqb, rate, how), 1100), true, rate);
                EXPECT_EQ(frame.bits, plain(Atqb));
                EXPECT_FALSE(frame.error);
            }
        }
    }
}

TEST(BpskDecoder, TellsABrokenCharacter) {
    auto phases = bpsk_b(Atqb, 0);
    phases.at(3 + 10 + 9).bit = 0;  // stop bit of the second character, 56, whose last bit is 0
    auto frame = heard(levels_of({}, phases, 1000), true, 0);
    EXPECT_TRUE(frame.error);
    EXPECT_GE(frame.eof, 0);
    // The subcarrier ends inside the frame.
    phases = bpsk_b(Atqb, 0);
    phases.resize(40);
    frame = heard(levels_of({}, phases, 1000), true, 0);
    EXPECT_TRUE(frame.error);
    EXPECT_GE(frame.eof, 0);
    EXPECT_EQ(frame.bits.size() % 8, 0U);
}

TEST(BpskDecoder, ASubcarrierWithoutAFrameIsTakenBack) {
    for (const bool type_b : {false, true}) {
        BpskReceiver receiver{type_b, 1};
        receiver.take(levels_of({}, {{1, 3000}}, 1000));
        ASSERT_EQ(receiver.frames.size(), type_b ? 1U : receiver.frames.size());
        for (const auto& frame : receiver.frames) {
            EXPECT_TRUE(frame.lost);
            EXPECT_TRUE(frame.bits.empty());
        }
        // Nothing of it is left.
        const auto bits = type_b ? plain(Atqb) : with_last_even(Atqb);
        receiver.take(levels_of({}, type_b ? bpsk_b(Atqb, 1) : bpsk_a(bits, 1), 1000));
        EXPECT_EQ(receiver.frames.back().bits, bits);
    }
}

TEST(BpskDecoder, ShortStraySubcarrierIsNoFrame) {
    BpskReceiver receiver{true, 0};
    receiver.take(levels_of({}, {{1, 160}}, 1000));
    EXPECT_TRUE(receiver.frames.empty());
    receiver.take(levels_of({}, bpsk_b(Atqb, 0), 300));
    ASSERT_EQ(receiver.frames.size(), 1U);
    EXPECT_EQ(receiver.frames.back().bits, plain(Atqb));
}

}  // namespace
