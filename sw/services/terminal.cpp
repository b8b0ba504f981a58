#include "services/terminal.hpp"

#include <spdlog/spdlog.h>

#include "platform/refusal.hpp"
#include "platform/terminal.hpp"
#include "platform/wire.hpp"
#include "services/message.hpp"

namespace services {
namespace {

using platform::CardLost;
using platform::LineLost;
using platform::Refusal;

constexpr std::size_t TransactionBytes = 16;

const char* kind_of(PurseStep step) { return step == PurseStep::Load ? "load" : "debit"; }

PurseStep step_of(const Transaction& order) {
    return order.kind == "load" ? PurseStep::Load : PurseStep::Purchase;
}

}  // namespace

Terminal::Terminal(Line& server, Pos& pos, TerminalOptions options)
    : server_{server},
      pos_{pos},
      options_{std::move(options)},
      database_{options_.database, money_schema()},
      journal_{options_.clock} {}

Receipt Terminal::top_up(Fen amount, const std::string& account) {
    return run({PurseStep::Load, amount, account, {}});
}

Receipt Terminal::debit(Fen amount, const std::string& account) {
    return run({PurseStep::Purchase, amount, account, {}});
}

Receipt Terminal::serve(const std::string& service) {
    const auto price = call({{"do", "price"}, {"service", service}});
    return run({PurseStep::Purchase, fen_in(price, "amount"), {}, service});
}

Receipt Terminal::run(const Wish& wish) {
    const auto card = pos_.find();
    if (!card) throw CardLost{"there is no card with a purse"};
    clear(*card);
    // What the card does not have needs no server, and leaves no trace.
    const Offer offer = pos_.initialize(wish.step, wish.amount);
    Transaction order = begin(wish, *card);
    order.balance = offer.balance;
    order.serial = offer.serial;
    database_.transaction([&](soci::session& sql) { journal_.add(sql, order); });
    const auto instruction = ask(wish, order, offer);
    const auto tac = apply(wish, order, instruction);
    Receipt receipt{order.id, 0, true};
    try {
        confirm(order, base::to_hex(tac));
    } catch (const LineLost&) {
        receipt.booked = false;
    }
    receipt.balance = pos_.balance();
    return receipt;
}

Transaction Terminal::begin(const Wish& wish, const CardView& card) {
    Transaction order;
    order.id = base::to_hex(options_.random(TransactionBytes));
    order.kind = kind_of(wish.step);
    order.issuer = options_.issuer;
    order.card = base::to_hex(card.number);
    order.terminal = base::to_hex(pos_.terminal());
    order.account = wish.account;
    order.amount = wish.amount;
    return order;
}

Instruction Terminal::ask(const Wish& wish, const Transaction& order, const Offer& offer) {
    auto request = about(kind_of(wish.step), order);
    request["card"] = order.card;
    request["terminal"] = order.terminal;
    request["amount"] = order.amount;
    request["offer"] = to_json(offer, wish.step);
    if (!wish.account.empty()) request["account"] = wish.account;
    if (!wish.service.empty()) request["service"] = wish.service;
    try {
        const auto answer = call(request);
        Instruction instruction;
        instruction.moment = array_in<7>(answer, "moment");
        instruction.mac = array_in<4>(answer, "mac");
        if (wish.step == PurseStep::Purchase)
            instruction.terminal_serial =
                static_cast<std::uint32_t>(number_in(answer, "terminal_serial", 0, MostFen));
        return instruction;
    } catch (const Refusal&) {
        // Should the request still arrive somewhere, late or doubled, it must find its end.
        give_up(order);
        throw;
    }
}

void Terminal::give_up(const Transaction& order) {
    try {
        reverse(order, true);
    } catch (const LineLost&) {
        // It stays in the journal, and recover() says it again.
    }
}

PurseMac Terminal::apply(const Wish& wish, Transaction& order, const Instruction& instruction) {
    note(order.id, State::Authorised);
    order.state = State::Authorised;
    try {
        return pos_.apply(wish.step, instruction);
    } catch (const CardRefused&) {
        resolve(order);
        throw;
    }
}

void Terminal::confirm(const Transaction& order, const std::string& proof) {
    database_.transaction([&](soci::session& sql) {
        if (journal_.find(sql, order.id)) journal_.set_proof(sql, order.id, proof);
    });
    auto request = about("confirm", order);
    request["tac"] = proof;
    (void)call(request);
    note(order.id, State::Booked);
}

void Terminal::reverse(const Transaction& order, bool unsent) {
    auto request = about("reverse", order);
    if (unsent) {
        request["unsent"] = true;
    } else {
        // What the card was doing ends here, so that nothing it was told before works any more.
        request["statement"] = to_json(pos_.initialize(PurseStep::Load, 0), PurseStep::Load);
        request["statement"]["terminal"] = base::to_hex(pos_.terminal());
    }
    (void)call(request);
    note(order.id, State::Reversed);
}

/// With its card in the field: whether it happened is for the card to say.
void Terminal::resolve(const Transaction& open) {
    if (const auto tac = pos_.proof(step_of(open), static_cast<std::uint16_t>(open.serial)))
        confirm(open, base::to_hex(*tac));
    else
        reverse(open, false);
}

void Terminal::clear(const CardView& card) {
    const auto answer = call({{"do", "open"}, {"card", base::to_hex(card.number)}});
    for (const auto& one : member(answer, "transactions")) {
        Transaction open;
        open.id = transaction_in(one);
        open.kind = name_in(one, "kind");
        open.issuer = options_.issuer;
        open.card = base::to_hex(card.number);
        open.amount = fen_in(one, "amount");
        open.serial = number_in(one, "serial", 0, 0xFFFF);
        resolve(open);
    }
}

void Terminal::finish(const Transaction& open, const std::optional<CardView>& card) {
    if (!open.proof.empty())
        confirm(open, open.proof);
    else if (open.state == State::Reserved)
        reverse(open, true);
    else if (card && base::to_hex(card->number) == open.card)
        resolve(open);
}

unsigned Terminal::recover() {
    std::optional<CardView> card;
    try {
        card = pos_.find();
    } catch (const CardLost&) {
        // What needs no card is done all the same.
    }
    const auto unfinished = [&] {
        return database_.transaction(
            [&](soci::session& sql) { return journal_.unfinished(sql, options_.clock()); });
    };
    for (const auto& open : unfinished()) {
        try {
            finish(open, card);
        } catch (const LineLost& lost) {
            spdlog::warn("{} stays open: {}", open.id, lost.what());
        } catch (const CardLost&) {
            card.reset();
        } catch (const Refusal& refusal) {
            // Somebody else with this card was faster: the server's word counts.
            if (refusal.code() == "booked") note(open.id, State::Booked);
            if (refusal.code() == "reversed") note(open.id, State::Reversed);
        }
    }
    if (card) {
        clear(*card);
    }
    return static_cast<unsigned>(unfinished().size());
}

nlohmann::json Terminal::call(nlohmann::json request) {
    if (!options_.issuer.empty()) request["issuer"] = options_.issuer;
    for (unsigned tries = 1;; ++tries) {
        try {
            return server_.call(request);
        } catch (const LineLost&) {
            if (tries >= options_.tries) throw;
        }
    }
}

nlohmann::json Terminal::about(const char* job, const Transaction& order) const {
    return {{"do", job}, {"transaction", order.id}};
}

void Terminal::note(const std::string& id, State state) {
    database_.transaction([&](soci::session& sql) {
        if (journal_.find(sql, id)) journal_.set_state(sql, id, state);
    });
}

}  // namespace services
