// What servers refuse, and what they answer twice: requests as somebody sends them who does not
// behave.
#include "bench.hpp"
#include "platform/refusal.hpp"
#include "services/message.hpp"

namespace services_test {
namespace {

using services::Offer;
using services::Order;
using services::PurseStep;

const std::string Id(32, 'A');
const std::string Other(32, 'B');

/// The one-card server alone, with a card whose keys the test knows.
class Server : public testing::Test {
protected:
    services::PurseSecurity security{lab::worked_masters(),
                                     services::from_text<10>(lab::WorkedCard)};
    Order order{5000, services::from_text<6>("100000000001")};
    Offer offer{1000, 7, 1, 0, {0x1A, 0x2B, 0x3C, 0x4D}, {}};
    MoneyLab lab{MoneyLabOptions{.clock = [] { return 1'705'314'600; }}};

    nlohmann::json ask(const nlohmann::json& request) {
        return lab.line(MoneyHop::BusinessOneCard).call(request);
    }
    std::string refusal(const nlohmann::json& request) {
        try {
            (void)ask(request);
        } catch (const platform::Refusal& refused) {
            return refused.code();
        }
        return "nothing";
    }
    nlohmann::json load(const std::string& id) {
        offer.mac = security.load_mac1(offer, order);
        return {{"do", "load"},
                {"transaction", id},
                {"card", lab::WorkedCard},
                {"terminal", "100000000001"},
                {"amount", order.amount},
                {"offer", to_json(offer, PurseStep::Load)}};
    }
    static nlohmann::json confirm(const std::string& tac) {
        return {{"do", "confirm"}, {"transaction", Id}, {"tac", tac}};
    }
    /// What the card says when it is initialised anew.
    nlohmann::json statement(Fen balance, std::uint16_t serial) {
        Offer said = offer;
        said.balance = balance;
        said.serial = serial;
        said.random = {9, 9, 9, 9};
        said.mac = security.load_mac1(said, {0, order.terminal});
        auto made = to_json(said, PurseStep::Load);
        made["terminal"] = "100000000001";
        return made;
    }
    nlohmann::json reverse(const nlohmann::json& said) {
        return {{"do", "reverse"}, {"transaction", Id}, {"statement", said}};
    }
    Fen held() { return lab.balance("onecard", services::card_account(lab::WorkedCard)); }
};

TEST_F(Server, LoadAsWorked) {
    const auto instruction = ask(load(Id));
    EXPECT_EQ(load(Id)["offer"]["mac"], "6110249E");
    EXPECT_EQ(instruction["moment"], "20240115103000");
    EXPECT_EQ(instruction["mac"], "9519380B");
    EXPECT_EQ(ask(load(Id)), instruction) << "the same again";
    EXPECT_EQ(ask(confirm("A5853962"))["balance"], 6000);
    EXPECT_EQ(ask(confirm("A5853962"))["balance"], 6000) << "booked once";
    EXPECT_EQ(refusal(load(Id)), "booked");
}

TEST_F(Server, PurchaseAsWorked) {
    lab::MoneyLabOptions options;
    options.on_card = 6000;
    options.clock = [] { return 1'705'340'712; };  // 2024-01-15 17:45:12
    MoneyLab rich{std::move(options)};
    auto& line = rich.line(MoneyHop::BusinessOneCard);
    Offer said{6000, 0x2A, 1, 0, {0x5E, 0x6F, 0x70, 0x81}, {}};
    nlohmann::json request{
        {"do", "debit"},           {"transaction", Id},
        {"card", lab::WorkedCard}, {"terminal", "100000000001"},
        {"amount", 200},           {"offer", to_json(said, PurseStep::Purchase)}};
    // The worked terminal has done a hundred purchases before.
    rich.office("onecard").database.transaction(
        [](soci::session& sql) { sql << "INSERT INTO terminals VALUES ('100000000001', 100)"; });
    const auto instruction = line.call(request);
    EXPECT_EQ(instruction["terminal_serial"], 0x65);
    EXPECT_EQ(instruction["mac"], "3790E9DA");
    EXPECT_EQ(line.call(confirm("53C150F0"))["balance"], 5800);
}

TEST_F(Server, AnOfferOfAnotherCardIsRefused) {
    auto request = load(Id);
    request["offer"]["mac"] = "6110249F";
    EXPECT_EQ(refusal(request), "mac");
    request = load(Id);
    request["offer"]["balance"] = 999;
    EXPECT_EQ(refusal(request), "mac") << "the MAC is over the balance";
    request = load(Id);
    request["card"] = "00003100860000123457";
    EXPECT_EQ(refusal(request), "mac") << "it has other keys";
    EXPECT_EQ(ask({{"do", "status"}, {"transaction", Id}})["state"], "none");
}

TEST_F(Server, OneTransactionOfACardAtATime) {
    (void)ask(load(Id));
    EXPECT_EQ(refusal(load(Other)), "open");
    const auto open = ask({{"do", "open"}, {"card", lab::WorkedCard}})["transactions"];
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open[0]["transaction"], Id);
    EXPECT_EQ(open[0]["serial"], 7);
    (void)ask(confirm("A5853962"));
    offer.balance = 6000;
    offer.serial = 8;
    (void)ask(load(Other));
}

TEST_F(Server, OnlyTheCardsCertificateBooks) {
    (void)ask(load(Id));
    EXPECT_EQ(refusal(confirm("A5853963")), "proof");
    EXPECT_EQ(held(), 1000);
    EXPECT_EQ(refusal({{"do", "confirm"}, {"transaction", Other}, {"tac", "A5853962"}}), "unknown");
}

TEST_F(Server, OnlyTheCardsStatementReverses) {
    (void)ask(load(Id));
    EXPECT_EQ(refusal({{"do", "reverse"}, {"transaction", Id}}), "statement");
    auto forged = statement(1000, 7);
    forged["mac"] = "00000000";
    EXPECT_EQ(refusal(reverse(forged)), "mac");
    EXPECT_EQ(refusal(reverse(statement(6000, 8))), "statement") << "the card has done it";
    EXPECT_EQ(lab.balance("onecard", "suspense"), 5000);
    EXPECT_EQ(ask(reverse(statement(1000, 7)))["state"], "reversed");
    EXPECT_EQ(ask(reverse(statement(1000, 7)))["state"], "reversed") << "once";
    EXPECT_EQ(lab.balance("onecard", "suspense"), 0);
    EXPECT_EQ(lab.balance("onecard", "float"), 0);
    EXPECT_EQ(refusal(confirm("A5853962")), "reversed");
    EXPECT_EQ(refusal(load(Id)), "reversed") << "should it come again";
}

TEST_F(Server, WhatIsBookedIsNotReversed) {
    (void)ask(load(Id));
    (void)ask(confirm("A5853962"));
    EXPECT_EQ(refusal(reverse(statement(6000, 8))), "booked");
    EXPECT_EQ(refusal({{"do", "reverse"}, {"transaction", Id}, {"unsent", true}}), "booked");
    EXPECT_EQ(held(), 6000);
}

TEST_F(Server, AReversalMayComeBeforeItsOrder) {
    (void)ask({{"do", "reverse"}, {"transaction", Id}, {"unsent", true}});
    EXPECT_EQ(refusal(load(Id)), "reversed");
    EXPECT_EQ(lab.balance("onecard", "suspense"), 0);
}

TEST_F(Server, TheSameIdentifierForSomethingElseIsRefused) {
    (void)ask(load(Id));
    order.amount = 5001;
    EXPECT_EQ(refusal(load(Id)), "conflict");
    order.amount = 5000;
    offer.serial = 8;
    EXPECT_EQ(refusal(load(Id)), "statement");
}

TEST_F(Server, ACardThatIsInitialisedAnewGetsAnotherMac) {
    const auto first = ask(load(Id));
    offer.random = {1, 2, 3, 4};
    const auto second = ask(load(Id));
    EXPECT_NE(second["mac"], first["mac"]);
    EXPECT_EQ(second["moment"], first["moment"])
        << "so that the certificate fits whichever it took";
    (void)ask(confirm("A5853962"));
}

TEST_F(Server, ThePaymentSystemPaysAndRefundsOnce) {
    auto& payment = lab.line(MoneyHop::BusinessPayment);
    const auto say = [&](const char* job) {
        try {
            return payment.call({{"do", job}, {"transaction", Id}}).value("state", "");
        } catch (const platform::Refusal& refused) {
            return "refused: " + refused.code();
        }
    };
    const nlohmann::json debit{
        {"do", "debit"}, {"transaction", Id}, {"account", "alice"}, {"amount", 4000}};
    (void)payment.call(debit);
    (void)payment.call(debit);
    EXPECT_EQ(lab.balance("payment", "account/alice"), 6000);
    EXPECT_EQ(say("refund"), "reversed");
    EXPECT_EQ(say("refund"), "reversed");
    EXPECT_EQ(lab.balance("payment", "account/alice"), 10'000);
    EXPECT_EQ(say("settle"), "refused: reversed");
    EXPECT_THROW((void)payment.call(debit), platform::Refusal);
    EXPECT_EQ(lab.balance("payment", "account/alice"), 10'000);
}

TEST_F(Server, ARefundMayComeBeforeItsDebit) {
    auto& payment = lab.line(MoneyHop::BusinessPayment);
    (void)payment.call({{"do", "refund"}, {"transaction", Id}});
    EXPECT_THROW(
        (void)payment.call(
            {{"do", "debit"}, {"transaction", Id}, {"account", "alice"}, {"amount", 4000}}),
        platform::Refusal);
    EXPECT_EQ(lab.balance("payment", "account/alice"), 10'000);
}

TEST_F(Server, RequestsThatAreNoneAreRefused) {
    for (const char* text : {R"({})", R"(5)", R"([])", R"({"do": 5})", R"({"do": "load"})",
                             R"({"do": "LOAD"})", R"({"do": "confirm", "transaction": "AA"})",
                             R"({"do": "open", "card": "0000310086000012345G"})"})
        EXPECT_EQ(refusal(nlohmann::json::parse(text)), "request") << text;
    auto request = load(Id);
    request["amount"] = -1;
    EXPECT_EQ(refusal(request), "request");
    request["amount"] = 1e300;
    EXPECT_EQ(refusal(request), "request");
    request["amount"] = 18'446'744'073'709'551'615U;
    EXPECT_EQ(refusal(request), "request");
}

TEST_F(Server, EntriesCanNeitherBeChangedNorTakenAway) {
    auto& office = lab.office("onecard");
    for (const char* statement : {"UPDATE entries SET amount = 0", "DELETE FROM entries"})
        EXPECT_ANY_THROW(office.database.transaction([&](soci::session& sql) { sql << statement; }))
            << statement;
    office.database.transaction([](soci::session& sql) {
        sql << "UPDATE accounts SET balance = balance + 1 WHERE account = 'float'";
    });
    EXPECT_FALSE(lab.faults("onecard", 1000).empty()) << "the auditor sees it";
}

}  // namespace
}  // namespace services_test
