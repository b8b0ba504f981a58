// System A on every level: the rows FLOW-01 to FLOW-06, and the flows A1 to A6 as `cartouche flow`
// runs them.
#include "flow_run.hpp"
#include "sector_bench.hpp"

namespace {

using flow_test::A0B0Password;
using flow_test::Aa31Password;
using flow_test::expect_done;
using flow_test::FactoryPassword;
using flow_test::old_sector;
using flow_test::read_blocks;
using flow_test::SectorBench;
using flows::Level;

class Flow : public testing::TestWithParam<Level> {};
INSTANTIATE_TEST_SUITE_P(, Flow, flow_test::EveryLevel, flow_test::level_name);

const std::string NewData(96, '5');
/// Sector 1 as a whole, with keys AA x 6 and 31 x 6.
const std::string NewSector = NewData + "AAAAAAAAAAAAFF078069313131313131";

std::string write_all(std::string_view password, const std::string& sector) {
    return "84D400004D064B01000F" + std::string{password} + sector;
}

TEST_P(Flow, FLOW_01_TheTerminalViewsWhatTheGateReads) {
    SectorBench bench{GetParam()};
    ASSERT_EQ(bench.select(), "9000");
    EXPECT_EQ(bench.send(read_blocks(FactoryPassword)), "0740" + old_sector() + "9000");
    EXPECT_EQ(bench.by_gate(), old_sector());
    bench.stage.finish();
}

TEST_P(Flow, FLOW_02_OtherKeysOutsideOrAnotherPasswordGiveNothing) {
    {
        SectorBench bench{GetParam(), flow_test::sector_chip("A0A1A2A3A4A5FFFFFFFFFFFF")};
        ASSERT_EQ(bench.select(), "9000");
        EXPECT_EQ(bench.send(read_blocks(FactoryPassword)), "63E9") << "the first key differs";
        EXPECT_EQ(bench.send("80CA010000"), "63E9");
        bench.stage.finish();
    }
    SectorBench bench{GetParam()};
    ASSERT_EQ(bench.select(), "9000");
    EXPECT_EQ(bench.send(read_blocks(A0B0Password)), "63E9");
    bench.stage.finish();
}

TEST_P(Flow, FLOW_03_NothingIsChangedWithoutThePin) {
    SectorBench bench{GetParam()};
    ASSERT_EQ(bench.select(), "9000");
    EXPECT_EQ(bench.send(write_all(FactoryPassword, NewSector)), "6982");
    EXPECT_EQ(bench.send("002000000439393939"), "63C2");
    EXPECT_EQ(bench.send("002000000439393939"), "63C1");
    EXPECT_EQ(bench.send("002000000439393939"), "63C0");
    EXPECT_EQ(bench.verify(), "6983");
    EXPECT_EQ(bench.send(write_all(FactoryPassword, NewSector)), "6982");
    EXPECT_EQ(bench.send("80D6010010" + std::string(32, '7')), "6982");
    EXPECT_EQ(bench.send("80CA010000"), old_sector() + "9000");
    // The PUK opens the view of the buffer file, which holds what it held.
    EXPECT_EQ(bench.send("002C0100083132333435363738"), "9000");
    EXPECT_EQ(bench.verify(), "9000");
    EXPECT_EQ(bench.send("80B0010040"), old_sector() + "9000");
    EXPECT_EQ(bench.by_gate(), old_sector());
    bench.stage.finish();
}

TEST_P(Flow, FLOW_04_TheSectorGetsNewDataAndKeys) {
    SectorBench bench{GetParam()};
    ASSERT_EQ(bench.select(), "9000");
    ASSERT_EQ(bench.verify(), "9000");
    EXPECT_EQ(bench.send(write_all(FactoryPassword, NewSector)), "9000");
    EXPECT_EQ(bench.send(read_blocks(FactoryPassword, "0007")), "63E9");
    EXPECT_EQ(bench.send(read_blocks(Aa31Password, "0007")), "0730" + NewData + "9000");
    EXPECT_EQ(bench.by_gate("AAAAAAAAAAAA"), NewData + "000000000000FF078069313131313131");
    bench.stage.finish();
}

TEST_P(Flow, FLOW_05_ContactsWaitForTheGate) {
    SectorBench bench{GetParam()};
    const std::string modify =
        "84D400001D061B010001" + std::string{FactoryPassword} + std::string(32, '9');
    ASSERT_EQ(bench.select(), "9000");
    ASSERT_EQ(bench.verify(), "9000");
    ASSERT_EQ(bench.gate_opens(), reader::Status::Ok);
    std::string seen = bench.gate_reads(0) + bench.gate_reads(1);
    EXPECT_EQ(bench.send(modify), "63F3");
    seen += bench.gate_reads(2) + bench.gate_reads(3);
    EXPECT_EQ(seen, old_sector()) << "nothing mixed";
    EXPECT_EQ(bench.stage.gate().halt(), reader::Status::Ok);
    EXPECT_EQ(bench.send(modify), "9000");
    EXPECT_EQ(bench.by_gate(), std::string(32, '9') + old_sector().substr(32));
    bench.stage.finish();
}

/// What a cut left, after which the backup gives the old sector again.
std::string left(SectorBench& bench) {
    EXPECT_EQ(bench.select(), "9000");
    const auto sector = bench.send("80CA010000");
    EXPECT_EQ(bench.verify(), "9000");
    const auto restored = bench.send("80360100");
    EXPECT_TRUE(restored == "9000" || restored == "6985") << restored;
    EXPECT_EQ(bench.send("80CA010000"), old_sector() + "9000");
    return sector;
}

TEST_P(Flow, FLOW_06_ACutBetweenAnyTwoStepsLeavesTheOldOrTheNewSector) {
    const std::vector<std::string> steps{
        "80CA010000",                         // A1, A2
        "002000000431323334",                 // A3
        "80B0010010",                         // A3
        "80D6010010" + std::string(32, '9'),  // A3
        "80340100",                           // A4
    };
    const std::string changed = std::string(32, '9') + old_sector().substr(32);
    SectorBench bench{GetParam()};
    for (std::size_t done = 0; done <= steps.size(); ++done) {
        SCOPED_TRACE(testing::Message() << done << " steps before the cut");
        ASSERT_EQ(bench.select(), "9000");
        for (std::size_t i = 0; i < done; ++i) {
            const auto answer = bench.send(steps[i]);
            ASSERT_EQ(answer.substr(answer.size() - 4), "9000") << steps[i];
        }
        bench.power_off();
        EXPECT_EQ(left(bench), (done == steps.size() ? changed : old_sector()) + "9000");
        bench.power_off();
    }
    EXPECT_EQ(bench.by_gate(), old_sector());
    bench.stage.finish();
}

/// On one level at a time: the card OS is asked past the line, so that it is still at work when the
/// gate comes.
class Lock : public testing::TestWithParam<Level> {};
INSTANTIATE_TEST_SUITE_P(, Lock, testing::Values(Level::Tlm, Level::Rtl), flow_test::level_name);

TEST_P(Lock, A5_AGateIsRefusedWhileTheCardWrites) {
    auto chip = flow_test::sector_chip();
    chip.chip.store.programming_ticks = 131'072;
    SectorBench bench{GetParam(), std::move(chip)};
    ASSERT_EQ(bench.select(), "9000");
    ASSERT_EQ(bench.verify(), "9000");
    ASSERT_EQ(bench.send("80D6010020" + std::string(64, '9')), "9000");
    EXPECT_EQ(bench.by_gate(), old_sector());
    const auto run = [&](std::string_view apdu) {
        const auto taken =
            bench.stage.chip().contacts().take(flow_test::hex(apdu), false, bench.stage.now());
        EXPECT_EQ(base::to_hex(taken.response), "9000");
        EXPECT_EQ(bench.gate_opens(), reader::Status::Ok) << "its key is right";
        EXPECT_LT(bench.stage.now(), taken.ready) << "the card is still at work";
        return taken.ready;
    };
    auto ready = run("80340100");
    EXPECT_EQ(bench.gate_reads(0), to_string(reader::Status::Nak));
    bench.stage.wait_until(ready);
    EXPECT_EQ(bench.by_gate(), std::string(64, '9') + old_sector().substr(64));
    ready = run("80360100");
    bench.stage.wait_until(ready);
    EXPECT_EQ(bench.gate_reads(1), to_string(reader::Status::Nak)) << "it began too early";
    EXPECT_EQ(bench.by_gate(), old_sector());
    bench.stage.finish();
}

class Flows : public testing::TestWithParam<Level> {};
INSTANTIATE_TEST_SUITE_P(, Flows, flow_test::EveryLevel, flow_test::level_name);

TEST_P(Flows, A1_View) { expect_done("A1", GetParam()); }
TEST_P(Flows, A2_Permission) { expect_done("A2", GetParam()); }
TEST_P(Flows, A3_ModifyOnTheDeviceSide) { expect_done("A3", GetParam()); }
TEST_P(Flows, A4_ModifyOnTheCardSide) { expect_done("A4", GetParam()); }
TEST_P(Flows, A5_BothInterfacesAtOnce) { expect_done("A5", GetParam()); }
TEST_P(Flows, A6_Interruption) { expect_done("A6", GetParam()); }
TEST_P(Flows, A1_ViewThroughTheAir) { expect_done("A1", GetParam(), flows::Via::Air); }
TEST_P(Flows, A4_ModifyThroughTheAir) { expect_done("A4", GetParam(), flows::Via::Air); }
TEST_P(Flows, A6_InterruptionThroughTheAir) { expect_done("A6", GetParam(), flows::Via::Air); }

}  // namespace
