// Ten thousand random sequences of exchanges are the same on both levels.
#include "random_sequences.hpp"

namespace system_test {
namespace {

INSTANTIATE_TEST_SUITE_P(, RandomSequences,
                         testing::Values("1001", "1002", "1003", "1004", "1005", "1006", "1007",
                                         "1008", "1009", "1010", "1011", "1012", "1013", "1014",
                                         "1015", "1016", "1017", "1018", "1019", "1020"),
                         level_name);

TEST_P(RandomSequences, FiveHundredAreTheSameOnBothLevels) {
    run(500);
    EXPECT_GT(worth().activations, 350U);
    EXPECT_GT(worth().sessions, 200U);
    EXPECT_GT(worth().acknowledged, 50U);
    EXPECT_GT(worth().readings, 30U);
}

}  // namespace
}  // namespace system_test
