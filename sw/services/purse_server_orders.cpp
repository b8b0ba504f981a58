// purse_server_orders.cpp - a terminal asks to add money to a card, or to take some from it.

#include <fmt/format.h>

#include "platform/refusal.hpp"
#include "services/message.hpp"
#include "services/purse_server.hpp"

namespace services {
namespace {

using platform::Refusal;

const char* kind_of(PurseStep step) { return step == PurseStep::Load ? "load" : "debit"; }

constexpr std::uint8_t TripleDes = 0x00;

}  // namespace

Transaction PurseServer::order_in(const nlohmann::json& request, PurseStep step) const {
    const auto offer = offer_in(member(request, "offer"), step);
    if (offer.algorithm != TripleDes)
        throw Refusal{"algorithm", "the card's algorithm is not ours"};
    Transaction order;
    order.id = transaction_in(request);
    order.kind = kind_of(step);
    order.card = base::to_hex(array_in<10>(request, "card"));
    order.terminal = base::to_hex(array_in<6>(request, "terminal"));
    order.amount = fen_in(request, "amount");
    order.balance = offer.balance;
    order.serial = offer.serial;
    if (options_.accounts) order.account = customer_account(name_in(request, "account"));
    if (!options_.prices.empty()) {
        const auto service = name_in(request, "service");
        if (price({{"service", service}}).at("amount") != order.amount)
            throw Refusal{"price", "the service has another price"};
        order.account = "service/" + service;
    }
    return order;
}

nlohmann::json PurseServer::authorise(const nlohmann::json& request, PurseStep step) {
    Transaction order = order_in(request, step);
    const auto offer = offer_in(request["offer"], step);
    if (step == PurseStep::Load) {
        const auto right = security(order.card).load_mac1(offer, order.order());
        if (!base::equal_in_constant_time(right, offer.mac))
            throw Refusal{"mac", "the offer is not this card's"};
    }
    return office_.database.transaction([&](soci::session& sql) {
        const auto known = office_.book.find(sql, order.id);
        if (known)
            check_again(*known, order);
        else
            begin(sql, order);
        return instruction(known ? *known : order, offer);
    });
}

/// The same order once more: its answer was lost, or the card was initialised anew. It may have
/// another random number, but the same serial: the card can do one of them only.
void PurseServer::check_again(const Transaction& known, const Transaction& order) const {
    if (known.over())
        throw Refusal{to_string(known.state),
                      fmt::format("the transaction is {} already", to_string(known.state))};
    if (!known.asks_as(order)) throw Refusal{"conflict", "the transaction is another one's"};
    if (known.serial != order.serial || known.balance != order.balance)
        throw Refusal{"statement", "the card has changed since"};
}

void PurseServer::begin(soci::session& sql, Transaction& order) const {
    const auto holds = office_.ledger.balance(sql, card_account(order.card));
    if (!holds) throw Refusal{"card", "there is no such card"};
    if (!office_.book.open_of(sql, order.card).empty())
        throw Refusal{"open", "a transaction of this card is not over"};
    if (*holds != order.balance)
        throw Refusal{"balance", fmt::format("the card should hold {} fen", *holds)};
    if (order.kind == "debit" && order.amount > *holds)
        throw Refusal{"funds", "there is not enough money on the card"};
    if (!order.account.empty() && !office_.ledger.balance(sql, order.account))
        throw Refusal{"account", "there is no such account"};
    order.state = State::Authorised;
    order.moment = base::to_hex(moment_of(office_.options().clock()));
    if (order.kind == "load")
        office_.ledger.post(sql, order.id, "hold", counterpart(order), Suspense, order.amount);
    else
        order.terminal_serial = office_.book.next_serial(sql, order.terminal);
    office_.book.add(sql, order);
}

nlohmann::json PurseServer::instruction(const Transaction& known, const Offer& offer) const {
    const auto keys = security(known.card);
    const auto moment = from_text<7>(known.moment);
    const auto order = known.order();
    if (known.kind == "load")
        return {{"moment", known.moment},
                {"mac", base::to_hex(keys.load_mac2(offer, order, moment))}};
    const auto serial = static_cast<std::uint32_t>(known.terminal_serial);
    return {{"moment", known.moment},
            {"terminal_serial", serial},
            {"mac", base::to_hex(keys.purchase_mac1(offer, order, moment, serial))}};
}

}  // namespace services
