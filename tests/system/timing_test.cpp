// Frame delay and other timing (test plan, TIME rows).
#include <random>

#include "level.hpp"

namespace system_test {
namespace {

class Timing : public LevelTest {
protected:
    /// The first load edge counted from the SOC as a card sees it: one tick after the reader's
    /// switch (docs/choices.md, air delay).
    [[nodiscard]] Tick from_soc() const { return reply().rx_start - (reply().start + 1); }

    void expect_atqa_on_time(unsigned pause) {
        port::AirProfile air;
        air.pause_ticks = pause;
        use(air);
        place(c1k());
        EXPECT_EQ(short_frame(0x26), "04 00");
        EXPECT_EQ(from_soc(), 2196 + pause);
        EXPECT_EQ(reply().fdt(), 1172U);
        field_off(67'800);
        EXPECT_EQ(short_frame(0x52), "04 00");
        EXPECT_EQ(from_soc(), 2196 + pause);
        EXPECT_EQ(reply().fdt(), 1236U);
    }
};
ON_BOTH_LEVELS(Timing);

TEST_P(Timing, TIME_01_AtqaStartsAtIndexNineWithPauseOf28) { expect_atqa_on_time(28); }
TEST_P(Timing, TIME_01_AtqaStartsAtIndexNineWithPauseOf34) { expect_atqa_on_time(34); }
TEST_P(Timing, TIME_01_AtqaStartsAtIndexNineWithPauseOf40) { expect_atqa_on_time(40); }

TEST_P(Timing, TIME_02_UidStartsAtIndexNine) {
    place(c1k());
    to_ready();
    EXPECT_EQ(send("93 20"), "10 E2 F0 A1 A3");
    EXPECT_EQ(from_soc(), 3604U + 34);
    EXPECT_EQ(reply().fdt(), 1172U);
}

TEST_P(Timing, TIME_03_RestOfSplitByteStartsAtIndexNine) {
    place(with_uid(c1k(), "32 10 AB CD"));
    to_ready();
    const std::string answer = send(part("93 25 12", 5));
    EXPECT_EQ(answer.substr(0, 3), "100");
    EXPECT_EQ(answer.substr(4),
              "000010000"
              "110101010"
              "101100110"
              "001000101");
    EXPECT_EQ(from_soc(), 4244U + 34);
    EXPECT_EQ(reply().fdt(), 1236U);
}

TEST_P(Timing, TIME_04_SakStartsByTheLastBitOfSelect) {
    place(c1k());
    to_ready();
    EXPECT_EQ(send("93 70 10 E2 F0 A1 A3 A2 4D"), "08 B6 DD");
    EXPECT_EQ(reply().fdt(), 1236U);
}

TEST_P(Timing, TIME_04_SakOfAnotherCardStartsByTheLastBitOfSelect) {
    place(c4k());
    to_ready();
    EXPECT_EQ(send("93 70 14 57 9F 69 B5 2E 51"), "18 37 CD");
    EXPECT_EQ(reply().fdt(), 1172U);
}

TEST_P(Timing, TIME_06_NonceStartsAtIndex35) {
    place(c1k());
    to_active();
    EXPECT_NE(send("60 04 D1 3D"), "silent");
    EXPECT_EQ(reply().fdt(), 4500U);
    field_off(67'800);
    to_active();
    EXPECT_NE(send("60 00 F5 7B"), "silent");
    EXPECT_EQ(reply().fdt(), 4564U);
}

TEST_P(Timing, TIME_07_TokenAndReadAreAnsweredAtTheirIndices) {
    place(c1k());
    to_active();
    MifareSession session{*this};
    const auto grid = [this](const Bits& sent) { return sent.back() != 0 ? 84U : 20U; };
    ASSERT_TRUE(session.request_nonce(0x60, 4));
    const Bits token = session.token();
    ASSERT_EQ(session.finish(token).size(), 11U) << "four bytes of at";
    EXPECT_EQ(reply().fdt(), 9 * 128 + grid(token));
    const Bits read = session.encrypt(with_crc("30 04"));
    send(read);
    ASSERT_EQ(reply().bits.size(), 18 * 9U);
    EXPECT_EQ(reply().fdt(), 18 * 128 + grid(read));
}

TEST_P(Timing, TIME_13_CardIsReadyFiveMillisecondsAfterTheField) {
    place(c1k());
    field_on();
    next_start(FieldOnAt + 67'800);
    EXPECT_EQ(short_frame(0x26), "04 00");
}

}  // namespace
}  // namespace system_test
