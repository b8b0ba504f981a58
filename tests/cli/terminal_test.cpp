// `cartouche terminal` for scripts, on every level, and what it refuses.
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "process.hpp"

namespace {

using cli_test::Folder;
using cli_test::Process;
using cli_test::Result;
using cli_test::run;

constexpr const char* Text = "4E494748542042555300000000000000";  // NIGHT BUS

class TerminalTest : public testing::TestWithParam<const char*> {
protected:
    TerminalTest() {
        EXPECT_EQ(run({"new", card, "--chip", "--sectors"}).exit_code, 0);
        cli_test::write(pin, "1234\n");
        cli_test::write(wrong, "9999\n");
    }

    static Result terminal(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "terminal");
        return run(arguments);
    }
    std::string block(const char* number, bool gate = false) {
        std::vector<std::string> arguments{"view", number,    "--json",  "--nvm",
                                           card,   "--level", GetParam()};
        if (gate) arguments.push_back("--gate");
        const Result result = terminal(arguments);
        EXPECT_EQ(result.exit_code, 0) << result.err;
        const auto json = nlohmann::json::parse(result.out, nullptr, false);
        return json.is_object() ? json["blocks"][0]["hex"] : nlohmann::json{""};
    }

    Folder folder{};
    std::string card = folder / "card.nvm";
    std::string pin = folder / "pin";
    std::string wrong = folder / "wrong";
};

TEST_P(TerminalTest, AScriptChangesASectorAndTakesItBack) {
    const std::string before = block("4");
    const Result changed = terminal(
        {"modify", "4", "0", Text, "--nvm", card, "--level", GetParam(), "--pin-file", pin});
    EXPECT_EQ(changed.exit_code, 0) << changed.err;
    EXPECT_EQ(block("4"), "4E 49 47 48 54 20 42 55 53 00 00 00 00 00 00 00");
    EXPECT_EQ(block("4", true), block("4")) << "a gate reads the same";
    EXPECT_EQ(terminal({"undo", "4", "--nvm", card, "--pin-file", pin}).exit_code, 0);
    EXPECT_EQ(block("4"), before);
}

INSTANTIATE_TEST_SUITE_P(Levels, TerminalTest, testing::Values("tlm", "rtl", "both"),
                         [](const auto& level) { return level.param; });

using TerminalOnModelTest = TerminalTest;

TEST_P(TerminalOnModelTest, RefusalsSayWhy) {
    const Result result = terminal({"modify", "4", "0", Text, "--nvm", card, "--pin-file", wrong});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_NE(result.err.find("Wrong PIN, 2 tries left (63C2)"), std::string::npos) << result.err;
    // The count is in the card's file: the next run goes on with it.
    const Result again = terminal({"undo", "4", "--nvm", card, "--pin-file", wrong});
    EXPECT_NE(again.err.find("Wrong PIN, 1 try left"), std::string::npos) << again.err;
    EXPECT_EQ(terminal({"view", "20", "--nvm", card}).exit_code, 1);
}

TEST_P(TerminalOnModelTest, WrongUseIsRefused) {
    const std::vector<std::vector<std::string>> uses = {
        {"modify", "4", "0", "00", "--nvm", card, "--pin-file", pin},
        {"modify", "4", "4", Text, "--nvm", card, "--pin-file", pin},
        {"modify", "4", "3", Text, "--nvm", card, "--pin-file", pin},
        {"modify", "4", "0", Text, "--nvm", card, "--pin-env", "NO_SUCH_VARIABLE"},
        {"modify", "4", "0", Text, "--nvm", card, "--pin", "1234"},
        {"view", "40", "--nvm", card},
        {"view", "4", "--nvm", folder / "none.nvm"},
    };
    for (const auto& use : uses) {
        const Result result = terminal(use);
        EXPECT_EQ(result.exit_code, 2) << use[0] << ' ' << use[2] << ": " << result.out;
        EXPECT_FALSE(result.err.empty());
    }
    EXPECT_EQ(run({"new", folder / "other.nvm", "--sectors"}).exit_code, 2);
}

TEST_P(TerminalOnModelTest, AnImageOfSectorsGetsContactsAndKeepsWhatIsChanged) {
    const std::string image = folder / "card.mfd";
    ASSERT_EQ(run({"new", image}).exit_code, 0);
    const std::string before = cli_test::read(image);
    setenv("CARTOUCHE_TEST_PIN", "1234", 1);
    const Result result =
        terminal({"modify", "2", "1", Text, "--card", image, "--pin-env", "CARTOUCHE_TEST_PIN"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    std::string after = cli_test::read(image);
    EXPECT_EQ(after.substr(144, 9), "NIGHT BUS");
    after.replace(144, 16, before, 144, 16);
    EXPECT_EQ(after, before);
}

TEST_P(TerminalOnModelTest, ThePageEndsWellWhenAskedTo) {
    Process page{{"terminal", "--nvm", card}};
    ASSERT_TRUE(page.prints("ready"));
    page.signal(SIGTERM);
    const Result result = page.wait();
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_NE(result.out.find("http://127.0.0.1:"), std::string::npos);
}

TEST_P(TerminalOnModelTest, KeysAndPinsGoIntoNoCoreDump) {
    if (!machine_dumps_cores(folder)) GTEST_SKIP() << "this machine makes no core dumps";
    Process page{{"terminal", "--nvm", card}};
    ASSERT_TRUE(page.prints("ready"));
    page.signal(SIGABRT);
    EXPECT_FALSE(page.wait().core_dumped);
}

INSTANTIATE_TEST_SUITE_P(Model, TerminalOnModelTest, testing::Values("tlm"),
                         [](const auto& level) { return level.param; });

}  // namespace
