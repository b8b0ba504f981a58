// What the reader sends: pause times to the tick. Expected values: iso14443.md 1.3 and 3.
#include <gtest/gtest.h>

#include "fixture.hpp"

namespace {

using bench::Bench;
using bench::Frame;

INSTANTIATE_TEST_SUITE_P(Pcd, Frame, testing::Values("rtl"),
                         [](const auto& level) { return level.param; });

TEST_P(Frame, FRAME_A_01_ReaderSendsShortFrames) {
    EXPECT_EQ(starts_of({.data = {0x26}, .last_bits = 7}),
              (std::vector<base::Tick>{0, 128, 320, 448, 640, 832, 1024}));
    EXPECT_EQ(starts_of({.data = {0x52}, .last_bits = 7}),
              (std::vector<base::Tick>{0, 128, 320, 512, 704, 960}));
}

TEST_P(Frame, FRAME_A_02_ReaderSendsStandardFrameWithParity) {
    const auto expected = bench::pause_starts("ZZZZZXYXYXYZZZZZZZXXXXYXYXYZXYXXYZXXYZY");
    EXPECT_EQ(starts_of({.data = {0x50, 0x00, 0x57, 0xCD}}), expected);
    EXPECT_EQ(starts_of({.data = {0x50, 0x00}, .tx_crc = true}), expected);
}

TEST_P(Frame, FRAME_A_03_ReaderSendsPartOfAByte) {
    EXPECT_EQ(starts_of({.data = {0x93, 0x25, 0x12}, .last_bits = 5}),
              bench::pause_starts("ZXXYZXYZXXXYXYZXYZZZXYZXYY"));
}

TEST_P(Frame, SendsParityAsData) {
    // 50 00 57 CD with its parity bits as 36 bits of data.
    EXPECT_EQ(starts_of({.data = {0x50, 0x01, 0x5E, 0x69, 0x06},
                         .last_bits = 4,
                         .parity = port::Parity::AsData}),
              bench::pause_starts("ZZZZZXYXYXYZZZZZZZXXXXYXYXYZXYXXYZXXYZY"));
}

TEST(PcdPause, LengthIsTheRegisters) {
    for (const unsigned length : {20U, 28U, 41U, 60U}) {
        Bench bench;
        driver::PcdDriver pcd{bench, {length, 18, 9, 4}};
        pcd.field(true, 600);
        const auto answer = pcd.exchange({.data = {0xFF, 0x00}, .start = 7000, .timeout = 1000});
        const auto& frame = bench.sent().back();
        EXPECT_EQ(frame.bits, bench::air_bits("FF 00"));
        for (const auto ticks : frame.lengths) EXPECT_EQ(ticks, length);
        EXPECT_EQ(answer.tx_end, frame.starts.back() + length + 1);
    }
}

TEST(PcdField, SwitchesAtTheTickAskedFor) {
    Bench bench;
    driver::PcdDriver pcd{bench};
    pcd.field(true, 777);
    pcd.field(false, 5001);
    pcd.field(true, 9000);
    pcd.wait_until(10000);
    EXPECT_EQ(bench.field_changes(), (std::vector<base::Tick>{777, 5001, 9000}));
    EXPECT_EQ(pcd.now(), 10000U);
}

}  // namespace
