#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "process.hpp"

namespace {

using cli_test::Folder;
using cli_test::Result;
using cli_test::run;

/// Keys, passwords and PINs of the cards in the flows of system A.
constexpr std::array<const char*, 6> Secrets{"A0 A1 A2 A3 A4 A5",       "AF A1 A2 A3 A4 A5",
                                             "B0 B1 B2 B3 B4 B5",       "8C 7F 46 D7 6C E0 12 66",
                                             "0B 54 57 07 45 FE 3A E7", "31 32 33 34"};

TEST(Flow, ListNamesTheSystemsFlows) {
    const Result result = run({"flow", "--list"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    for (const char* name : {"A1 ", "A2 ", "A3 ", "A4 ", "A5 ", "A6 "})
        EXPECT_NE(result.out.find(name), std::string::npos) << name << '\n' << result.out;
}

TEST(Flow, WrongUseIsToldInALine) {
    EXPECT_EQ(run({"flow"}).exit_code, 2);
    const Result unknown = run({"flow", "A99"});
    EXPECT_EQ(unknown.exit_code, 2);
    EXPECT_NE(unknown.err.find("no flow 'A99'"), std::string::npos) << unknown.err;
    EXPECT_EQ(run({"flow", "A1", "--via", "wire"}).exit_code, 2);
    EXPECT_EQ(run({"flow", "A1", "--rate", "300"}).exit_code, 2);
    EXPECT_EQ(run({"flow", "A1", "--type", "c"}).exit_code, 2);
    const Result gate = run({"flow", "A1", "--level", "tlm", "--via", "air", "--type", "b"});
    EXPECT_EQ(gate.exit_code, 2);
    EXPECT_EQ(gate.err, "cartouche: A1 has no card of type B: a gate reads cards of type A\n");
    EXPECT_EQ(gate.out, "");
    const Result both = run({"flow", "A5", "--level", "tlm", "--via", "air"});
    EXPECT_EQ(both.exit_code, 2);
    EXPECT_EQ(both.err.find("cartouche: A5 does not go over the air: "), 0U) << both.err;
}

TEST(Flow, TellsStepsWithTicksAndApdus) {
    const Result result = run({"flow", "A1", "--level", "tlm"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    for (const char* part : {"80 CA 01 00 00", "value 2500, address 5",
                             "access bits 000,000,000/011", " ticks ", "A1 is done"})
        EXPECT_NE(result.out.find(part), std::string::npos) << part << '\n' << result.out;
}

TEST(Flow, WritesStepsAsJson) {
    const Folder folder;
    ASSERT_EQ(run({"flow", "A4", "--level", "tlm", "--json", folder / "a4.json"}).exit_code, 0);
    const auto json = nlohmann::json::parse(cli_test::read(folder / "a4.json"));
    EXPECT_EQ(json.at("flow"), "A4");
    EXPECT_EQ(json.at("level"), "tlm");
    EXPECT_TRUE(json.at("ok").get<bool>());
    const auto& steps = json.at("steps");
    ASSERT_EQ(steps.size(), 4U);
    EXPECT_EQ(steps[0].at("id"), "A3");
    EXPECT_GT(steps[1].at("ticks"), 0);
    EXPECT_EQ(steps[1].at("exchanges")[0].at("command"), "80 34 01 00");
    EXPECT_EQ(steps[1].at("exchanges")[0].at("answer"), "90 00");
    const Result screen = run({"flow", "A4", "--level", "tlm", "--json"});
    EXPECT_TRUE(nlohmann::json::accept(screen.out)) << "nothing else on the screen";
}

TEST(Flow, ShowsNoKeyPasswordOrPin) {
    const Folder folder;
    for (const char* name : {"A1", "A2", "A3", "A4", "A5", "A6"}) {
        const Result result =
            run({"flow", name, "--level", "tlm", "--json", folder / "steps.json"});
        EXPECT_EQ(result.exit_code, 0) << name << result.err;
        const std::string all = result.out + result.err + cli_test::read(folder / "steps.json");
        for (const char* secret : Secrets)
            EXPECT_EQ(all.find(secret), std::string::npos) << name << " shows " << secret;
    }
}

}  // namespace
