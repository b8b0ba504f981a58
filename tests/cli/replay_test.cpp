#include <gtest/gtest.h>

#include <cstdlib>

#include "process.hpp"

namespace {

using cli_test::Folder;
using cli_test::Result;
using cli_test::run;

class Replay : public testing::TestWithParam<const char*> {};

TEST_P(Replay, OwnSessionGivesTheSameAnswers) {
    const Folder folder;
    ASSERT_EQ(run({"demo", "--level", "tlm", "--trace", folder / "demo.trace"}).exit_code, 0);
    cli_test::write(folder / "keys", "436172746F75\n");
    const Result result =
        run({"replay", folder / "demo.trace", "--keys", folder / "keys", "--level", GetParam()});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    EXPECT_NE(result.out.find(" 0 different"), std::string::npos) << result.out;
    EXPECT_EQ(result.out.find("not compared"), std::string::npos) << result.out;
}

// The collection's MIFARE Classic session: one authentication, two nested ones, reads. Every answer
// but the blocks' contents is computed: nonces, encrypted parity, keystream.
TEST_P(Replay, RecordedSessionGivesTheSameAnswers) {
    const char* data = std::getenv("CARTOUCHE_DATA");
    if (data == nullptr) GTEST_SKIP() << "CARTOUCHE_DATA is not set";
    const Folder folder;
    cli_test::write(folder / "keys", "A0A1A2A3A4A5\n3B7E4FD575AD\n");
    const Result result = run({"replay", std::string{data} + "/traces_pm3/hf_mf_hid_sio_sim.trace",
                               "--keys", folder / "keys", "--level", GetParam()});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    EXPECT_NE(result.out.find("23 answers the same, 0 different"), std::string::npos) << result.out;
}

INSTANTIATE_TEST_SUITE_P(Levels, Replay, testing::Values("tlm", "rtl", "both"),
                         [](const auto& level) { return std::string{level.param}; });

TEST(Replay, OtherCardIsFoundOut) {
    const Folder folder;
    ASSERT_EQ(run({"demo", "--level", "tlm", "--trace", folder / "demo.trace"}).exit_code, 0);
    ASSERT_EQ(run({"new", "--kind", "1k", "--uid", "9C599B32", folder / "other.mfd"}).exit_code, 0);
    const Result result = run({"replay", folder / "demo.trace", "--card", folder / "other.mfd"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_NE(result.out.find("recorded 10 E2 F0 A1 A3"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("card     9C 59 9B 32 6C"), std::string::npos) << result.out;
}

}  // namespace
