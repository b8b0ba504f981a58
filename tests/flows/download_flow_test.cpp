// System B, first half: rows FLOW-07 and FLOW-09, and the flows B1 to B5 as `cartouche flow` runs
// them.
#include "flow_run.hpp"

namespace {

using flow_test::expect_done;
using flows::Level;

class Flows : public testing::TestWithParam<Level> {};
INSTANTIATE_TEST_SUITE_P(Download, Flows, flow_test::EveryLevel, flow_test::level_name);

TEST_P(Flows, B1_TheRightToTalkToTheElement) { expect_done("B1", GetParam()); }
TEST_P(Flows, B2_TheModuleChoosesTheTargetCard) { expect_done("B2", GetParam()); }
TEST_P(Flows, B3_PackagesComeThroughTheIssuersInterfaces) { expect_done("B3", GetParam()); }
TEST_P(Flows, B4_ACardByDownloadAndExchanged) { expect_done("B4", GetParam()); }
TEST(FlowsOverTheAir, B4_ACardByDownload) { expect_done("B4", Level::Tlm, flows::Via::Air); }

}  // namespace
