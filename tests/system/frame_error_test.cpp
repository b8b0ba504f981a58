// Frames that are none, or broken (test plan, FRAME-A-12 to FRAME-A-16).
#include "level.hpp"

namespace system_test {
namespace {

class Frame : public LevelTest {
protected:
    static constexpr Tick FieldOff = 67'800;

    void fresh_ready() {
        field_off(FieldOff);
        to_ready();
    }
};
ON_BOTH_LEVELS(Frame);

constexpr const char* Select = "93 70 10 E2 F0 A1 A3 A2 4D";

TEST_P(Frame, FRAME_A_12_OtherShortFramesAreMetWithSilence) {
    place(c1k());
    for (unsigned code = 0; code < 128; ++code) {
        if (code == Requests[0] || code == Requests[1]) continue;
        SCOPED_TRACE(testing::Message() << "short frame " << std::hex << code);
        ASSERT_EQ(short_frame(static_cast<std::uint8_t>(code)), "silent");
        ASSERT_EQ(short_frame(0x26), "04 00");
        ASSERT_EQ(short_frame(0x26), "silent") << "back to IDLE";
    }
}

TEST_P(Frame, FRAME_A_13_ReqaOfAnotherLengthIsNone) {
    place(c1k());
    EXPECT_EQ(send(low_bits(0x26, 6)), "silent");
    EXPECT_EQ(send(low_bits(0x26, 8)), "silent");
    EXPECT_EQ(send("26"), "silent");
    expect_idle();
}

TEST_P(Frame, FRAME_A_14_AReqaCutByAGapIsTwoBrokenFrames) {
    place(c1k());
    // Pauses of 26 (iso14443.md, 1.3), the ones after the second bit three bit times later.
    constexpr Tick Late = 3 * 128;
    EXPECT_EQ(train({0, 128, 320, 448 + Late, 640 + Late, 832 + Late, 1024 + Late}), "silent");
    EXPECT_EQ(short_frame(0x26), "04 00");
}

TEST_P(Frame, ALonePauseIsNoFrame) {
    place(c1k());
    to_ready();
    EXPECT_EQ(train({0}), "silent");
    EXPECT_EQ(send(Select), "08 B6 DD");
    EXPECT_EQ(train({0}), "silent");
    expect_active();
}

// A WUPA, whose last pause makes an X, and one pause more. D lies 84 + 256 ticks after the X.
TEST_P(Frame, APauseBeforeDBreaksTheFrameAndALaterOneIsNotHeard) {
    place(c1k());
    constexpr Tick X = 960;
    constexpr Tick LastHeard = X + 35 + 84 + 256 - 15;
    for (const Tick extra : {X + 320, LastHeard}) {
        SCOPED_TRACE(extra - X);
        field_off(FieldOff);
        EXPECT_EQ(train({0, 128, 320, 512, 704, X, extra}), "silent");
    }
    std::vector<Tick> later{X + 384};
    for (Tick behind = 1; behind < 17; ++behind) later.push_back(LastHeard + behind);
    for (const Tick extra : later) {
        SCOPED_TRACE(extra - X);
        field_off(FieldOff);
        ASSERT_EQ(train({0, 128, 320, 512, 704, X, extra}), "04 00");
        const auto& frames = recorder().frames;
        const auto& command = frames[frames.size() - 2];
        EXPECT_EQ(frames.back().start, command.start + X + 35 + 84 + 9 * 128);
    }
}

TEST_P(Frame, FRAME_A_15_OneWrongParityBitBreaksASelect) {
    place(c1k());
    for (unsigned byte = 0; byte < 9; ++byte) {
        SCOPED_TRACE(testing::Message() << "parity of byte " << byte);
        fresh_ready();
        EXPECT_EQ(send(flipped(bytes(Select), 9 * byte + 8)), "silent");
        expect_idle();
    }
}

TEST_P(Frame, FRAME_A_16_OneWrongBitBreaksASelect) {
    place(c1k());
    for (unsigned bit = 0; bit < 72; ++bit) {
        SCOPED_TRACE(testing::Message() << "bit " << bit);
        fresh_ready();
        const unsigned place_in_frame = 9 * (bit / 8) + bit % 8;
        const unsigned parity = 9 * (bit / 8) + 8;
        EXPECT_EQ(send(flipped(flipped(bytes(Select), place_in_frame), parity)), "silent");
        expect_idle();
    }
}

}  // namespace
}  // namespace system_test
