#include "services/business.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <functional>

#include "platform/refusal.hpp"
#include "platform/wire.hpp"
#include "services/message.hpp"

namespace services {
namespace {

using platform::Refusal;

/// As the issuer or the payment system has it.
nlohmann::json without(nlohmann::json request, std::initializer_list<const char*> names) {
    for (const auto* name : names) request.erase(name);
    return request;
}

nlohmann::json about(const char* job, const Transaction& known) {
    return {{"do", job}, {"transaction", known.id}};
}

}  // namespace

Business::Business(MoneyOffice& office, BusinessOptions options)
    : office_{office}, options_{std::move(options)} {}

nlohmann::json Business::handle(const std::string& peer, const nlohmann::json& request) {
    if (!options_.terminals.contains(peer))
        throw Refusal{"peer", peer + " is no terminal of this platform"};
    const auto job = name_in(request, "do");
    if (job == "open" || job == "price")
        return issuer(name_in(request, "issuer")).call(without(request, {"issuer"}));
    if (job != "load" && job != "debit" && job != "confirm" && job != "reverse")
        throw Refusal{"request", "this platform does not do that"};
    const std::scoped_lock lock{mutex_of(transaction_in(request))};
    if (job == "confirm") return confirm(request);
    if (job == "reverse") return reverse(request);
    return order(request);
}

Line& Business::issuer(const std::string& name) const {
    const auto found = options_.issuers.find(name);
    if (found == options_.issuers.end()) throw Refusal{"issuer", "there is no such issuer"};
    return *found->second;
}

std::mutex& Business::mutex_of(const std::string& id) {
    return mutexes_[std::hash<std::string>{}(id) % mutexes_.size()];
}

std::optional<Transaction> Business::find(const std::string& id) {
    return office_.database.transaction(
        [&](soci::session& sql) { return office_.book.find(sql, id); });
}

void Business::set_state(const std::string& id, State state) {
    office_.database.transaction(
        [&](soci::session& sql) { office_.book.set_state(sql, id, state); });
}

Transaction Business::begin(const nlohmann::json& request) {
    Transaction order;
    order.id = transaction_in(request);
    order.kind = name_in(request, "do");
    order.issuer = name_in(request, "issuer");
    order.card = base::to_hex(array_in<10>(request, "card"));
    order.terminal = base::to_hex(array_in<6>(request, "terminal"));
    order.amount = fen_in(request, "amount");
    order.account = optional_name_in(request, "account");
    (void)issuer(order.issuer);
    if (!order.account.empty() && (order.kind != "load" || options_.payment == nullptr))
        throw Refusal{"account", "no account pays for this here"};
    return office_.database.transaction([&](soci::session& sql) {
        const auto known = office_.book.find(sql, order.id);
        if (!known) {
            office_.book.add(sql, order);
            return order;
        }
        if (known->state != State::Reserved && known->state != State::Authorised)
            throw Refusal{to_string(known->state), "the transaction is over"};
        if (!known->asks_as(order)) throw Refusal{"conflict", "the transaction is another one's"};
        return *known;
    });
}

nlohmann::json Business::order(const nlohmann::json& request) {
    const auto known = begin(request);
    try {
        pay(known);
        auto answer = issuer(known.issuer).call(without(request, {"issuer", "account"}));
        // Before the instruction leaves: from now on only the card knows whether it happens.
        set_state(known.id, State::Authorised);
        return answer;
    } catch (const Refusal&) {
        if (known.state == State::Reserved) undo(known);
        throw;
    }
}

void Business::pay(const Transaction& known) {
    if (known.account.empty()) return;
    auto debit = about("debit", known);
    debit["account"] = known.account;
    debit["amount"] = known.amount;
    (void)options_.payment->call(debit);
}

void Business::undo(Transaction known) {
    set_state(known.id, State::Reversing);
    known.state = State::Reversing;
    try {
        carry_on(known);
    } catch (const platform::LineLost& lost) {
        spdlog::warn("{} is still to be reversed: {}", known.id, lost.what());
    }
}

void Business::settle(const Transaction& known) {
    set_state(known.id, State::Booking);
    if (!known.account.empty()) (void)options_.payment->call(about("settle", known));
    set_state(known.id, State::Booked);
}

void Business::refund(const Transaction& known) {
    set_state(known.id, State::Reversing);
    if (!known.account.empty()) (void)options_.payment->call(about("refund", known));
    set_state(known.id, State::Reversed);
}

nlohmann::json Business::confirm(const nlohmann::json& request) {
    const auto known = find(transaction_in(request));
    if (!known) throw Refusal{"unknown", "there is no such transaction"};
    auto answer = issuer(known->issuer).call(without(request, {"issuer"}));
    if (known->state != State::Booked) {
        try {
            settle(*known);
        } catch (const platform::LineLost& lost) {
            // The card has its money, and the customer has paid: the terminal need not wait.
            spdlog::warn("{} is still to be settled: {}", known->id, lost.what());
        }
    }
    return answer;
}

nlohmann::json Business::reverse(const nlohmann::json& request) {
    auto known = find(transaction_in(request));
    if (!known) {
        Transaction none;
        none.id = transaction_in(request);
        none.kind = "none";
        none.issuer = name_in(request, "issuer");
        (void)issuer(none.issuer);
        office_.database.transaction([&](soci::session& sql) { office_.book.add(sql, none); });
        known = none;
    }
    if (known->state == State::Reversed) return {{"state", "reversed"}};
    try {
        (void)issuer(known->issuer).call(without(request, {"issuer"}));
    } catch (const Refusal& refusal) {
        if (refusal.code() == "booked") settle(*known);
        throw;
    }
    refund(*known);
    return {{"state", "reversed"}};
}

void Business::carry_on(Transaction known) {
    if (known.state == State::Booking) return settle(known);
    Line& line = issuer(known.issuer);
    if (known.state == State::Authorised) {
        const auto state = line.call(about("status", known)).value("state", "");
        if (state == "booked") settle(known);
        if (state == "reversed") refund(known);
        return;
    }
    // Reserved or reversing: the instruction has not left this platform.
    auto request = about("reverse", known);
    request["unsent"] = true;
    try {
        (void)line.call(request);
        refund(known);
    } catch (const Refusal& refusal) {
        if (refusal.code() != "booked") throw;
        settle(known);
    }
}

Reconciled Business::reconcile(platform::Seconds age) {
    const auto before = office_.options().clock() - age;
    const auto unfinished = office_.database.transaction(
        [&](soci::session& sql) { return office_.book.unfinished(sql, before); });
    Reconciled done;
    for (const auto& one : unfinished) {
        const std::scoped_lock lock{mutex_of(one.id)};
        const auto known = find(one.id);
        try {
            if (!known->over()) carry_on(*known);
        } catch (const platform::LineLost& lost) {
            spdlog::warn("{} stays {}: {}", one.id, to_string(known->state), lost.what());
        } catch (const Refusal& refusal) {
            spdlog::error("{} stays {}: {}", one.id, to_string(known->state), refusal.what());
        }
        const auto state = find(one.id)->state;
        done.booked += state == State::Booked ? 1U : 0U;
        done.reversed += state == State::Reversed ? 1U : 0U;
        done.open += state != State::Booked && state != State::Reversed ? 1U : 0U;
    }
    return done;
}

}  // namespace services
