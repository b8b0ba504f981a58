// The card's receiver: field detector, pause receiver and Miller decoder.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "receivers.hpp"

namespace {

using namespace rf_test;

constexpr Tick Start = 3000;           // of the SOC: the carrier is known by then
constexpr Tick PauseStartLatency = 4;  // nfc_pkg.sv
constexpr Tick PauseEndLatency = 3 + 16;
constexpr Tick DecisionTicks = 256;  // D - G, docs/choices.md

// ISO/IEC 14443-2 and -3, worked strings of the fact sheet, 1.3.
const char* const Reqa = "0110010";                   // 26
const char* const Wupa = "0100101";                   // 52
const char* const Anticol = "11001001.1 00000100.0";  // 93 20
const char* const Hlta = "00001010.1 00000000.1 11101010.0 10110011.0";

struct Frame {
    std::vector<Tick> starts{};
    Levels levels{};
};

Frame frame_of(const Antenna& antenna, const char* text, Tick pause_ticks) {
    Frame frame{miller(bits_of(text)), {}};
    const auto ticks = static_cast<std::size_t>(Start + frame.starts.back() + 600);
    frame.levels = antenna.level(pauses(frame.starts, pause_ticks, Start), {}, ticks, 8);
    return frame;
}

/// What a card sees whose clock stops in each pause: `lost[i]` ticks before the last four of pause
/// i.
Levels with_lost_ticks(const Frame& frame, Tick pause_ticks, const std::vector<Tick>& lost) {
    Levels levels = frame.levels;
    for (std::size_t i = frame.starts.size(); i-- > 0;) {
        const Tick last = Start + frame.starts[i] + pause_ticks + 1 - 4;
        levels.erase(levels.begin() + (last - lost[i % lost.size()]), levels.begin() + last);
    }
    return levels;
}

void expect_frame(const Receivers& receivers, const char* text) {
    ASSERT_EQ(receivers.card_frames.size(), 1U);
    EXPECT_EQ(receivers.card_frames[0].bits, bits_of(text));
    EXPECT_GE(receivers.card_frames[0].eof, 0);
    EXPECT_FALSE(receivers.card_frames[0].error);
}

/// The only frame in `levels`.
Heard heard(const Levels& levels) {
    Receivers receivers;
    receivers.card(levels);
    EXPECT_EQ(receivers.card_frames.size(), 1U);
    return receivers.card_frames.empty() ? Heard{} : receivers.card_frames[0];
}

TEST(PauseReceiver, PulsesComeExactlyAtTheirLatency) {
    for (const double noise : {0.0, 0.01}) {
        for (const Tick length : {20, 28, 34, 40, 41, 56, 60}) {
            SCOPED_TRACE(testing::Message() << "P " << length << " noise " << noise);
            Antenna antenna;
            antenna.noise = noise;
            const Frame frame = frame_of(antenna, Reqa, length);
            Receivers receivers;
            receivers.card(frame.levels);
            ASSERT_EQ(receivers.pause_ends.size(), frame.starts.size());
            for (std::size_t i = 0; i < frame.starts.size(); ++i) {
                const Tick start = Start + frame.starts[i];
                EXPECT_EQ(receivers.pause_starts[i], start + PauseStartLatency);
                EXPECT_EQ(receivers.pause_ends[i], start + length + 1 + PauseEndLatency);
            }
            expect_frame(receivers, Reqa);
        }
    }
}

TEST(PauseReceiver, EndsASlowPauseBetween5And60Percent) {
    Antenna antenna;  // t4 = 6, t3 = 16, 10 % overshoot
    antenna.rise = 0.134;
    antenna.overshoot = 0.1;
    const Frame frame = frame_of(antenna, Anticol, 34);
    Receivers receivers;
    receivers.card(frame.levels);
    expect_frame(receivers, Anticol);
    for (const Tick end : receivers.pause_ends) {
        const Tick seen = end - PauseEndLatency;
        EXPECT_GE(frame.levels[static_cast<std::size_t>(seen)], 192 * 5 / 100);
        EXPECT_LE(frame.levels[static_cast<std::size_t>(seen)], 192 * 60 / 100);
    }
}

TEST(PauseReceiver, ComparatorAndAdcAgreeOnTheTick) {
    const Frame frame = frame_of({}, Anticol, 34);
    for (const int threshold : {20, 48, 96}) {
        SCOPED_TRACE(testing::Message() << "comparator at " << threshold);
        Levels compared;
        for (const std::uint16_t level : frame.levels) {
            compared.push_back(level >= threshold ? 255 : 0);
        }
        const Heard adc = heard(frame.levels);
        const Heard comparator = heard(compared);
        EXPECT_EQ(comparator.bits, bits_of(Anticol));
        EXPECT_EQ(comparator.sof, adc.sof);
        EXPECT_EQ(comparator.eof, adc.eof);
        EXPECT_EQ(comparator.bits, adc.bits);
    }
}

TEST(PauseReceiver, ShortDipIsNoPause) {
    // X ends at bit 4, then the first Y of REQA: dips of 4 ticks anywhere in it.
    for (Tick at = 512; at < 640 - 8; at += 2) {
        SCOPED_TRACE(testing::Message() << "dip at " << at);
        const auto starts = miller(bits_of(Reqa));
        Switch pause = pauses(starts, 34, Start);
        std::fill_n(pause.begin() + Start + at, 4, std::uint8_t{1});
        Receivers receivers;
        receivers.card(Antenna{}.level(pause, {}, pause.size() + 600, 8));
        expect_frame(receivers, Reqa);
    }
}

TEST(PauseReceiver, ShortDipToZeroInTheMiddleIsNoPause) {
    for (const Tick at : {512, 530, 544, 576, 600, 620}) {
        SCOPED_TRACE(testing::Message() << "dip at " << at);
        Frame frame = frame_of({}, Reqa, 34);
        std::fill_n(frame.levels.begin() + Start + at, 4, std::uint16_t{0});
        Receivers receivers;
        receivers.card(frame.levels);
        expect_frame(receivers, Reqa);
    }
}

TEST(PauseReceiver, ShortDipBeforeAFrameDoesNotHideIt) {
    for (Tick before = 8; before < 800; before += 7) {
        SCOPED_TRACE(testing::Message() << "dip " << before << " ticks before");
        Frame frame = frame_of({}, Reqa, 34);
        std::fill_n(frame.levels.begin() + Start - before, 5, std::uint16_t{0});
        Receivers receivers;
        receivers.card(frame.levels);
        ASSERT_FALSE(receivers.card_frames.empty());
        // From 70 ticks before a frame, and until its own D, it might be the SOC to a card that
        // lost its clock.
        if (before < 70 || before > 5 + 20 + DecisionTicks) {
            EXPECT_EQ(receivers.card_frames.back().bits, bits_of(Reqa));
        }
    }
}

TEST(PauseReceiver, FollowsACarrierThatChanges) {
    Receivers receivers;
    Levels levels(1000, 0);
    for (const double carrier : {0.9, 0.3, 0.45, 0.15, 0.45}) {
        Antenna antenna;
        antenna.carrier = carrier;
        antenna.overshoot = 0.41;
        const Levels more = frame_of(antenna, Anticol, 34).levels;
        levels.insert(levels.end(), more.begin(), more.end());
    }
    receivers.card(levels);
    ASSERT_EQ(receivers.card_frames.size(), 5U);
    for (const Heard& frame : receivers.card_frames) {
        EXPECT_EQ(frame.bits, bits_of(Anticol));
        EXPECT_FALSE(frame.error);
    }
}

TEST(MillerDecoder, ReadsTheWorkedFrames) {
    for (const char* const text :
         {Reqa, Wupa, "1010110", Anticol, Hlta, "00000111.0 00000001.0 10001100.0 11001110.0",
          "11001001.1 10100100.0 01001"}) {
        SCOPED_TRACE(text);
        Receivers receivers;
        receivers.card(frame_of({}, text, 34).levels);
        expect_frame(receivers, text);
        const bool last_is_one = bits_of(text).back() == 1;
        EXPECT_EQ(receivers.card_frames[0].last_is_x, last_is_one);
        const Tick end = Start + miller(bits_of(text)).back() + 34 + 1;
        const Tick grid = end + (last_is_one ? 84 : 20);
        EXPECT_EQ(receivers.card_frames[0].eof, grid + DecisionTicks + 1);
    }
}

TEST(MillerDecoder, ReadsFramesWhoseLostTicksVary) {
    const std::vector<std::vector<Tick>> patterns{{0},  {16},    {32},    {48},           {56},
                                                  {57}, {0, 56}, {56, 0}, {57, 0, 12, 30}};
    for (const Tick length : {28, 34, 41, 56, 60}) {
        for (const auto& lost : patterns) {
            SCOPED_TRACE(testing::Message()
                         << "P " << length << " lost " << testing::PrintToString(lost));
            for (const char* const text : {Reqa, Wupa, Anticol, Hlta}) {
                Receivers receivers;
                receivers.card(with_lost_ticks(frame_of({}, text, length), length, lost));
                expect_frame(receivers, text);
            }
        }
    }
}

TEST(MillerDecoder, ReadsRandomFramesWhoseLostTicksAreRandom) {
    constexpr unsigned Seed = 20;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    for (int run = 0; run < 200; ++run) {
        base::Bytes bytes(1 + random() % 18);
        std::generate(bytes.begin(), bytes.end(),
                      [&] { return static_cast<std::uint8_t>(random()); });
        std::string text;
        for (const std::uint8_t bit : with_parity(bytes)) {
            text += bit != 0 ? '1' : '0';
        }
        const auto length = static_cast<Tick>(28 + random() % 33);
        std::vector<Tick> lost(100);
        std::generate(lost.begin(), lost.end(), [&] { return static_cast<Tick>(random() % 58); });
        Receivers receivers;
        receivers.card(with_lost_ticks(frame_of({}, text.c_str(), length), length, lost));
        expect_frame(receivers, text.c_str());
    }
}

TEST(MillerDecoder, PauseWhereNoneMayBeIsAnError) {
    // After Z, 2.0 bits later; half a bit after a pause; the last one before D.
    for (const std::vector<Tick>& starts :
         {std::vector<Tick>{0, 128, 384, 512}, {0, 192, 256}, {0, 64}, {0, 192, 512}}) {
        SCOPED_TRACE(testing::PrintToString(starts));
        Receivers receivers;
        receivers.card(Antenna{}.level(pauses(starts, 34, Start), {}, 5000, 8));
        ASSERT_EQ(receivers.card_frames.size(), 1U);
        EXPECT_TRUE(receivers.card_frames[0].error);
        EXPECT_FALSE(receivers.card_frames[0].last_is_x);
        EXPECT_EQ(receivers.card_frames[0].eof,
                  Start + starts.back() + 35 + 20 + DecisionTicks + 1);
    }
}

TEST(MillerDecoder, GapOfThreeBitsEndsAFrame) {
    const std::vector<Tick> starts{0, 128, 320, 320 + 384, 320 + 384 + 128};
    Receivers receivers;
    receivers.card(Antenna{}.level(pauses(starts, 34, Start), {}, 5000, 8));
    ASSERT_EQ(receivers.card_frames.size(), 2U);
    EXPECT_EQ(receivers.card_frames[0].bits, bits_of("01"));
    EXPECT_EQ(receivers.card_frames[1].bits, base::Bits{});
}

// The carrier stops for 300 or for 900 ticks: so long that the receiver takes what is left for the
// carrier.
TEST(MillerDecoder, FrameWithoutCarrierBehindItHasNoEnd) {
    for (const Tick gone : {300, 900}) {
        SCOPED_TRACE(testing::Message() << gone << " ticks");
        Frame frame = frame_of({}, Reqa, 34);
        const Tick end = Start + frame.starts.back() + 34;
        frame.levels.resize(static_cast<std::size_t>(end + 5000), frame.levels.back());
        std::fill_n(frame.levels.begin() + end + 200, gone, std::uint16_t{0});
        Receivers receivers;
        receivers.card(frame.levels);
        ASSERT_EQ(receivers.card_frames.size(), 1U);
        EXPECT_EQ(receivers.card_frames[0].eof, -1);
        receivers.card(frame_of({}, Reqa, 34).levels);
        ASSERT_EQ(receivers.card_frames.size(), 2U);
        EXPECT_EQ(receivers.card_frames[1].bits, bits_of(Reqa));
        EXPECT_GT(receivers.card_frames[1].eof, 0);
    }
}

TEST(MillerDecoder, OnlyASinglePauseHasNoEnd) {
    for (const std::vector<Tick>& starts : {std::vector<Tick>{0}, {0, 128}}) {
        Receivers receivers;
        receivers.card(Antenna{}.level(pauses(starts, 34, Start), {}, 5000, 8));
        ASSERT_EQ(receivers.card_frames.size(), 1U);
        EXPECT_EQ(receivers.card_frames[0].eof == -1, starts.size() == 1);
        EXPECT_EQ(receivers.card_frames[0].bits, base::Bits{});
        receivers.card(frame_of({}, Reqa, 34).levels);
        EXPECT_EQ(receivers.card_frames.back().bits, bits_of(Reqa));
    }
}

TEST(MillerDecoder, FrameThatBeginsWhileDeafIsNotHeard) {
    const Frame frame = frame_of({}, Anticol, 34);
    Receivers receivers;
    receivers.enable(false);
    receivers.card({frame.levels.begin(), frame.levels.begin() + Start + 500});
    receivers.enable(true);
    receivers.card({frame.levels.begin() + Start + 500, frame.levels.end()});
    EXPECT_TRUE(receivers.card_frames.empty());
    receivers.card(frame_of({}, Reqa, 34).levels);
    ASSERT_EQ(receivers.card_frames.size(), 1U);
    EXPECT_EQ(receivers.card_frames[0].bits, bits_of(Reqa));
}

TEST(FieldDetector, PowersUp4096TicksAfterTheCarrier) {
    // The carrier is switched on at tick 100, so the level shows it from tick 101 on.
    Receivers receivers;
    receivers.card(Levels(101, 0));
    while (!receivers.powered() && receivers.tick < 10000) {
        receivers.card_tick(96);
    }
    EXPECT_EQ(receivers.tick, 100 + 4096);
}

TEST(FieldDetector, ModulatedFieldStartsTheCountAgain) {
    const Frame frame = frame_of({}, Reqa, 34);
    Receivers receivers;
    receivers.card(frame.levels);
    const Tick last = Start + frame.starts.back() + 34;  // the carrier is on again at this tick
    while (!receivers.powered() && receivers.tick < 20000) {
        receivers.card_tick(192);
    }
    EXPECT_EQ(receivers.tick, last + 4096);
}

TEST(FieldDetector, LosesPowerMoreThan1024TicksAfterTheCarrier) {
    Receivers receivers;
    receivers.card(Levels(5000, 192));
    ASSERT_TRUE(receivers.powered());
    receivers.card(Levels(1024, 0));
    EXPECT_TRUE(receivers.powered());
    receivers.card(Levels(16, 0));
    EXPECT_FALSE(receivers.powered());
}

}  // namespace
