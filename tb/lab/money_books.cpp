// money_books.cpp - the auditor of a money laboratory: do all books say the same?

#include <fmt/format.h>

#include <map>

#include "lab/money_lab.hpp"

namespace lab {
namespace {

using services::Fen;
using services::State;

/// What a party's book says of each transaction.
std::map<std::string, State> states(services::MoneyOffice& office) {
    return office.database.transaction([&](soci::session& sql) {
        const soci::rowset<std::string> rows = (sql.prepare << "SELECT id FROM transactions");
        std::map<std::string, State> all;
        for (const std::string& id : std::vector<std::string>{rows.begin(), rows.end()})
            all[id] = office.book.find(sql, id)->state;
        return all;
    });
}

/// Booked loads that a customer paid for at the POS.
Fen paid_in_cash(services::MoneyOffice& business) {
    return business.database.transaction([](soci::session& sql) {
        Fen sum = 0;
        sql << "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM transactions WHERE kind = "
               "'load' AND account = '' AND state = 'booked'",
            soci::into(sum);
        return sum;
    });
}

}  // namespace

std::vector<std::string> MoneyLab::faults(const std::string& issuer, Fen on_card) {
    auto found = issuer == "onecard" ? onecard_faults(on_card) : std::vector<std::string>{};
    for (const std::string name : {"payment", "onecard", "bank", "merchant"}) {
        auto& one = office(name);
        for (const auto& fault :
             one.database.transaction([&](soci::session& sql) { return one.ledger.faults(sql); }))
            found.push_back(fmt::format("{}: {}", name, fault));
        if (balance(name, "suspense") != 0)
            found.push_back(fmt::format("{} holds money in suspense", name));
    }
    if (const Fen says = balance(issuer, services::card_account(WorkedCard)); says != on_card)
        found.push_back(fmt::format("the card holds {}, its server says {}", on_card, says));
    return found;
}

std::vector<std::string> MoneyLab::onecard_faults(Fen on_card) {
    std::vector<std::string> found;
    const auto must = [&](bool holds, const std::string& what) {
        if (!holds) found.push_back(what);
    };
    const Fen alice = balance("payment", services::customer_account(Alice));
    const Fen merchant = balance("payment", services::PaymentServer::Merchant);
    const Fen loaded = -balance("onecard", services::PurseServer::Float);
    const Fen taken = balance("onecard", services::PurseServer::Takings);
    const Fen cash = paid_in_cash(office("business"));
    must(alice + merchant == Opening, "the payment system has lost or made money");
    must(on_card - loaded + taken == options_.on_card, "the one-card side has lost or made money");
    must(merchant + cash == loaded,
         fmt::format("paid for are {}, loaded were {}", merchant + cash, loaded));

    const auto of_business = states(office("business"));
    const auto of_onecard = states(office("onecard"));
    const auto of_payment = states(office("payment"));
    for (const auto& [id, state] : of_business) {
        must(state == State::Booked || state == State::Reversed,
             fmt::format("{} is {} at the business platform", id, to_string(state)));
        const auto onecard = of_onecard.find(id);
        must(onecard != of_onecard.end() && onecard->second == state,
             fmt::format("{} is not the same at the one-card server", id));
        const auto payment = of_payment.find(id);
        must(payment == of_payment.end() || payment->second == state,
             fmt::format("{} is not the same at the payment system", id));
    }
    for (const auto* book : {&of_onecard, &of_payment})
        for (const auto& [id, state] : *book)
            must(of_business.contains(id), fmt::format("nobody ordered {}", id));
    return found;
}

}  // namespace lab
