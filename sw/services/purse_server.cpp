// purse_server.cpp - what comes after an order: proof, reversal, questions.

#include "services/purse_server.hpp"

#include <fmt/format.h>

#include "platform/refusal.hpp"
#include "services/message.hpp"

namespace services {

using platform::Refusal;

PurseServer::PurseServer(MoneyOffice& office, PurseServerOptions options)
    : office_{office}, options_{std::move(options)}, masters_{office.masters()} {
    office_.database.transaction([&](soci::session& sql) {
        for (const auto* account : {Float, Takings, Suspense}) office_.ledger.open(sql, account);
        for (const auto& [service, price] : options_.prices)
            office_.ledger.open(sql, "service/" + service);
    });
}

void PurseServer::register_card(const std::string& card, Fen balance) {
    office_.open_account(card_account(card), balance);
}

nlohmann::json PurseServer::handle(const std::string& peer, const nlohmann::json& request) {
    if (!options_.peers.contains(peer))
        throw Refusal{"peer", peer + " has no business with this server"};
    const auto job = name_in(request, "do");
    if (job == "load" && options_.loads) return authorise(request, PurseStep::Load);
    if (job == "debit" && options_.debits) return authorise(request, PurseStep::Purchase);
    if (job == "confirm") return confirm(request);
    if (job == "reverse") return reverse(request);
    if (job == "status") return status(request);
    if (job == "open") return open_transactions(request);
    if (job == "price") return price(request);
    if (job == "package") return package(request);
    throw Refusal{"request", "this server does not do that"};
}

nlohmann::json PurseServer::confirm(const nlohmann::json& request) {
    const auto id = transaction_in(request);
    const auto tac = array_in<4>(request, "tac");
    return office_.database.transaction([&](soci::session& sql) -> nlohmann::json {
        const auto known = office_.book.find(sql, id);
        if (!known) throw Refusal{"unknown", "there is no such transaction"};
        if (known->state == State::Reversed)
            throw Refusal{"reversed", "the transaction was reversed"};
        const auto right = from_text<4>(right_proof(*known));
        if (!base::equal_in_constant_time(right, tac))
            throw Refusal{"proof", "the card's certificate is not right"};
        if (known->state == State::Authorised) {
            const auto card = card_account(known->card);
            if (known->kind == "load")
                office_.ledger.post(sql, id, "load", Suspense, card, known->amount);
            else
                office_.ledger.post(sql, id, "debit", card, counterpart(*known), known->amount);
            office_.book.set_booked(sql, id, base::to_hex(tac));
        }
        return {{"state", "booked"},
                {"balance", office_.ledger.balance(sql, card_account(known->card)).value()}};
    });
}

std::string PurseServer::right_proof(const Transaction& known) const {
    const auto keys = security(known.card);
    const auto order = known.order();
    const auto moment = from_text<7>(known.moment);
    if (known.kind == "load")
        return base::to_hex(keys.load_tac(known.balance + known.amount,
                                          static_cast<std::uint16_t>(known.serial), order, moment));
    return base::to_hex(
        keys.purchase_tac(order, moment, static_cast<std::uint32_t>(known.terminal_serial)));
}

nlohmann::json PurseServer::reverse(const nlohmann::json& request) {
    const auto id = transaction_in(request);
    return office_.database.transaction([&](soci::session& sql) -> nlohmann::json {
        const auto known = office_.book.find(sql, id);
        if (known && known->state == State::Booked)
            throw Refusal{"booked", "the card has proved the transaction"};
        if (!known) {
            // Should the order still come, late or doubled, it finds this.
            Transaction none;
            none.id = id;
            none.kind = "none";
            none.state = State::Reversed;
            office_.book.add(sql, none);
        } else if (known->state == State::Authorised) {
            judge_statement(request, *known);
            if (known->kind == "load")
                office_.ledger.post(sql, id, "release", Suspense, counterpart(*known),
                                    known->amount);
            office_.book.set_state(sql, id, State::Reversed);
        }
        return {{"state", "reversed"}};
    });
}

/// Nothing happened: either the instruction never left the terminal, or the card says so itself, in
/// its answer to INITIALIZE FOR LOAD of 0.
void PurseServer::judge_statement(const nlohmann::json& request, const Transaction& known) const {
    if (request.contains("unsent") && request["unsent"] == true) return;
    if (!request.contains("statement"))
        throw Refusal{"statement", "what became of it must be looked up on the card"};
    const auto said = offer_in(request["statement"], PurseStep::Load);
    const auto right =
        security(known.card).load_mac1(said, {0, array_in<6>(request["statement"], "terminal")});
    if (!base::equal_in_constant_time(right, said.mac))
        throw Refusal{"mac", "the statement is not this card's"};
    const bool same =
        said.balance == known.balance && (known.kind != "load" || said.serial == known.serial);
    if (!same) throw Refusal{"statement", "the card has changed since"};
}

nlohmann::json PurseServer::status(const nlohmann::json& request) {
    const auto id = transaction_in(request);
    const auto known = office_.database.transaction(
        [&](soci::session& sql) { return office_.book.find(sql, id); });
    return {{"state", known ? to_string(known->state) : "none"}};
}

nlohmann::json PurseServer::open_transactions(const nlohmann::json& request) {
    const auto card = base::to_hex(array_in<10>(request, "card"));
    return office_.database.transaction([&](soci::session& sql) {
        nlohmann::json all = nlohmann::json::array();
        for (const auto& one : office_.book.open_of(sql, card))
            all.push_back({{"transaction", one.id},
                           {"kind", one.kind},
                           {"amount", one.amount},
                           {"serial", one.serial}});
        nlohmann::json answer{{"transactions", all}};
        if (const auto holds = office_.ledger.balance(sql, card_account(card)))
            answer["balance"] = *holds;
        return answer;
    });
}

nlohmann::json PurseServer::price(const nlohmann::json& request) const {
    const auto found = options_.prices.find(name_in(request, "service"));
    if (found == options_.prices.end()) throw Refusal{"service", "there is no such service"};
    return {{"amount", found->second}};
}

/// Each time another card: one that is never installed has no money, and nobody misses it.
nlohmann::json PurseServer::package(const nlohmann::json& request) {
    const auto kind = name_in(request, "kind");
    if (!options_.cards || kind != ota::to_string(options_.cards->package.kind))
        throw Refusal{"kind", "this server makes no such cards"};
    const auto package = office_.database.transaction([&](soci::session& sql) {
        const auto count = office_.book.next_serial(sql, "cards");
        const auto number = card_number(*options_.cards, count);
        office_.ledger.open(sql, card_account(base::to_hex(number)));
        return make_card(*options_.cards, masters_, count);
    });
    auto bytes = package.bytes();
    nlohmann::json answer{{"package", base::to_hex(bytes)}};
    base::wipe(bytes);
    return answer;
}

PurseSecurity PurseServer::security(const std::string& card) const {
    return {masters_, from_text<10>(card)};
}

std::string PurseServer::counterpart(const Transaction& order) {
    if (!order.account.empty()) return order.account;
    return order.kind == "load" ? Float : Takings;
}

}  // namespace services
