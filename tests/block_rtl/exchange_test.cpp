// The block protocol by hand-written frames; vectors of the fact sheet (ISO/IEC 14443-4) and of the
// test plan.
#include <gtest/gtest.h>

#include "block_bench.hpp"

namespace block_rtl {
namespace {

const std::string Ats = "06 75 77 81 02 80 02 F0";

TEST(BlockRtl, RatsIsAnsweredByTheAts) {
    BlockBench bench;
    EXPECT_EQ(bench.activate("E0 80 31 73"), Ats);
    EXPECT_EQ(bench.index(), 9U);
    EXPECT_EQ(bench.application.resets, 1U);
    EXPECT_EQ(bench.application.last_reset, bench.grid() + 1024);
}

TEST(BlockRtl, FirstErrorFreeRatsCounts) {
    BlockBench bench;
    EXPECT_EQ(bench.activate("E0 80 31 72"), "");
    EXPECT_EQ(bench.send("E0 80 31 73"), Ats);
    EXPECT_EQ(bench.send("E0 80 31 73"), "");
    EXPECT_EQ(bench.send("02 80 03 00 00 01 F4 81"), "02 01 90 00 F7 2C");
}

TEST(BlockRtl, OneExchange) {
    BlockBench bench;
    EXPECT_EQ(bench.activate(), Ats);
    EXPECT_EQ(bench.send("02 80 03 00 00 01 F4 81"), "02 01 90 00 F7 2C");
    // 5 bytes of INF come, 3 go; the application works for 256 ticks.
    const Tick at = bench.grid() + 1024 + 64 + 4 * 5;
    EXPECT_EQ(bench.application.taken, std::vector<Tick>{at});
    const Tick go = at + 256 + 64 + 4 * 3;
    EXPECT_EQ(bench.index(), (go - bench.grid() + 64 + 127) / 128);
}

}  // namespace
}  // namespace block_rtl
