// `cartouche profile`: its table, its files, and what it refuses.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "process.hpp"

namespace {

using cli_test::Folder;
using cli_test::Result;
using cli_test::run;

TEST(Profile, E3_BothWaysAsTableJsonAndPicture) {
    const Folder folder;
    const Result table = run({"profile", "E3", "--level", "tlm", "--svg", folder / "e3.svg"});
    EXPECT_EQ(table.exit_code, 0) << table.err;
    for (const char* word : {"together", "one-by-one", "contactless", "secure", "display", "took"})
        EXPECT_NE(table.out.find(word), std::string::npos) << word;
    EXPECT_EQ(cli_test::read(folder / "e3.svg").rfind("<svg", 0), 0U);

    const Result result = run({"profile", "E3", "--level", "tlm", "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto json = nlohmann::json::parse(result.out);
    EXPECT_EQ(json.at("level"), "tlm");
    ASSERT_EQ(json.at("ways").size(), 2U);
    for (const auto& way : json.at("ways")) {
        EXPECT_EQ(way.at("modules").size(), 4U);
        for (const auto& module : way.at("modules"))
            EXPECT_LE(module.at("enabled_ticks"), way.at("ticks")) << module;
    }

    const Result file = run({"profile", "E3", "--level", "tlm", "--json", folder / "e3.json"});
    EXPECT_EQ(file.exit_code, 0) << file.err;
    EXPECT_EQ(nlohmann::json::parse(cli_test::read(folder / "e3.json")), json);
}

TEST(Profile, E3_TheRtlCountsToggles) {
    const Result result = run({"profile", "E3", "--level", "rtl", "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto json = nlohmann::json::parse(result.out);
    for (const auto& way : json.at("ways"))
        EXPECT_GT(way.at("modules")[0].at("toggles"), 0) << way.at("way");
}

TEST(Profile, WrongUseIsRefused) {
    const Folder folder;
    EXPECT_EQ(run({"profile"}).exit_code, 2);
    EXPECT_EQ(run({"profile", "E9"}).exit_code, 2);
    EXPECT_EQ(run({"profile", "E3", "--level", "both"}).exit_code, 2);
    EXPECT_EQ(run({"profile", "E3", "--level", "air"}).exit_code, 2);
    const Result nowhere =
        run({"profile", "E3", "--level", "tlm", "--svg", folder / "none/e3.svg"});
    EXPECT_EQ(nowhere.exit_code, 2) << nowhere.err;
    EXPECT_NE(nowhere.err.find("none/e3.svg"), std::string::npos) << nowhere.err;
}

}  // namespace
