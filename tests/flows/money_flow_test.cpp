// System B, the money side, on every level: the rows FLOW-10 and FLOW-12, and the flows B6 to B10
// as `cartouche flow` runs them.
#include "base/hex.hpp"
#include "flow_run.hpp"
#include "flows/download_scene.hpp"
#include "flows/money_scene.hpp"
#include "platform/refusal.hpp"
#include "services/issuer_line.hpp"

namespace {

using flow_test::expect_done;
using flows::Level;
using flows::MoneyScene;
using flows::Via;
using lab::MoneyHop;
using lab::MoneyLab;

class Flow : public testing::TestWithParam<Level> {};
INSTANTIATE_TEST_SUITE_P(, Flow, flow_test::EveryLevel, flow_test::level_name);

TEST_P(Flow, FLOW_10_ATopUpReachesCardManagerAndServerOnce) {
    MoneyScene scene{{.level = GetParam()}};
    auto place = scene.place(MoneyHop::TerminalBusiness);
    EXPECT_EQ(place.terminal->top_up(5000).balance, 6000);
    EXPECT_EQ(scene.on_card(), 6000);
    EXPECT_EQ(scene.beside(), 6000);
    EXPECT_EQ(scene.lab().balance("onecard", "card/00003100860000123456"), 6000);
    EXPECT_EQ(scene.lab().balance("onecard", "float"), -5000) << "50.00 once";
    scene.stage().finish();
}

TEST_P(Flow, FLOW_12_BankAndMerchantDebits) {
    MoneyScene scene{{.level = GetParam()}, {.on_card = 6000}};
    auto bank = scene.place(MoneyHop::TerminalBank);
    EXPECT_THROW((void)bank.terminal->debit(6001, MoneyLab::Alice), services::CardRefused);
    EXPECT_EQ(scene.on_card(), 6000);
    EXPECT_EQ(scene.beside(), 6000);
    // A terminal that does not ask the card first is refused as well.
    nlohmann::json order{{"do", "debit"},
                         {"transaction", std::string(32, 'A')},
                         {"card", "00003100860000123456"},
                         {"terminal", "100000000003"},
                         {"account", "alice"},
                         {"amount", 6001},
                         {"offer",
                          {{"balance", 6000},
                           {"serial", 0x2A},
                           {"version", 1},
                           {"algorithm", 0},
                           {"random", "01020304"}}}};
    EXPECT_THROW((void)scene.lab().line(MoneyHop::TerminalBank).call(order), platform::Refusal);
    EXPECT_EQ(scene.lab().balance("bank", "account/alice"), MoneyLab::Opening);
    auto merchant = scene.place(MoneyHop::TerminalMerchant);
    EXPECT_EQ(merchant.terminal->serve(MoneyLab::Ride).balance, 5800);
    EXPECT_EQ(scene.on_card(), 5800);
    EXPECT_EQ(scene.beside(), 5800);
    scene.stage().finish();
}

class Flows : public testing::TestWithParam<Level> {};
INSTANTIATE_TEST_SUITE_P(, Flows, flow_test::EveryLevel, flow_test::level_name);

TEST_P(Flows, B6_OneCard) { expect_done("B6", GetParam()); }
TEST_P(Flows, B7_ThirdPartyPayment) { expect_done("B7", GetParam()); }
TEST_P(Flows, B8_Bank) { expect_done("B8", GetParam()); }
TEST_P(Flows, B9_Merchant) { expect_done("B9", GetParam()); }
TEST_P(Flows, B10_TheManagerFollows) { expect_done("B10", GetParam()); }
TEST_P(Flows, B6_OneCardThroughTheAir) { expect_done("B6", GetParam(), Via::Air); }
TEST_P(Flows, B10_TheManagerFollowsThroughTheAir) { expect_done("B10", GetParam(), Via::Air); }

/// The whole way: the one-card server makes a card, the business platform brings it into the secure
/// element, terminal 1 tops it up, and the manager beside it follows.
TEST_P(Flows, B3_ACardFromTheOneCardServerIsToppedUp) {
    lab::MoneyLabOptions options;
    options.new_cards =
        services::CardPlan{flows::purse_package(ota::Kind::OneCard, 1, 0, "City A transit"),
                           {0x00, 0x00, 0x31, 0x00, 0x86, 0x00}};
    MoneyLab money{std::move(options)};
    services::IssuerLine issuer{money.line(MoneyHop::BusinessOneCard)};
    flows::DownloadScene scene{{.level = GetParam()}};
    scene.lab().issuers().connect(ota::Kind::OneCard, issuer);
    flows::Report report;
    const auto done = scene.control_unit(report).download(ota::Kind::OneCard);
    const auto purse = base::from_hex(done.value("instance", "")).value();
    auto place =
        money.terminal(MoneyHop::TerminalBusiness, scene.stage().card(Via::Contacts), 0, purse);
    EXPECT_EQ(place.terminal->top_up(5000, MoneyLab::Alice).balance, 5000);
    EXPECT_EQ(place.terminal->debit(200).balance, 4800);
    EXPECT_EQ(money.balance("onecard", "card/00003100860000000001"), 4800);
    const auto managed = scene.managed(done.value("card", 0U));
    ASSERT_TRUE(managed);
    EXPECT_EQ(managed->purse, 4800U);
    scene.stage().finish();
}

}  // namespace
