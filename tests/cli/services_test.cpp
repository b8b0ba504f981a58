// `cartouche services`: the walk of docs/services.md with a process for each server, killed at
// every block of a download, and what is told of wrong use.
#include <cstdio>
#include <filesystem>
#include <regex>
#include <sstream>

#include "cutting_proxy.hpp"
#include "services_walk.hpp"

namespace cli_test {
namespace {

/// The numbers of the blocks that a phone has given to its element.
std::vector<unsigned> blocks(const std::string& out) {
    std::vector<unsigned> all;
    std::istringstream lines{out};
    for (std::string line; std::getline(lines, line);) {
        unsigned number = 0;
        if (std::sscanf(line.c_str(), "BLOCK %u of", &number) == 1) all.push_back(number);
    }
    return all;
}

TEST_F(ServicesWalk, ACardIsDownloadedAndPaidWith) {
    start_all();
    const auto download = run(phone({"download", "one-card"}));
    ASSERT_EQ(download.exit_code, 0) << download.err;
    EXPECT_NE(download.out.find("INSTALL 9000\ncard 1 is " + std::string{Purse} + '\n'),
              std::string::npos)
        << download.out;
    const auto empty = run(phone({"balance"}));
    EXPECT_EQ(empty.out, "card 00003100860000000001: 0.00\n") << empty.err;
    const auto top_up = run(phone({"top-up", "50.00", "--account", "alice"}));
    EXPECT_EQ(top_up.out, "the card holds 50.00\n") << top_up.err;
    const auto debit = run(phone({"debit", "2.5"}));
    EXPECT_EQ(debit.out, "the card holds 47.50\n") << debit.err;
    const auto cash = run(phone({"top-up", "1"}));
    EXPECT_EQ(cash.out, "the card holds 48.50\n") << cash.err;
    EXPECT_EQ(run(phone({"recover"})).out, "0 left open\n");

    const auto poor = run(phone({"top-up", "50.01", "--account", "alice"}));
    EXPECT_EQ(poor.exit_code, 1);
    EXPECT_NE(poor.err.find("there is not enough money"), std::string::npos) << poor.err;
    const auto broke = run(phone({"debit", "48.51"}));
    EXPECT_EQ(broke.exit_code, 1) << broke.out;

    for (const char* who : {"business", "onecard", "payment"}) end(who);
    const auto onecard = books("onecard");
    EXPECT_EQ(onecard.exit_code, 0) << onecard.err;
    const auto has = [](const std::string& out, const std::string& account,
                        const std::string& amount) {
        return std::regex_search(out, std::regex{account + " +" + amount + "\n"});
    };
    EXPECT_TRUE(has(onecard.out, "card/00003100860000000001", "48\\.50")) << onecard.out;
    EXPECT_TRUE(has(onecard.out, "takings", "2\\.50")) << onecard.out;
    EXPECT_NE(onecard.out.find("the books are right\n"), std::string::npos);
    const auto payment = books("payment");
    EXPECT_TRUE(has(payment.out, "account/alice", "50\\.00")) << payment.out;
    EXPECT_TRUE(has(payment.out, "merchant", "50\\.00")) << payment.out;
    EXPECT_EQ(books("business").exit_code, 0);
}

// At each message of a download, on its way to the platform or on its way back.
TEST_F(ServicesWalk, ADownloadGoesOnThoughThePlatformIsKilledAtEachMessage) {
    start_all();
    CuttingProxy between{port("business")};
    send_phone_to(between.port());
    std::filesystem::copy(folder_ / "phone.nvm", folder_ / "new.nvm");
    unsigned resumed = 0;
    unsigned turn = 1;
    for (;; ++turn) {
        SCOPED_TRACE(testing::Message() << "killed at turn " << turn);
        ASSERT_LT(turn, 100U) << "a download does not come to its end";
        std::filesystem::copy(folder_ / "new.nvm", folder_ / "phone.nvm",
                              std::filesystem::copy_options::overwrite_existing);
        between.cut_at(turn, [this] { kill_now("business"); });
        const auto broken = run(phone({"download", "one-card"}));
        const bool killed = between.end_cutting();
        if (killed) start("business");
        // Nothing was left to be lost.
        if (broken.exit_code == 0) break;
        ASSERT_TRUE(killed) << broken.err;
        EXPECT_EQ(broken.exit_code, 1) << broken.out;
        EXPECT_NE(broken.err.find("cannot be reached"), std::string::npos) << broken.err;
        const bool installed = broken.out.find("INSTALL 9000") != std::string::npos;
        const auto card = run(phone({"balance"}));
        EXPECT_EQ(card.exit_code, installed ? 0 : 1) << card.out << card.err;

        const auto whole = run(phone({"download", "one-card"}));
        ASSERT_EQ(whole.exit_code, 0) << whole.err;
        EXPECT_NE(whole.out.find("card 1 is " + std::string{Purse}), std::string::npos);
        const auto before = blocks(broken.out);
        const auto after = blocks(whole.out);
        if (before.empty() || installed) continue;
        ++resumed;
        const unsigned next = after.empty() ? before.back() + 1 : after.front();
        EXPECT_EQ(next, before.back() + 1) << "begun anew\n" << whole.out;
    }
    EXPECT_GT(turn, 18U);
    EXPECT_GE(resumed, 3U);
    const auto top_up = run(phone({"top-up", "50.00", "--account", "alice"}));
    EXPECT_EQ(top_up.out, "the card holds 50.00\n") << top_up.err;
}

}  // namespace
}  // namespace cli_test
