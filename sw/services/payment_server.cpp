#include "services/payment_server.hpp"

#include <fmt/format.h>

#include "platform/refusal.hpp"
#include "services/message.hpp"

namespace services {

using platform::Refusal;

PaymentServer::PaymentServer(MoneyOffice& office, std::set<std::string> peers)
    : office_{office}, peers_{std::move(peers)} {
    office_.open_account(Suspense);
    office_.open_account(Merchant);
}

nlohmann::json PaymentServer::handle(const std::string& peer, const nlohmann::json& request) {
    if (!peers_.contains(peer)) throw Refusal{"peer", peer + " has no business with this server"};
    const auto job = name_in(request, "do");
    if (job == "debit") return debit(request);
    if (job == "settle") return finish(request, State::Booked);
    if (job == "refund") return finish(request, State::Reversed);
    if (job == "status") return status(request);
    throw Refusal{"request", "this server does not do that"};
}

nlohmann::json PaymentServer::debit(const nlohmann::json& request) {
    Transaction order;
    order.id = transaction_in(request);
    order.kind = "payment";
    order.account = customer_account(name_in(request, "account"));
    order.amount = fen_in(request, "amount");
    order.state = State::Authorised;
    return office_.database.transaction([&](soci::session& sql) -> nlohmann::json {
        const auto known = office_.book.find(sql, order.id);
        if (known && known->state == State::Reversed)
            throw Refusal{"reversed", "the payment was refunded"};
        if (known && !known->asks_as(order))
            throw Refusal{"conflict", "the transaction is another one's"};
        if (!known) {
            office_.ledger.post(sql, order.id, "debit", order.account, Suspense, order.amount);
            office_.book.add(sql, order);
        }
        return {{"state", to_string(known ? known->state : order.state)}};
    });
}

nlohmann::json PaymentServer::finish(const nlohmann::json& request, State state) {
    const auto id = transaction_in(request);
    const bool refund = state == State::Reversed;
    return office_.database.transaction([&](soci::session& sql) -> nlohmann::json {
        const auto known = office_.book.find(sql, id);
        if (!known && !refund) throw Refusal{"unknown", "there is no such payment"};
        if (!known) {
            // Should the debit still come, late or doubled, it finds this.
            Transaction none;
            none.id = id;
            none.kind = "none";
            none.state = State::Reversed;
            office_.book.add(sql, none);
        } else if (known->state == State::Authorised) {
            if (refund)
                office_.ledger.post(sql, id, "refund", Suspense, known->account, known->amount);
            else
                office_.ledger.post(sql, id, "settle", Suspense, Merchant, known->amount);
            office_.book.set_state(sql, id, state);
        } else if (known->state != state) {
            throw Refusal{to_string(known->state),
                          fmt::format("the payment is {} already", to_string(known->state))};
        }
        return {{"state", to_string(state)}};
    });
}

nlohmann::json PaymentServer::status(const nlohmann::json& request) {
    const auto id = transaction_in(request);
    const auto known = office_.database.transaction(
        [&](soci::session& sql) { return office_.book.find(sql, id); });
    return {{"state", known ? to_string(known->state) : "none"}};
}

}  // namespace services
