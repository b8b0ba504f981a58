#include <gtest/gtest.h>
#include <signal.h>

#include <nlohmann/json.hpp>

#include "link/terminal.hpp"
#include "process.hpp"

namespace {

using cli_test::Folder;
using cli_test::Process;
using cli_test::Result;
using cli_test::run;

nlohmann::json control(const Folder& folder, const std::vector<std::string>& words) {
    std::vector<std::string> arguments{"control", "--socket", folder / "control", "--json"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    const Result result = run(arguments);
    const nlohmann::json answer = nlohmann::json::parse(result.out, nullptr, false);
    EXPECT_EQ(result.exit_code, answer.value("ok", false) ? 0 : 1) << result.err;
    return answer;
}

std::string make_card(const Folder& folder, const std::string& name, const std::string& uid) {
    const std::string path = folder / name;
    const Result result = run({"new", "--kind", "1k", "--uid", uid, path});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return path;
}

TEST(Serve, ControlSwapsRemovesAndPlacesTheCard) {
    const Folder folder;
    const std::string first = make_card(folder, "first.mfd", "10E2F0A1");
    const std::string second = make_card(folder, "second.mfd", "04183F09321B85");
    Process serve{{"serve", "--level", "tlm", "--card", first, "--pn532", folder / "reader",
                   "--control", folder / "control"}};
    ASSERT_TRUE(serve.prints("ready"));

    EXPECT_EQ(control(folder, {"state"})["cards"][0]["uid"], "10E2F0A1");
    EXPECT_EQ(control(folder, {"swap", second})["cards"][0]["uid"], "04183F09321B85");
    EXPECT_TRUE(control(folder, {"remove"})["cards"].empty());
    EXPECT_EQ(control(folder, {"remove"})["error"], "slot 0 is empty");
    EXPECT_EQ(control(folder, {"place", first})["cards"].size(), 1U);
    EXPECT_EQ(control(folder, {"place", second})["error"], "slot 0 is taken");
    EXPECT_EQ(control(folder, {"cut"})["ok"], true);

    serve.signal(SIGTERM);
    const Result result = serve.wait();
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_NE(result.out.find("LIBNFC_DEFAULT_DEVICE=pn532_uart:" + folder / "reader"),
              std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(folder / "reader"));
    EXPECT_FALSE(std::filesystem::exists(folder / "control"));
}

TEST(Serve, BrokenImageLeavesTheOldCardInPlace) {
    const Folder folder;
    const std::string card = make_card(folder, "card.mfd", "10E2F0A1");
    cli_test::write(folder / "broken", "no card");
    Process serve{{"serve", "--level", "tlm", "--card", card, "--control", folder / "control"}};
    ASSERT_TRUE(serve.prints("ready"));
    EXPECT_EQ(control(folder, {"swap", folder / "broken"})["ok"], false);
    EXPECT_EQ(control(folder, {"state"})["cards"][0]["uid"], "10E2F0A1");
    serve.signal(SIGINT);
    EXPECT_EQ(serve.wait().exit_code, 0);
}

TEST(Serve, SignalSentTwiceStillCleansUp) {
    const Folder folder;
    Process serve{{"serve", "--level", "tlm", "--control", folder / "control"}};
    ASSERT_TRUE(serve.prints("ready"));
    serve.signal(SIGTERM);
    serve.signal(SIGINT);
    EXPECT_EQ(serve.wait().exit_code, 0);
    EXPECT_FALSE(std::filesystem::exists(folder / "control"));
}

TEST(Serve, SecondServeOnOneControlSocketIsRefused) {
    const Folder folder;
    Process serve{{"serve", "--level", "tlm", "--control", folder / "control"}};
    ASSERT_TRUE(serve.prints("ready"));
    const Result second = run({"serve", "--level", "tlm", "--control", folder / "control"});
    EXPECT_EQ(second.exit_code, 2);
    EXPECT_NE(second.err.find("another serve"), std::string::npos) << second.err;
    EXPECT_EQ(control(folder, {"state"})["ok"], true);
}

TEST(Serve, E5_LinkSaysNothingWhileThePlatformIsLoggedOut) {
    const std::string firmware = "00 00 FF 02 FE D4 02 2A 00";
    const std::string answer = "00 00 FF 00 FF 00 00 00 FF 06 FA D5 03 32 01 06 07 E8 00";
    const Folder folder;
    Process serve{
        {"serve", "--level", "tlm", "--pn532", folder / "reader", "--control", folder / "control"}};
    ASSERT_TRUE(serve.prints("ready"));
    const link_test::Terminal host{folder / "reader"};
    host.send(firmware);
    EXPECT_EQ(host.receive(19), answer);
    EXPECT_EQ(control(folder, {"logout"})["ok"], true);
    host.send(firmware);
    EXPECT_EQ(host.receive(1, std::chrono::milliseconds{300}), "");
    EXPECT_EQ(control(folder, {"login"})["ok"], true);
    EXPECT_EQ(control(folder, {"login"})["error"], "a client is connected already");
    host.send(firmware);
    EXPECT_EQ(host.receive(19), answer);
    serve.signal(SIGTERM);
    EXPECT_EQ(serve.wait().exit_code, 0);
}

}  // namespace
