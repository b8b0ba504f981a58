// `cartouche campaign`: runs, shards and their reports.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "process.hpp"

namespace {

using cli_test::Folder;
using cli_test::Result;
using cli_test::run;

nlohmann::json report(const Result& result) { return nlohmann::json::parse(result.out); }

TEST(Campaign, EachSystemHoldsInAFewRuns) {
    const Result list = run({"campaign", "--list"});
    ASSERT_EQ(list.exit_code, 0) << list.err;
    std::istringstream lines{list.out};
    std::string line;
    unsigned count = 0;
    while (std::getline(lines, line)) {
        const std::string name = line.substr(0, line.find(' '));
        const Result result = run({"campaign", name, "--runs", "10", "--json"});
        EXPECT_EQ(result.exit_code, 0) << name << '\n' << result.out << result.err;
        EXPECT_EQ(report(result).at("runs"), 10) << name;
        EXPECT_GT(report(result).at("faults"), 0) << name;
        ++count;
    }
    EXPECT_GE(count, 1U);
}

TEST(Campaign, ShardsAddUpToTheWhole) {
    const Folder folder;
    const auto shard = [&](const std::string& which, const std::string& file) {
        const Result result = run({"campaign", "sector", "--runs", "21", "--seed", "7", "--shard",
                                   which, "--json", folder / file});
        EXPECT_EQ(result.exit_code, 0) << result.err;
    };
    shard("0/2", "0.json");
    shard("1/2", "1.json");
    const Result whole = run({"campaign", "sector", "--runs", "21", "--seed", "7", "--json"});
    const Result merged =
        run({"campaign", "--merge", folder / "0.json", folder / "1.json", "--json"});
    EXPECT_EQ(merged.exit_code, 0) << merged.err;
    EXPECT_EQ(report(merged), report(whole));

    const Result part = run({"campaign", "--merge", folder / "0.json"});
    EXPECT_EQ(part.exit_code, 1);
    EXPECT_NE(part.err.find("11 of 21 runs"), std::string::npos) << part.err;
    cli_test::write(folder / "seed.json",
                    R"({"campaign":"sector","seed":8,"planned":21,"runs":1,"faults":0,)"
                    R"("violations":[]})");
    const Result mixed = run({"campaign", "--merge", folder / "0.json", folder / "seed.json"});
    EXPECT_EQ(mixed.exit_code, 2);
    EXPECT_NE(mixed.err.find("of another campaign"), std::string::npos) << mixed.err;
}

TEST(Campaign, AViolationFailsTheJob) {
    const Folder folder;
    cli_test::write(folder / "bad.json",
                    R"({"campaign":"sector","seed":1,"planned":1,"runs":1,"faults":2,)"
                    R"("violations":["seed 1: mixed"]})");
    const Result result = run({"campaign", "--merge", folder / "bad.json"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_NE(result.out.find("VIOLATION seed 1: mixed"), std::string::npos) << result.out;
}

TEST(Campaign, WrongUseIsToldInALine) {
    const Folder folder;
    const auto wrong = [](const std::vector<std::string>& arguments, const std::string& expected) {
        const Result result = run(arguments);
        EXPECT_EQ(result.exit_code, 2) << result.out;
        EXPECT_NE(result.err.find(expected), std::string::npos) << result.err;
    };
    wrong({"campaign"}, "a campaign is required");
    wrong({"campaign", "nothing"}, "no campaign 'nothing'");
    wrong({"campaign", "sector", "--level", "rtl"}, "on level tlm only");
    wrong({"campaign", "reader", "--level", "both"}, "tlm or rtl");
    for (const char* shard : {"2/2", "x", "1", "1/", "-1/2", "0/2x"})
        wrong({"campaign", "sector", "--runs", "1", "--shard", shard}, "expected I/N");
    cli_test::write(folder / "text.json", "{\"campaign\": 3}");
    wrong({"campaign", "--merge", folder / "text.json"}, "report of a campaign");
}

}  // namespace
