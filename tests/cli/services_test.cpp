// `cartouche services`: the walk of docs/services.md with a process for each server, killed at
// every block of a download, and what is told of wrong use.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
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

/// Whether a server's books say so.
bool has(const std::string& out, const std::string& account, const std::string& amount) {
    return std::regex_search(out, std::regex{account + " +" + amount + "\n"});
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
    EXPECT_GE(resumed, 2U);
    const auto top_up = run(phone({"top-up", "50.00", "--account", "alice"}));
    EXPECT_EQ(top_up.out, "the card holds 50.00\n") << top_up.err;
}

TEST_F(ServicesWalk, ACardComesByShortMessagesThroughABadNetworkAndAKilledPlatform) {
    start_all();
    start("gateway");
    Process job{phone({"download-sms", "one-card"})};
    ASSERT_TRUE(job.prints("ordered")) << job.wait().err;
    kill_now("business");
    start("business");
    const auto result = job.wait();
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_NE(result.out.find("the card is there: "), std::string::npos) << result.out;
    const auto top_up = run(phone({"top-up", "50.00", "--account", "alice"}));
    EXPECT_EQ(top_up.out, "the card holds 50.00\n") << top_up.err;
    end("gateway");
}

// Bank and merchant have purses of their own; their cards come by the same platform.
TEST_F(ServicesWalk, ABanksAndAMerchantsServer) {
    for (const char* who : {"onecard", "payment", "bank", "merchant"}) start(who);
    connect_issuers({"bank", "merchant"});
    start("business");
    for (const char* kind : {"bank", "merchant"}) {
        const auto done = run(phone({"download", kind}));
        ASSERT_EQ(done.exit_code, 0) << done.err;
    }
    ask_directly("bank");
    const auto deposit = run(phone({"top-up", "30", "--account", "alice"}, "D276000118AB0201"));
    EXPECT_EQ(deposit.out, "the card holds 30.00\n") << deposit.err;
    const auto debit = run(phone({"debit", "5", "--account", "alice"}, "D276000118AB0201"));
    EXPECT_EQ(debit.out, "the card holds 25.00\n") << debit.err;
    EXPECT_TRUE(has(books("bank").out, "account/alice", "75\\.00"));
    ask_directly("merchant");
    const auto ride = run(phone({"serve", "ride"}, "D276000118AB0301"));
    EXPECT_EQ(ride.exit_code, 1) << "there is no money on it";
    const auto none = run(phone({"serve", "boat"}, "D276000118AB0301"));
    EXPECT_NE(none.err.find("there is no such service"), std::string::npos) << none.err;
}

TEST_F(ServicesWalk, WrongUseIsToldInOneLine) {
    const auto wrong = [](const std::vector<std::string>& arguments, const std::string& expected,
                          int exit_code = 2) {
        const auto result = run(arguments);
        EXPECT_EQ(result.exit_code, exit_code) << result.out << result.err;
        EXPECT_NE(result.err.find(expected), std::string::npos) << result.err;
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    };
    wrong({"services"}, "subcommand");
    wrong({"services", "onecard"}, "--config");
    wrong({"services", "onecard", "--config", folder_ / "none.json"}, "none.json");
    const auto original = read(config("business"));
    const auto changed = [&](const std::string& member, const nlohmann::json& value,
                             const std::string& expected) {
        auto file = nlohmann::json::parse(original);
        file[nlohmann::json::json_pointer{member}] = value;
        write(config("business"), file.dump());
        wrong({"services", "business", "--config", config("business")}, expected);
        write(config("business"), original);
    };
    changed("/listn", "x", R"("listn": nobody knows what this is for)");
    changed("/listen", "here", R"("listen": expected HOST:PORT)");
    changed("/database", "mysql:x", "sqlite:FILE or postgresql:");
    changed("/database", "sqlite:none/business.db", "cannot be opened");
    changed("/reconcile_seconds", 0, "reconcile_seconds");
    changed("/downloads/masters/module", "none.key", "none.key");
    changed("/downloads/terminals/phone", "12", "a secure element's id has twenty digits");
    changed("/downloads/packages/loyalty", "onecard", "expected one-card, bank or merchant");
    changed("/downloads/packages/bank", "bank", "is none of the issuers");

    start("onecard");
    auto other = nlohmann::json::parse(read(config("onecard")));
    other["database"] = "sqlite:other.db";
    write(folder_ / "other.json", other.dump());
    wrong({"services", "onecard", "--config", folder_ / "other.json"}, "cannot be had");

    wrong(phone({"top-up", "much"}), "expected an amount such as 50.00");
    wrong(phone({"top-up"}), "WHAT is required");
    wrong(phone({"download", "loyalty"}), "expected one-card, bank or merchant");
    wrong(phone({"dance"}), "dance");
    wrong(phone({"balance"}, "xyz"), "expected hexadecimal digits");
    wrong(phone({"download", "one-card"}), "cannot be reached", 1);
    wrong({"services", "package", folder_ / "transit.package", "--business", "X"},
          "exists already");
    wrong({"services", "element", "12", folder_ / "x.nvm", "--config", config("business")},
          "twenty hexadecimal digits");
}

TEST_F(ServicesWalk, ADatabaseThatCannotBeReachedIsToldWithoutItsPassword) {
    auto file = nlohmann::json::parse(read(config("payment")));
    file["database"] = "postgresql:host=127.0.0.1 port=1 connect_timeout=2 password=hush";
    write(config("payment"), file.dump());
    const auto result = run({"services", "payment", "--config", config("payment")});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.err.find("postgresql"), std::string::npos) << result.err;
    EXPECT_EQ((result.out + result.err).find("hush"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace cli_test
