// As computing_test.cpp over 10^8 ticks.
#include "random_sequences.hpp"
#include "verilated/rtl_world.hpp"

namespace system_test {
namespace {

using Computing = RandomSequences;

INSTANTIATE_TEST_SUITE_P(, Computing, testing::Values("2001", "2002", "2003", "2004"), level_name);

TEST_P(Computing, OnlyWhatIsNeededIsTheSameForMillionsOfTicks) {
    constexpr Tick Enough = 25'000'000;  // four seeds
    tb::RtlOptions everything;
    everything.computing = tb::FieldSim::Computing::All;
    everything.skip = false;
    EXPECT_EQ(run_beside(everything, 600), "");
    EXPECT_GT(world().now(), Enough);
}

}  // namespace
}  // namespace system_test
