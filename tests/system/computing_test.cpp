// What a simulation leaves out, parts that cannot change and ticks in which nothing happens, makes
// no difference: the RTL beside itself with every unit computed in every tick.
#include "random_sequences.hpp"
#include "verilated/rtl_world.hpp"

namespace system_test {
namespace {

using Computing = RandomSequences;

INSTANTIATE_TEST_SUITE_P(, Computing, testing::Values("11", "12"), level_name);

tb::RtlOptions everything() {
    tb::RtlOptions options;
    options.computing = tb::FieldSim::Computing::All;
    options.skip = false;
    return options;
}

TEST_P(Computing, OnlyWhatIsNeededIsTheSame) {
    EXPECT_EQ(run_beside(everything(), 40), "");
    EXPECT_GT(worth().sessions, 10U);
    EXPECT_GT(worth().cuts, 0U);
}

// Ticks that are passed over within exchanges leave all registers as stepping does.
TEST_P(Computing, EachLeapLandsWhereSteppingDoes) {
    tb::RtlOptions checked;
    checked.check_leaps = true;
    EXPECT_EQ(run_beside(checked, 40), "");
}

// The check itself: a clock that is set wrong by a tick when time is passed over.
TEST_P(Computing, APlantedSlipIsFound) {
    tb::RtlOptions slipping;
    slipping.slip = 1;
    EXPECT_NE(run_beside(slipping, 40), "");
}

}  // namespace
}  // namespace system_test
