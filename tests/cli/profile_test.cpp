// `cartouche profile`: its table, its files, and what it refuses.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
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
    for (const char* word : {"together", "one-by-one", "contactless", "secure", "display",
                             "anticollision", "enabled ticks"})
        EXPECT_NE(table.out.find(word), std::string::npos) << word;
    const auto picture = cli_test::read(folder / "e3.svg");
    EXPECT_EQ(picture.rfind("<svg", 0), 0U);
    EXPECT_NE(picture.find("secure, one-by-one"), std::string::npos);

    const Result result = run({"profile", "E3", "--level", "tlm", "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto json = nlohmann::json::parse(result.out);
    EXPECT_EQ(json.at("level"), "tlm");
    ASSERT_EQ(json.at("stages").size(), 2U);
    EXPECT_EQ(json.at("stages")[0].at("name"), "together");
    EXPECT_EQ(json.at("stages")[1].at("name"), "one-by-one");
    for (const auto& way : json.at("stages")) {
        EXPECT_EQ(way.at("modules").size(), 4U);
        const auto ticks = way.at("end").get<int>() - way.at("begin").get<int>();
        for (const auto& module : way.at("modules"))
            EXPECT_LE(module.at("enabled_ticks"), ticks) << module;
    }

    const Result file = run({"profile", "E3", "--level", "tlm", "--json", folder / "e3.json"});
    EXPECT_EQ(file.exit_code, 0) << file.err;
    EXPECT_EQ(nlohmann::json::parse(cli_test::read(folder / "e3.json")), json);
}

TEST(Profile, E3_TheRtlCountsToggles) {
    const Result result = run({"profile", "E3", "--level", "rtl", "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto json = nlohmann::json::parse(result.out);
    for (const auto& way : json.at("stages"))
        EXPECT_GT(way.at("modules")[0].at("toggles"), 0) << way.at("name");
}

/// Flows of system E that use a card, that show a line only, that take none of the reader's time.
TEST(Profile, E_AReadersModulesBesideItsPhases) {
    const Folder folder;
    const Result card = run({"profile", "E2", "--level", "tlm", "--timeline", folder / "e2.json",
                             "--html", folder / "e2.html"});
    ASSERT_EQ(card.exit_code, 0) << card.err;
    for (const char* word : {"anticollision", "crypto", "line", "contactless", "secure"})
        EXPECT_NE(card.out.find(word), std::string::npos) << word << '\n' << card.out;
    const auto timeline = cli_test::read(folder / "e2.json");
    EXPECT_NE(timeline.find("module: secure"), std::string::npos);
    EXPECT_NE(timeline.find("contacts: power on"), std::string::npos);
    EXPECT_NE(cli_test::read(folder / "e2.html").find("Modules of the reader"), std::string::npos);

    const Result line = run({"profile", "E6", "--level", "tlm", "--json"});
    ASSERT_EQ(line.exit_code, 0) << line.err;
    // "Ann" is three characters of 128 ticks.
    EXPECT_EQ(nlohmann::json::parse(line.out).at("phases"), (nlohmann::json{{"line", 3 * 128}}));

    const Result none = run({"profile", "E4", "--level", "tlm"});
    EXPECT_EQ(none.exit_code, 0) << none.err;
    EXPECT_NE(none.out.find("none of the reader's time"), std::string::npos) << none.out;
}

TEST(Profile, A1_PhasesAsTableJsonTimelinePageAndPicture) {
    const Folder folder;
    const Result table = run({"profile", "A1", "--level", "tlm", "--timeline", folder / "a1.json",
                              "--html", folder / "a1.html", "--svg", folder / "a1.svg"});
    ASSERT_EQ(table.exit_code, 0) << table.err;
    for (const char* word :
         {"anticollision", "authentication", "turn-around", "reader", "READ", "a transit gate"})
        EXPECT_NE(table.out.find(word), std::string::npos) << word;
    EXPECT_FALSE(
        nlohmann::json::parse(cli_test::read(folder / "a1.json")).at("traceEvents").empty());
    EXPECT_EQ(cli_test::read(folder / "a1.html").rfind("<!doctype html>", 0), 0U);
    EXPECT_EQ(cli_test::read(folder / "a1.svg").rfind("<svg", 0), 0U);

    const Result result = run({"profile", "A1", "--level", "tlm", "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto json = nlohmann::json::parse(result.out);
    std::uint64_t sum = 0;
    for (const auto& [phase, ticks] : json.at("phases").items()) sum += ticks.get<std::uint64_t>();
    EXPECT_EQ(json.at("ticks"), sum);
    // Keys of the sector, in what the host sent or got: never shown.
    for (const char* key : {"A0 A1 A2 A3 A4 A5", "B0 B1 B2 B3 B4 B5"})
        EXPECT_EQ(cli_test::read(folder / "a1.json").find(key), std::string::npos) << key;
}

TEST(Profile, ASweepRunsOnceForEachValue) {
    const Folder folder;
    const Result result =
        run({"profile", "A2", "--level", "tlm", "--sweep", "write-ticks=128,12800,27136", "--svg",
             folder / "sweep.svg", "--json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto json = nlohmann::json::parse(result.out);
    ASSERT_EQ(json.at("runs").size(), 3U);
    EXPECT_LT(json.at("runs")[0].at("ticks"), json.at("runs")[1].at("ticks"));
    EXPECT_LT(json.at("runs")[1].at("ticks"), json.at("runs")[2].at("ticks"));
    EXPECT_EQ(json.at("runs")[2].at("value"), "27136");
    EXPECT_NE(cli_test::read(folder / "sweep.svg").find("12800"), std::string::npos);
}

/// The page as a real browser draws it.
TEST(Profile, ThePageOpensInABrowser) {
    if (std::system("command -v chromium >/dev/null 2>&1") != 0)
        GTEST_SKIP() << "no chromium on PATH";
    const Folder folder;
    ASSERT_EQ(run({"profile", "A1", "--level", "tlm", "--html", folder / "a1.html"}).exit_code, 0);
    const std::string command =
        "timeout 60 chromium --headless --no-sandbox --disable-gpu "
        "--user-data-dir=" +
        (folder / "browser") + " --screenshot=" + (folder / "a1.png") +
        " --window-size=1200,2400 file://" + (folder / "a1.html") + " >/dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
    // A blank page of this size has a few thousand bytes.
    EXPECT_GT(std::filesystem::file_size(folder / "a1.png"), 50'000U);
}

TEST(Profile, WrongUseIsRefused) {
    const Folder folder;
    const auto refused = [](const std::vector<std::string>& arguments, const std::string& word) {
        const Result result = run(arguments);
        EXPECT_EQ(result.exit_code, 2) << result.err;
        EXPECT_NE(result.err.find(word), std::string::npos) << result.err;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    };
    refused({"profile", "A1", "--sweep", "moon=1"}, "moon=1");
    refused({"profile", "A1", "--sweep", "rate=106,9600"}, "9600");
    refused({"profile", "A1", "--sweep", "write-ticks=130"}, "128");
    refused({"profile", "A1", "--sweep", "write-ticks="}, "write-ticks");
    refused({"profile", "A1", "--sweep", "aes-clock=0"}, "aes-clock");
    refused({"profile", "A1", "--sweep", "host-latency=-1"}, "host-latency");
    refused({"profile", "A1", "--aes-clock", "fast"}, "aes-clock");
    refused({"profile", "A1", "--write-ticks", "100"}, "write-ticks");
    refused({"profile", "A1", "--level", "tlm", "--activity"}, "--level rtl");
    refused({"profile", "D1", "--level", "tlm", "--aes-clock", "2"}, "D1");
    refused({"profile", "E1", "--level", "tlm", "--write-ticks", "128"}, "E1");
    refused({"profile", "E1", "--level", "tlm", "--sweep", "host-latency=1,2"}, "E1");
    refused({"profile", "E3", "--level", "rtl", "--activity"}, "E3");
    refused({"profile", "E1", "--level", "tlm", "--via", "air"}, "E1");
    refused({"profile", "A1", "--level", "tlm", "--type", "b"}, "A1");
    refused({"profile", "A1", "--level", "tlm", "--html", folder / "none/a1.html"}, "none/a1.html");
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
