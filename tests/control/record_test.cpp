// Records and counts that survive a cut in any write.
#include "control/record.hpp"

#include <gtest/gtest.h>

#include "bench.hpp"

namespace {

using control::MemoryFlash;
using control::Record;
using control::Region;

TEST(Record, ACutLeavesTheOldOrTheNewOne) {
    const base::Bytes old{1, 2, 3};
    const base::Bytes next{9, 9};
    for (std::size_t cut = 0; cut < 3; ++cut) {
        for (int before = 1; before <= 3; ++before) {
            MemoryFlash flash;
            Record record{flash, Region::TriesA, Region::TriesB};
            EXPECT_TRUE(record.load().empty());
            for (int i = 0; i < before; ++i) record.store(old);
            flash.cut_in(cut);
            try {
                record.store(next);
                EXPECT_EQ(cut, 2U) << "two writes";
            } catch (const control::PowerCut&) {
                EXPECT_THROW((void)record.load(), control::PowerCut);
            }
            flash.power_up();
            EXPECT_EQ(record.load(), cut == 2 ? next : old);
            record.store(next);
            EXPECT_EQ(record.load(), next);
        }
    }
}

TEST(Record, CellsGoOneWayOnly) {
    MemoryFlash flash;
    flash.program(Region::LogicA, 4, base::Bytes{0x0F});
    flash.program(Region::LogicA, 4, base::Bytes{0xF1});
    EXPECT_EQ(flash.read(Region::LogicA, 4, 1), base::Bytes{0x01});
    flash.erase(Region::LogicA);
    EXPECT_EQ(flash.read(Region::LogicA, 4, 1), base::Bytes{0xFF});
    EXPECT_THROW((void)flash.read(Region::LogicA, MemoryFlash::RegionBytes, 1), std::out_of_range);
}

// A guesser who pulls the plug at the right moment gains nothing.
TEST(Record, ACutNeverGivesATryBack) {
    for (std::size_t cut = 0; cut < 2; ++cut) {
        control_test::Bench bench;
        control::Client wrong{[&](const control::Frame& one) { return bench.device.handle(one); },
                              "desk", control_test::Master};
        for (std::uint64_t i = 0; i < 4; ++i)
            EXPECT_TRUE(control_test::refused([&] { wrong.connect(i, control_test::Serial); }));
        bench.flash.cut_in(cut);
        EXPECT_THROW(wrong.connect(9, control_test::Serial), control::PowerCut)
            << "before the proof is looked at";
        bench.flash.power_up();
        bench.device.start();
        EXPECT_TRUE(control_test::refused([&] { wrong.connect(10, control_test::Serial); }));
        EXPECT_TRUE(bench.device.security().clients_locked());
    }
}

}  // namespace
