#include "flows/money_flows.hpp"

#include <fmt/format.h>

#include "base/hex.hpp"
#include "flows/money_scene.hpp"
#include "platform/refusal.hpp"
#include "platform/terminal.hpp"
#include "platform/wire.hpp"
#include "services/yuan.hpp"

namespace flows {
namespace {

using lab::MoneyFault;
using lab::MoneyHop;
using lab::MoneyLab;
using services::Fen;
using services::yuan;

/// Something that must be refused; by whom, in words.
std::string refused(const std::function<void()>& job) {
    try {
        job();
    } catch (const platform::Refusal& refusal) {
        return refusal.what();
    } catch (const services::CardRefused& refusal) {
        return refusal.what();
    }
    throw FlowFailure{"it was not refused"};
}

std::string agreed(MoneyScene& scene, const std::string& issuer, Fen on_card) {
    scene.require_agreed(issuer, on_card);
    return fmt::format("card, manager and books say {}", yuan(on_card));
}

void b6(const FlowOptions& options, Report& report) {
    MoneyScene scene{options};
    auto place = scene.place(MoneyHop::TerminalBusiness);
    scene.step(report, "B6", "POS 1 finds the card and reads it", [&] {
        const auto card = place.pos->find();
        require(card.has_value(), "no card");
        require(base::to_hex(card->number) == lab::WorkedCard, "another card");
        return fmt::format("card {}, {}", lab::WorkedCard, yuan(card->balance));
    });
    scene.step(report, "B6", "top-up of 50.00: terminal 1, platform, one-card server, POS 1", [&] {
        const auto receipt = place.terminal->top_up(5000);
        require(receipt.booked, "not booked");
        return "the card holds " + yuan(receipt.balance);
    });
    scene.step(report, "B10", "card, card manager and server", [&] {
        require(scene.lab().balance("onecard", "float") == -5000,
                "the server has not loaded 50.00");
        return agreed(scene, "onecard", 6000);
    });
    scene.step(report, "B6", "debit of 2.00 by the same way",
               [&] { return "the card holds " + yuan(place.terminal->debit(200).balance); });
    scene.step(report, "B6", "debit of more than there is",
               [&] { return refused([&] { place.terminal->debit(5801); }); });
    scene.step(report, "B10", "card, card manager and server",
               [&] { return agreed(scene, "onecard", 5800); });
    scene.stage().finish();
}

/// A top-up in which something fails, and what everybody does then.
void disturbed(MoneyScene& scene, MoneyFault fault, unsigned in) {
    auto& lab = scene.lab();
    lab.plan().expect(fault, in);
    try {
        scene.place(MoneyHop::TerminalBusiness).terminal->top_up(100, MoneyLab::Alice);
    } catch (const lab::PartyDied&) {
    } catch (const platform::LineLost&) {
    } catch (const platform::Refusal&) {
    }
    lab.calm();
    (void)lab.reconcile();
    require(scene.place(MoneyHop::TerminalBusiness).terminal->recover() == 0, "it stays open");
    (void)lab.reconcile();
}

void b7(const FlowOptions& options, Report& report) {
    MoneyScene scene{options};
    const auto alice = [&] { return scene.lab().balance("payment", "account/alice"); };
    scene.step(report, "B7", "Alice's account pays, then the card gets 50.00", [&] {
        auto place = scene.place(MoneyHop::TerminalBusiness);
        require(place.terminal->top_up(5000, MoneyLab::Alice).booked, "not booked");
        require(alice() == 5000, "the account has not paid");
        return fmt::format("account {}, card {}", yuan(alice()), yuan(scene.on_card()));
    });
    scene.step(report, "B10", "card, card manager, server and payment system",
               [&] { return agreed(scene, "onecard", 6000); });
    scene.step(report, "B7", "an account that has too little", [&] {
        auto place = scene.place(MoneyHop::TerminalBusiness);
        const auto why = refused([&] { place.terminal->top_up(5001, MoneyLab::Alice); });
        scene.require_agreed("onecard", 6000);
        require(alice() == 5000, "the account has paid");
        return why;
    });
    // The same parties without sockets, so that messages can be lost and parties can die.
    scene.new_parties(false);
    Fen before = 6000;
    for (unsigned kind = 1; kind < lab::MoneyFaults; ++kind) {
        const auto fault = static_cast<MoneyFault>(kind);
        scene.step(report, "B7", fmt::format("1.00 more, but {}", to_string(fault)), [&] {
            // The fifth message is the platform's to the one-card server, for which Alice has paid.
            disturbed(scene, fault, 5);
            const Fen now = scene.on_card();
            require(now == before || now == before + 100, "the card has another amount");
            scene.require_agreed("onecard", now);
            const bool done = now != before;
            before = now;
            return done ? "done once, paid once" : "not done, refunded once";
        });
    }
    scene.stage().finish();
}

void b8(const FlowOptions& options, Report& report) {
    MoneyScene scene{options, {.on_card = 6000}};
    auto place = scene.place(MoneyHop::TerminalBank);
    const auto account = [&] { return scene.lab().balance("bank", "account/alice"); };
    scene.step(report, "B8", "debit of 60.01 from 60.00", [&] {
        const auto why = refused([&] { place.terminal->debit(6001, MoneyLab::Alice); });
        require(account() == MoneyLab::Opening, "it was booked");
        return why;
    });
    scene.step(report, "B8", "a deposit of 25.00 from the account to the card", [&] {
        const auto receipt = place.terminal->top_up(2500, MoneyLab::Alice);
        return fmt::format("card {}, account {}", yuan(receipt.balance), yuan(account()));
    });
    scene.step(report, "B8", "a debit of 5.00 from the card to the account", [&] {
        const auto receipt = place.terminal->debit(500, MoneyLab::Alice);
        return fmt::format("card {}, account {}", yuan(receipt.balance), yuan(account()));
    });
    scene.step(report, "B10", "card, card manager and bank", [&] {
        require(account() == 8000, "the account is wrong");
        return agreed(scene, "bank", 8000);
    });
    scene.stage().finish();
}

void b9(const FlowOptions& options, Report& report) {
    MoneyScene scene{options, {.on_card = 6000}};
    auto place = scene.place(MoneyHop::TerminalMerchant);
    scene.step(report, "B9", "a ride, whose price the merchant says", [&] {
        return "the card holds " + yuan(place.terminal->serve(MoneyLab::Ride).balance);
    });
    scene.step(report, "B9", "a service that there is not",
               [&] { return refused([&] { place.terminal->serve("flight"); }); });
    scene.step(report, "B10", "card, card manager and merchant", [&] {
        require(scene.lab().balance("merchant", "service/ride") == 200, "the ride is not paid");
        return agreed(scene, "merchant", 5800);
    });
    scene.stage().finish();
}

void b10(const FlowOptions& options, Report& report) {
    MoneyScene scene{options};
    struct Act {
        const char* title;
        Fen change;
        std::function<void(services::Terminal&)> run;
    };
    const Act acts[]{
        {"top-up of 20.00 for cash", 2000, [](auto& at) { at.top_up(2000); }},
        {"top-up of 5.00 by an account", 500, [](auto& at) { at.top_up(500, MoneyLab::Alice); }},
        {"debit of 7.50", -750, [](auto& at) { at.debit(750); }},
        {"refused debit", 0, [](auto& at) { (void)refused([&] { at.debit(99'999); }); }},
    };
    Fen holds = 1000;
    for (const auto& act : acts) {
        scene.step(report, "B10", act.title, [&] {
            act.run(*scene.place(MoneyHop::TerminalBusiness).terminal);
            holds += act.change;
            return agreed(scene, "onecard", holds);
        });
    }
    scene.step(report, "B10", "power fails while the card adds 1.00", [&] {
        auto place = scene.place(MoneyHop::TerminalBusiness);
        // A quiet run tells how long it takes; the cut comes late in the next one.
        const Tick begin = scene.stage().now();
        (void)place.terminal->top_up(100);
        const Tick took = scene.stage().now() - begin;
        scene.stage().cut(options.via, scene.stage().now() + took * 3 / 4);
        try {
            (void)place.terminal->top_up(100);
        } catch (const platform::CardLost&) {
            // What became of it, the card will say.
        }
        scene.card().power_off();
        require(place.terminal->recover() == 0, "it stays open");
        (void)scene.lab().reconcile();
        const Fen now = scene.on_card();
        require(now == holds + 100 || now == holds + 200, "the card has another amount");
        return agreed(scene, "onecard", now);
    });
    scene.stage().finish();
}

}  // namespace

std::vector<Flow> money_flows() {
    return {
        {"B6", "one-card: POS 1, terminal 1, platform, one-card server", b6},
        {"B7", "a payment system pays for the top-up; no money is lost or made", b7},
        {"B8", "bank: debit and deposit by terminal 3", b8},
        {"B9", "merchant: a service at terminal 4", b9},
        {"B10", "the card manager's balance follows the card's", b10},
    };
}

}  // namespace flows
