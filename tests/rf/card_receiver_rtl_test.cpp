// The card's receiver: field detector, pause receiver and Miller decoder.
#include <gtest/gtest.h>

#include "receivers.hpp"

namespace {

using namespace rf_test;

constexpr Tick Start = 3000;  // of the SOC: the carrier is known by then
constexpr Tick PauseEndLatency = 1;

const char* const Reqa = "0110010";                   // 26
const char* const Wupa = "0100101";                   // 52
const char* const Anticol = "11001001.1 00000100.0";  // 93 20

Levels levels_of(const Antenna& antenna, const base::Bits& bits, Tick pause_ticks) {
    const auto starts = miller(bits);
    const auto ticks = static_cast<std::size_t>(Start + starts.back() + 600);
    return antenna.level(pauses(starts, pause_ticks, Start), {}, ticks, 8);
}

TEST(PauseReceiver, EndComesExactlyAtTheLatency) {
    for (const double noise : {0.0, 0.01}) {
        for (const Tick length : {20, 28, 34, 40, 41, 56, 60}) {
            SCOPED_TRACE(testing::Message() << "P " << length << " noise " << noise);
            Antenna antenna;
            antenna.noise = noise;
            Receivers receivers;
            receivers.card(levels_of(antenna, bits_of(Reqa), length));
            const auto starts = miller(bits_of(Reqa));
            ASSERT_EQ(receivers.pause_ends.size(), starts.size());
            for (std::size_t i = 0; i < starts.size(); ++i) {
                EXPECT_EQ(receivers.pause_ends[i], Start + starts[i] + length + 1 + PauseEndLatency);
                EXPECT_EQ(receivers.pause_starts[i], Start + starts[i] + 4);
            }
        }
    }
}

TEST(Frame, MillerDecoderReadsTheWorkedFrames) {
    for (const char* const text :
         {Reqa, Wupa, "1010110", Anticol, "00001010.1 00000000.1 11101010.0 10110011.0",
          "00000111.0 00000001.0 10001100.0 11001110.0", "11001001.1 10100100.0 01001"}) {
        SCOPED_TRACE(text);
        Receivers receivers;
        receivers.card(levels_of({}, bits_of(text), 34));
        ASSERT_EQ(receivers.card_frames.size(), 1U);
        const Heard& frame = receivers.card_frames[0];
        EXPECT_EQ(frame.bits, bits_of(text));
        EXPECT_FALSE(frame.error);
        // The last pause began at half a bit exactly when the last data bit was a one.
        const bool last_is_one = bits_of(text).back() == 1;
        EXPECT_EQ(frame.last_is_x, last_is_one);
        const Tick end = Start + miller(bits_of(text)).back() + 34 + 1;
        const Tick grid = end + (last_is_one ? 84 : 20);
        EXPECT_GT(frame.eof, end);
        EXPECT_LE(frame.eof, grid + 240);
    }
}

}  // namespace
