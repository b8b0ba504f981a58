// Random sequences of exchanges are the same on both levels: a few of them in every run.
#include "random_sequences.hpp"

namespace system_test {
namespace {

INSTANTIATE_TEST_SUITE_P(, RandomSequences, testing::Values("1", "2", "3", "4"), level_name);

TEST_P(RandomSequences, AreTheSameOnBothLevels) {
    run(60);
    // The run was worth something.
    EXPECT_GT(worth().activations, 40U);
    EXPECT_GT(worth().sessions, 20U);
    EXPECT_GT(worth().acknowledged, 2U);
    EXPECT_GT(worth().readings, 2U);
    EXPECT_GT(worth().removals, 2U);
}

}  // namespace
}  // namespace system_test
