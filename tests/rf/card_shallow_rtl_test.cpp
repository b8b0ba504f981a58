// The card's type B receiver: shallow modulation and characters.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

#include "base/hex.hpp"
#include "receivers.hpp"

namespace {

using namespace rf_test;

constexpr Tick Start = 3000;       // of the SOF: the carrier is known by then

/// nfc_pkg.sv, ShallowTicks and ShallowDelay.
constexpr Tick latency(unsigned rate) { return (48 >> rate) + 4; }
const char* const Reqb = "0101000001 0000000001 0000000001 0100011101 0111111111";  // sheet, 2.3

base::Bytes bytes(const char* hex) { return base::from_hex(hex).value(); }

/// What is left of the level at modulation index m.
constexpr double left(double m) { return (1.0 - m) / (1.0 + m); }

Antenna antenna(double index, double noise = 0.0) {
    Antenna antenna;
    antenna.overshoot = 0.04;
    antenna.residual = left(index);
    antenna.noise = noise;
    return antenna;
}

Levels levels(const Antenna& air, const Switch& low, Tick rest = 4000) {
    return air.level(delayed(low, Start), {}, low.size() + static_cast<std::size_t>(Start + rest),
                     8);
}

void expect_bytes(const Receivers& receivers, base::ByteView expected) {
    ASSERT_EQ(receivers.b_frames.size(), 1U);
    EXPECT_EQ(base::to_hex(receivers.b_frames[0].bytes), base::to_hex(expected));
    EXPECT_GE(receivers.b_frames[0].eof, 0);
    EXPECT_FALSE(receivers.b_frames[0].error);
}

// A rise beyond the carrier is more than the edge, so that the sum of a long time is there earlier.
TEST(ShallowReceiver, EndOfFrameIsSeenExactlyAtItsLatency) {
    for (const double overshoot : {0.0, 0.04}) {
        for (unsigned rate = 0; rate < 4; ++rate) {
            for (const double index : {0.08, 0.10, 0.14, 0.20}) {
                SCOPED_TRACE(testing::Message() << "overshoot " << overshoot << " rate " << rate
                                                << " index " << index);
                FramingB framing;
                framing.bit = 128 >> rate;
                const Switch low = nrz(bytes("05 00 00 71 FF"), framing);
                Antenna air = antenna(index);
                air.overshoot = overshoot;
                Receivers receivers;
                receivers.rate(rate);
                receivers.card(levels(air, low));
                expect_bytes(receivers, bytes("05 00 00 71 FF"));
                const HeardB& frame = receivers.b_frames[0];
                // The modulation ends at Start + size, and E is a tick later.
                const Tick end = Start + static_cast<Tick>(low.size()) + 1;
                EXPECT_LE(frame.rise, end + latency(rate));
                EXPECT_GE(frame.rise, end + latency(rate) - (overshoot > 0 ? 4 : 0));
                EXPECT_LE(frame.eof, frame.rise + 2);
                // The fall passes the middle in its second tick.
                EXPECT_NEAR(static_cast<double>(frame.begin - latency(rate) - (48 >> rate)),
                            static_cast<double>(Start + 2), 1.0);
            }
        }
    }
}

TEST(NrzDecoder, ReadsTheFrameOfTheSheet) {
    Receivers receivers;
    receivers.card(levels(antenna(0.10), nrz_bits(Reqb)));
    expect_bytes(receivers, bytes("05 00 00 71 FF"));
}

TEST(NrzDecoder, TYB_14_ReadsAllFramingsAndDepths) {
    for (const double index : {0.08, 0.14}) {
        for (const Tick sof_low : {10, 11}) {
            for (const Tick sof_high : {2, 3}) {
                for (const Tick egt : {0, 773}) {
                    SCOPED_TRACE(testing::Message()
                                 << index << " " << sof_low << " " << sof_high << " " << egt);
                    FramingB framing;
                    framing.sof_low = framing.eof_low = sof_low;
                    framing.sof_high = sof_high;
                    framing.egt = egt;
                    Receivers receivers;
                    receivers.card(levels(antenna(index), nrz(bytes("05 00 08 39 73"), framing)));
                    expect_bytes(receivers, bytes("05 00 08 39 73"));
                }
            }
        }
    }
}

TEST(NrzDecoder, EgtAboveItsLimitBreaksTheFrameAtAnyRate) {
    for (unsigned rate = 0; rate < 4; ++rate) {
        for (const Tick egt : {773, 790}) {
            SCOPED_TRACE(testing::Message() << "rate " << rate << " EGT " << egt);
            FramingB framing;
            framing.bit = 128 >> rate;
            framing.egt = egt;
            Receivers receivers;
            receivers.rate(rate);
            receivers.card(levels(antenna(0.10), nrz(bytes("05 00 08 39 73"), framing)));
            ASSERT_GE(receivers.b_frames.size(), 1U);
            EXPECT_EQ(receivers.b_frames[0].error, egt > 773);
        }
    }
}

TEST(ShallowReceiver, ReadsEveryDepthThroughNoise) {
    constexpr unsigned Seed = 14;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    struct Case {
        double depth, noise;  // of the carrier
    };
    for (const Case& c : {Case{0.07, 0.0}, Case{0.07, 0.02}, Case{0.15, 0.05}, Case{0.18, 0.06},
                          Case{0.30, 0.08}, Case{0.45, 0.10}}) {
        for (unsigned rate = 0; rate < 4; ++rate) {
            for (int run = 0; run < 5; ++run) {
                SCOPED_TRACE(testing::Message() << "depth " << c.depth << " noise " << c.noise
                                                << " rate " << rate << " run " << run);
                base::Bytes data(1 + random() % 30);
                std::generate(data.begin(), data.end(),
                              [&] { return static_cast<std::uint8_t>(random()); });
                Antenna air = antenna(0.0, c.noise * Antenna{}.carrier);
                air.residual = 1.0 - c.depth;
                air.seed = static_cast<std::uint32_t>(random());
                FramingB framing;
                framing.bit = 128 >> rate;
                // A bit of fc/16 is too short to average much noise away.
                if (rate > 0) air.noise /= rate == 3 ? 3.0 : 1.5;
                Receivers receivers;
                receivers.rate(rate);
                receivers.card(levels(air, nrz(data, framing)));
                expect_bytes(receivers, data);
            }
        }
    }
}

TEST(ShallowReceiver, FollowsACarrierThatChanges) {
    Receivers receivers;
    Levels all(1000, 0);
    for (const double carrier : {0.9, 0.3, 0.5, 0.25, 0.75, 0.9}) {
        Antenna air = antenna(0.12);
        air.carrier = carrier;
        const Levels more = levels(air, nrz(bytes("05 00 00 71 FF")));
        all.insert(all.end(), more.begin(), more.end());
    }
    receivers.card(all);
    ASSERT_EQ(receivers.b_frames.size(), 6U);
    for (const HeardB& frame : receivers.b_frames) {
        EXPECT_EQ(frame.bytes, bytes("05 00 00 71 FF"));
        EXPECT_FALSE(frame.error);
    }
}

TEST(ShallowReceiver, DipsAreNoEdges) {
    // Dips and peaks of less than a quarter of a bit anywhere.
    constexpr unsigned Seed = 4;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    for (int run = 0; run < 40; ++run) {
        SCOPED_TRACE(run);
        Switch low = delayed(nrz(bytes("50 56 64 73 F2 84 4C")), Start);
        low.resize(low.size() + 2000, 0);
        for (std::size_t at = 200; at + 400 < low.size(); at += 256) {
            const std::size_t from = at + random() % 128;
            // Not where an edge is near: that only moves it.
            if (std::all_of(low.begin() + static_cast<std::ptrdiff_t>(from) - 40,
                            low.begin() + static_cast<std::ptrdiff_t>(from) + 60,
                            [&](std::uint8_t v) { return v == low[from]; })) {
                std::fill_n(low.begin() + static_cast<std::ptrdiff_t>(from), 20,
                            static_cast<std::uint8_t>(low[from] ^ 1U));
            }
        }
        Receivers receivers;
        receivers.card(antenna(0.10).level(low, {}, low.size() + 2000, 8));
        expect_bytes(receivers, bytes("50 56 64 73 F2 84 4C"));
    }
}

TEST(NrzDecoder, SofOutOfItsRangesIsNoFrame) {
    for (const auto& [sof_low, sof_high, ok] :
         {std::tuple{10, 2, true}, {9, 2, false}, {12, 2, false}, {10, 1, false}, {10, 4, false}}) {
        SCOPED_TRACE(testing::Message() << sof_low << " " << sof_high);
        FramingB framing;
        framing.sof_low = sof_low;
        framing.sof_high = sof_high;
        Receivers receivers;
        receivers.card(levels(antenna(0.10), nrz(bytes("05 00 00 71 FF"), framing)));
        const bool heard = !receivers.b_frames.empty() && !receivers.b_frames[0].error &&
                           receivers.b_frames[0].bytes == bytes("05 00 00 71 FF");
        EXPECT_EQ(heard, ok);
    }
}

TEST(NrzDecoder, StopBitZeroBreaksTheFrameAndTheNextOneIsHeard) {
    const char* const broken = "0101000001 0000001000 0000000001 0100011101 0111111111";
    Receivers receivers;
    receivers.card(levels(antenna(0.10), nrz_bits(broken)));
    ASSERT_EQ(receivers.b_frames.size(), 1U);
    EXPECT_TRUE(receivers.b_frames[0].error);
    EXPECT_EQ(receivers.b_frames[0].bytes, bytes("05"));
    receivers.card(levels(antenna(0.10), nrz_bits(Reqb)));
    ASSERT_EQ(receivers.b_frames.size(), 2U);
    EXPECT_EQ(receivers.b_frames[1].bytes, bytes("05 00 00 71 FF"));
    EXPECT_FALSE(receivers.b_frames[1].error);
}

// Noise that looks like an SOF must not make the card wait for a rest.
TEST(NrzDecoder, WithoutAFirstCharacterThereIsNoFrame) {
    const char* const broken = "0101000000 0000000001";
    Receivers receivers;
    receivers.card(levels(antenna(0.10), nrz_bits(broken)));
    ASSERT_EQ(receivers.b_frames.size(), 1U);  // it had an SOF
    EXPECT_TRUE(receivers.b_frames[0].bytes.empty());
    EXPECT_LT(receivers.b_frames[0].eof, 0);
    receivers.card(levels(antenna(0.10), nrz_bits(Reqb)));
    ASSERT_EQ(receivers.b_frames.size(), 2U);
    EXPECT_EQ(receivers.b_frames[1].bytes, bytes("05 00 00 71 FF"));
    EXPECT_FALSE(receivers.b_frames[1].error);
}

// What breaks a frame may go on with anything; its end is told when the level has rested.
TEST(NrzDecoder, BrokenFrameEndsWhenTheLevelRests) {
    const Switch reqb = nrz_bits(Reqb);
    const Switch stop_bit = nrz_bits("0101000001 0000001000 1101001101 01011");
    FramingB no_eof;
    no_eof.eof_low = 0;
    Switch start_bit = nrz_bits("0101000001 11", no_eof);
    start_bit.insert(start_bit.end(), 50, 1);  // low for less than half a bit
    for (const Switch& broken : {stop_bit, start_bit}) {
        Receivers receivers;
        receivers.card(levels(antenna(0.10), broken));
        ASSERT_EQ(receivers.b_frames.size(), 1U);
        EXPECT_TRUE(receivers.b_frames[0].error);
        EXPECT_EQ(receivers.b_frames[0].bytes, bytes("05"));
        EXPECT_GT(receivers.b_frames[0].eof, Start + static_cast<Tick>(broken.size()));
        receivers.card(levels(antenna(0.10), reqb));
        ASSERT_EQ(receivers.b_frames.size(), 2U);
        EXPECT_EQ(receivers.b_frames[1].bytes, bytes("05 00 00 71 FF"));
        EXPECT_FALSE(receivers.b_frames[1].error);
    }
}

TEST(NrzDecoder, FramesOfTypeAAreNone) {
    for (const Tick pause : {28, 34, 41, 60}) {
        const auto starts =
            miller(with_parity(bytes("93 70 88 04 18 3F AB E1 16 00 00 FF FF 55 AA")));
        Receivers receivers;
        Levels all = Antenna{}.level(pauses(starts, pause, Start), {},
                                     static_cast<std::size_t>(Start + starts.back() + 3000), 8);
        receivers.card(all);
        EXPECT_TRUE(receivers.b_frames.empty());
        receivers.card(levels(antenna(0.10), nrz_bits(Reqb)));
        expect_bytes(receivers, bytes("05 00 00 71 FF"));
    }
}

TEST(NrzDecoder, FrameThatBeginsWhileDeafIsNotHeard) {
    const Levels all = levels(antenna(0.10), nrz_bits(Reqb));
    Receivers receivers;
    receivers.enable(false);
    receivers.card({all.begin(), all.begin() + Start + 500});
    receivers.enable(true);
    receivers.card({all.begin() + Start + 500, all.end()});
    EXPECT_TRUE(receivers.b_frames.empty());
    receivers.card(all);
    expect_bytes(receivers, bytes("05 00 00 71 FF"));
}

TEST(PauseReceiver, ShallowModulationIsNoPause) {
    Receivers receivers;
    receivers.card(levels(antenna(0.14), nrz_bits(Reqb)));
    EXPECT_TRUE(receivers.card_frames.empty());
    EXPECT_TRUE(receivers.pause_ends.empty());
}

}  // namespace
