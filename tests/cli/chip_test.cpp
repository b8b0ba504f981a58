// Cards with a card OS, CAP files, and serve at pcscd, as a user starts them.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "process.hpp"

namespace {

using cli_test::Folder;
using cli_test::Process;
using cli_test::Result;
using cli_test::run;

TEST(New, ChipIsAWholeCardWithOsAndAts) {
    const Folder folder;
    const Result made = run({"new", folder / "card.nvm", "--chip", "--uid", "9C599B32"});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    EXPECT_NE(made.out.find("UID 9C599B32, ATQA 0004, SAK 20, ATS 0A787791028073C82110"),
              std::string::npos)
        << made.out;
    const std::string first = cli_test::read(folder / "card.nvm");
    const Result again =
        run({"new", folder / "card.nvm", "--chip", "--uid", "9C599B32", "--force"});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(cli_test::read(folder / "card.nvm"), first) << "the same options, the same card";
}

TEST(New, TypeBIsACardWithACardOs) {
    const Folder folder;
    const Result made = run({"new", folder / "card.nvm", "--type", "b", "--pupi", "566473F2",
                             "--afi", "11", "--atqb", "01020304778191"});
    EXPECT_EQ(made.exit_code, 0) << made.err;
    EXPECT_NE(made.out.find("type B, PUPI 566473F2, AFI 11, ATQB 01020304778191"),
              std::string::npos)
        << made.out;
    const Result plain = run({"new", folder / "plain.nvm", "--type", "b"});
    EXPECT_EQ(plain.exit_code, 0) << plain.err;
    EXPECT_NE(plain.out.find("AFI 00, ATQB 00000000778191"), std::string::npos) << plain.out;
}

TEST(New, ChipOptionsThatDoNotFitAreRefused) {
    const Folder folder;
    for (const std::vector<std::string>& wrong :
         {std::vector<std::string>{"new", folder / "card.mfd", "--chip"},
          {"new", folder / "card.nvm", "--chip", "--sak", "08"},
          {"new", folder / "card.nvm", "--ats", "0178"},
          {"new", folder / "card.nvm", "--chip", "--ats", "0578"},
          {"new", folder / "card.nvm", "--ats", "01"},
          {"new", folder / "card.mfd", "--type", "b"},
          {"new", folder / "card.nvm", "--type", "b", "--uid", "9C599B32"},
          {"new", folder / "card.nvm", "--type", "b", "--sak", "20"},
          {"new", folder / "card.nvm", "--type", "b", "--pupi", "0418"},
          {"new", folder / "card.nvm", "--type", "b", "--atqb", "778191"},
          {"new", folder / "card.nvm", "--chip", "--pupi", "566473F2"},
          {"new", folder / "card.nvm", "--type", "c"}}) {
        const Result result = run(wrong);
        EXPECT_EQ(result.exit_code, 2) << result.out;
        EXPECT_FALSE(result.err.empty());
        EXPECT_FALSE(std::filesystem::exists(wrong[1]));
    }
}

TEST(Package, WritesACapFileThatIsAlwaysTheSame) {
    const Folder folder;
    EXPECT_EQ(run({"package", "purse", folder / "a.cap"}).exit_code, 0);
    EXPECT_EQ(run({"package", "purse", folder / "b.cap"}).exit_code, 0);
    EXPECT_EQ(cli_test::read(folder / "a.cap"), cli_test::read(folder / "b.cap"));
    EXPECT_EQ(cli_test::read(folder / "a.cap").substr(0, 2), "PK");
    const Result list = run({"package", "--list"});
    EXPECT_EQ(list.exit_code, 0);
    EXPECT_NE(list.out.find("package D276000118AA30, module D276000118AA3001"), std::string::npos);
    EXPECT_EQ(run({"package", "purse", folder / "a.cap"}).exit_code, 2) << "it is there already";
    EXPECT_EQ(run({"package", "nothing", folder / "c.cap"}).exit_code, 2);
    EXPECT_EQ(run({"package", "purse"}).exit_code, 2);
    EXPECT_EQ(run({"package", "purse", folder / "c.cap", "--aid", "D276"}).exit_code, 2);
}

TEST(Serve, PcscWaitsForPcscdAndEndsWell) {
    const Folder folder;
    // At rtl a card's AES engine outlives the world that it was used in.
    for (const auto& [level, contactless] :
         {std::pair{"tlm", false}, {"tlm", true}, {"rtl", true}}) {
        std::vector<std::string> arguments{
            "serve", "--level", level, "--pcsc", "127.0.0.1:1", "--control", folder / "control"};
        if (contactless) arguments.push_back("--contactless");
        Process serve{arguments};
        ASSERT_TRUE(serve.prints("ready"));
        const Result state = run({"control", "--socket", folder / "control", "--json", "state"});
        const auto answer = nlohmann::json::parse(state.out, nullptr, false);
        EXPECT_EQ(answer["cards"][0]["os"], true) << state.out;
        serve.signal(SIGINT);
        const Result result = serve.wait();
        EXPECT_EQ(result.exit_code, 0) << result.err;
    }
}

TEST(Serve, PcscOptionsThatDoNotFitAreRefused) {
    const Folder folder;
    ASSERT_EQ(run({"new", folder / "card.mfd"}).exit_code, 0);
    for (const std::vector<std::string>& wrong :
         {std::vector<std::string>{"serve", "--pcsc", "host:port"},
          {"serve", "--pcsc", "--pn532", folder / "reader"},
          {"serve", "--contactless"},
          {"serve", "--apdus", "-"},
          {"serve", "--pcsc", "--list", "-"},
          {"serve", "--pcsc", "127.0.0.1:1", "--card", folder / "card.mfd"}}) {
        const Result result = run(wrong);
        EXPECT_EQ(result.exit_code, 2) << result.out << result.err;
        EXPECT_FALSE(result.err.empty());
    }
}

}  // namespace
