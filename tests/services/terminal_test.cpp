// Top-ups and debits through terminals 1, 3 and 4.
#include "platform/terminal.hpp"

#include "bench.hpp"
#include "platform/refusal.hpp"

namespace services_test {
namespace {

void expect_agreed(Bench& bench, const std::string& issuer, Fen on_card) {
    EXPECT_EQ(bench.on_card(), on_card);
    EXPECT_EQ(bench.beside(), on_card) << "the card manager follows";
    for (const auto& fault : bench.lab.faults(issuer, on_card)) ADD_FAILURE() << fault;
}

TEST(Terminal, B6_TopsUpForCash) {
    Bench bench;
    const auto receipt = bench.place().terminal->top_up(5000);
    EXPECT_EQ(receipt.balance, 6000);
    EXPECT_TRUE(receipt.booked);
    expect_agreed(bench, "onecard", 6000);
    EXPECT_EQ(bench.lab.balance("onecard", "float"), -5000);
}

TEST(Terminal, B6_Debits) {
    Bench bench;
    EXPECT_EQ(bench.place().terminal->debit(200).balance, 800);
    expect_agreed(bench, "onecard", 800);
    EXPECT_EQ(bench.lab.balance("onecard", "takings"), 200);
}

TEST(Terminal, B7_AThirdPartyPays) {
    Bench bench;
    EXPECT_EQ(bench.place().terminal->top_up(5000, MoneyLab::Alice).balance, 6000);
    expect_agreed(bench, "onecard", 6000);
    EXPECT_EQ(bench.lab.balance("payment", "account/alice"), 5000);
    EXPECT_EQ(bench.lab.balance("payment", "merchant"), 5000);
}

TEST(Terminal, B7_WhoHasTooLittleGetsNothing) {
    Bench bench;
    auto place = bench.place();
    EXPECT_THROW(place.terminal->top_up(10'001, MoneyLab::Alice), platform::Refusal);
    EXPECT_EQ(place.terminal->recover(), 0U);
    expect_agreed(bench, "onecard", 1000);
    EXPECT_EQ(bench.lab.balance("payment", "account/alice"), 10'000);
}

TEST(Terminal, B8_TheBankTakesAndGives) {
    Bench bench;
    auto place = bench.place(MoneyHop::TerminalBank);
    EXPECT_EQ(place.terminal->top_up(2500, MoneyLab::Alice).balance, 3500);
    EXPECT_EQ(bench.lab.balance("bank", "account/alice"), 7500);
    EXPECT_EQ(place.terminal->debit(500, MoneyLab::Alice).balance, 3000);
    EXPECT_EQ(bench.lab.balance("bank", "account/alice"), 8000);
    expect_agreed(bench, "bank", 3000);
    EXPECT_THROW(place.terminal->debit(3001, MoneyLab::Alice), services::CardRefused);
    expect_agreed(bench, "bank", 3000);
}

TEST(Terminal, B9_TheMerchantTakesThePriceOfAService) {
    Bench bench;
    auto place = bench.place(MoneyHop::TerminalMerchant);
    EXPECT_EQ(place.terminal->serve(MoneyLab::Ride).balance, 800);
    expect_agreed(bench, "merchant", 800);
    EXPECT_EQ(bench.lab.balance("merchant", "service/ride"), 200);
    EXPECT_THROW(place.terminal->serve("flight"), platform::Refusal);
    EXPECT_THROW(place.terminal->top_up(100), platform::Refusal) << "it does not load";
    EXPECT_EQ(place.terminal->recover(), 0U);
    expect_agreed(bench, "merchant", 800);
}

TEST(Terminal, AnotherTerminalFinishesWhatOneLeft) {
    Bench bench;
    bench.card.lose_answer = 5;  // SELECT, READ BINARY, GET BALANCE, INITIALIZE, CREDIT FOR LOAD
    auto first = bench.place();
    EXPECT_THROW(first.terminal->top_up(5000), platform::CardLost);
    auto second = bench.lab.terminal(MoneyHop::TerminalBusiness, bench.card, 1);
    EXPECT_EQ(second.terminal->top_up(100).balance, 6100);
    EXPECT_EQ(first.terminal->recover(), 0U);
    expect_agreed(bench, "onecard", 6100);
}

TEST(Terminal, TheSameOverMutualTls) {
    Bench bench{{.https = true}};
    auto place = bench.place();
    EXPECT_EQ(place.terminal->top_up(5000, MoneyLab::Alice).balance, 6000);
    EXPECT_EQ(place.terminal->debit(200).balance, 5800);
    expect_agreed(bench, "onecard", 5800);
    // A peer that TLS lets in has no business with every server.
    EXPECT_THROW(bench.lab.line(MoneyHop::TerminalBank).call({{"do", "settle"}}),
                 platform::Refusal);
}

}  // namespace
}  // namespace services_test
