// The grid on which a slow host's answers and the card's S(WTX) go out (docs/choices.md, ISO-DEP at
// the card).
#include <gtest/gtest.h>

#include <array>

#include "Vblock_wait_rtl.h"
#include "base/hex.hpp"
#include "block_bench.hpp"

namespace block_rtl {
namespace {

constexpr Tick Count = 64 + 4 * 5;   // H(n) of COUNT
constexpr Tick Answer = 64 + 4 * 3;  // and of its answer
constexpr Tick Told = 1024;

Card card_with_fwi(unsigned fwi) {
    Card card;
    card.ats = {0x05, 0x78, 0x00, static_cast<std::uint8_t>(fwi << 4U), 0x02};
    return card;
}
std::string ats_of(unsigned fwi) {
    return "05 78 00 " + base::to_hex(Bytes{static_cast<std::uint8_t>(fwi << 4U)}) + " 02";
}
/// FWT / 128 - 8, FWT = 4096 * 2^FWI.
constexpr unsigned last_instant(unsigned fwi) { return (4096U << fwi) / 128 - 8; }

class Waiting : public testing::TestWithParam<unsigned> {
protected:
    /// COUNT, with an application that works until its answer may just go at instant `n`, and
    /// `late` ticks more.
    std::string count_until(BlockBench& bench, unsigned n, Tick late) {
        bench.application.work = 128 * Tick{n} - 64 - Told - Count - Answer + late;
        return bench.send("02 80 03 00 00 01 F4 81", 1U << 29U);
    }
};
INSTANTIATE_TEST_SUITE_P(, Waiting, testing::Values(0U, 1U, 2U, 4U, 8U));

TEST_P(Waiting, AnAnswerIsInTimeUpToTheLastInstant) {
    BlockBench bench{card_with_fwi(GetParam())};
    ASSERT_EQ(bench.activate("E0 80 31 73").substr(0, 14), ats_of(GetParam()));
    EXPECT_EQ(count_until(bench, last_instant(GetParam()), 0), "02 01 90 00 F7 2C");
    EXPECT_EQ(bench.index(), last_instant(GetParam()));
}

TEST_P(Waiting, ATickLaterAsksForMoreTime) {
    BlockBench bench{card_with_fwi(GetParam())};
    bench.activate("E0 80 31 73");
    EXPECT_EQ(count_until(bench, last_instant(GetParam()), 1), "F2 01 91 40");
    EXPECT_EQ(bench.index(), last_instant(GetParam()));
    // The answer has long been let go when the reader agrees.
    EXPECT_EQ(bench.send("F2 01 91 40", 1U << 29U), "02 01 90 00 F7 2C");
    EXPECT_EQ(bench.index(), 9U);
}

TEST_P(Waiting, MoreTimeIsAskedForAgainAndAgain) {
    BlockBench bench{card_with_fwi(GetParam())};
    bench.activate("E0 80 31 73");
    bench.application.work = 3 * (Tick{4096} << GetParam()) + 20'000;
    std::string answer = bench.send("02 80 03 00 00 01 F4 81", 1U << 29U);
    unsigned extensions = 0;
    for (; answer == "F2 01 91 40"; ++extensions) {
        EXPECT_EQ(bench.index(), last_instant(GetParam()));
        answer = bench.send("F2 01 91 40", 1U << 29U);
    }
    EXPECT_EQ(answer, "02 01 90 00 F7 2C");
    EXPECT_GE(extensions, 2U);
    EXPECT_EQ(bench.application.taken.size(), 1U);
}

TEST(BlockRtl, AnInstantBeforeAndBehindTheLead) {
    for (const Tick late : {0U, 1U}) {
        BlockBench bench;
        bench.activate();
        bench.application.work = 128 * 16 - 64 - Told - Count - Answer + late;
        EXPECT_EQ(bench.send("02 80 03 00 00 01 F4 81"), "02 01 90 00 F7 2C");
        EXPECT_EQ(bench.index(), 16 + late);
    }
}

TEST(BlockRtl, PassingOverTicksChangesNothing) {
    // A load so weak that the reader's estimate of the noise decides.
    port::AirProfile air;
    air.load = 1;
    std::vector<Tick> delays[2];
    for (const bool skip : {false, true}) {
        tb::RtlOptions options;
        options.skip = skip;
        BlockBench bench{card_with_fwi(3), options, air};
        bench.activate("E0 80 31 73");
        for (const Tick work : {1000U, 9000U, 30'000U, 33'000U, 70'000U}) {
            bench.application.work = work;
            std::string answer = bench.send_crc("02 80 03 00 00 01");
            delays[skip].push_back(bench.delay());
            while (answer.starts_with("F2")) {
                answer = bench.send("F2 01 91 40");
                delays[skip].push_back(bench.delay());
            }
            EXPECT_NE(answer, "");
        }
    }
    EXPECT_EQ(delays[0], delays[1]);
    EXPECT_GT(delays[0].size(), 6U);
}

TEST(BlockRtl, ClocksThatDifferLeaveTheHostItsAccesses) {
    std::array<port::AirProfile, 3> airs{};
    airs[0].offset_ppm = -300;
    airs[1].offset_ppm = 300;
    airs[2].carrier_clock = 40;
    for (const port::AirProfile& air : airs) {
        BlockBench bench{{}, {}, air};
        EXPECT_EQ(bench.activate(), "06 75 77 81 02 80 02 F0");
        EXPECT_EQ(bench.send_crc("12 80 04 00 00 05 01"), "A2 E6 D7");
        EXPECT_EQ(bench.send_crc("13 02 03"), "A3 6F C6");
        EXPECT_EQ(bench.send_crc("02 04 05 00"), "02 01 02 03 04 05 90 00 16 86");
    }
}

// The whole range without the air: FWI 14 is five seconds.
TEST(BlockWait, IsDueOnceAndAtTheRightInstant) {
    for (unsigned fwi = 0; fwi <= 14; ++fwi) {
        VerilatedContext context;
        Vblock_wait_rtl dut{&context};
        const auto tick = [&dut] {
            dut.clk_i = 1;
            dut.eval();
            dut.clk_i = 0;
            dut.eval();
        };
        dut.rst_ni = 1;
        dut.eval();
        dut.rst_ni = 0;
        dut.eval();
        dut.rst_ni = 1;
        dut.fwi_i = static_cast<std::uint8_t>(fwi);
        dut.waiting_i = 0;
        dut.lead_i = 0;
        dut.eval();
        // Waiting begins in the ninth instant, and each instant has one tick here.
        dut.waiting_i = 1;
        dut.lead_i = 1;
        unsigned instant = 8;
        for (;; ++instant) {
            dut.index_i = instant % 64;
            dut.eval();
            if (dut.due_o != 0) break;
            ASSERT_LT(instant, last_instant(fwi)) << "FWI " << fwi;
            tick();
        }
        EXPECT_EQ(instant + 1, last_instant(fwi)) << "FWI " << fwi;
    }
}

}  // namespace
}  // namespace block_rtl
