// The reader's receiver: subcarrier receiver and Manchester decoder.
#include <gtest/gtest.h>

#include "receivers.hpp"

namespace {

using namespace rf_test;

constexpr Tick SofLatency = 132;
const char* const Atqa = "00100000.0 00000000.1";  // 04 00

Levels answer(const Antenna& antenna, const base::Bits& bits, Tick start) {
    const auto loads = delayed(manchester(bits), start);
    return antenna.level({}, loads, loads.size() + 600, 12);
}

TEST(ManchesterDecoder, SofComesExactlyAtTheLatency) {
    for (Tick phase = 0; phase < 32; ++phase) {
        SCOPED_TRACE(testing::Message() << "phase " << phase);
        Receivers receivers;
        receivers.reader(answer({}, bits_of(Atqa), 400 + phase));
        ASSERT_EQ(receivers.reader_frames.size(), 1U);
        EXPECT_EQ(receivers.reader_frames[0].sof, 400 + phase + SofLatency);
        EXPECT_EQ(receivers.reader_frames[0].bits, bits_of(Atqa));
    }
}

}  // namespace
