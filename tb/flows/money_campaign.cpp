#include "flows/money_campaign.hpp"

#include <fmt/format.h>

#include <random>

#include "flows/money_scene.hpp"
#include "platform/refusal.hpp"
#include "platform/terminal.hpp"
#include "platform/wire.hpp"

namespace flows {
namespace {

using lab::MoneyFault;
using lab::MoneyHop;
using lab::MoneyLab;
using services::Fen;

constexpr unsigned Actions = 8;  ///< of a run
constexpr unsigned Units = 2;    ///< of terminal 1, which share the card
constexpr unsigned LatestMessage = 12;
constexpr unsigned LatestReturn = 20;  ///< messages until the late and the dead are back
constexpr Tick LatestCut = 40'000'000;
constexpr unsigned MostLooks = 3;

/// One run: what a customer wants at one of two terminals, with a fault in most of it.
class Run {
public:
    Run(std::uint64_t seed, lab::WrongPart wrong_payment)
        : random_{seed},
          options_{Level::Tlm, below(4) == 0 ? Via::Air : Via::Contacts},
          scene_{options_,
                 {.on_card = 5000, .https = false, .wrong_payment = std::move(wrong_payment)}} {}

    Tally play() {
        for (unsigned i = 0; i < Actions; ++i) {
            const auto unit = static_cast<unsigned>(below(Units));
            act(unit);
            if (below(2) == 0) disturbed([&] { (void)place(unit).terminal->recover(); });
            if (below(3) == 0) (void)scene_.lab().reconcile();
            look();
        }
        settle();
        scene_.stage().finish();
        return std::move(tally_);
    }

private:
    std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

    MoneyLab::Place place(unsigned unit) { return scene_.place(MoneyHop::TerminalBusiness, unit); }

    void act(unsigned unit) {
        const auto amount = static_cast<Fen>(below(20) * 50);
        const auto kind = below(3);
        if (kind == 0) brought_ += amount;
        disturbed([&] {
            auto at = place(unit);
            if (kind == 0) (void)at.terminal->top_up(amount);
            if (kind == 1) (void)at.terminal->top_up(amount, MoneyLab::Alice);
            if (kind == 2) (void)at.terminal->debit(amount);
        });
    }

    /// Whatever comes of it; a terminal that dies is another one the next time.
    void disturbed(const std::function<void()>& job) {
        auto& plan = scene_.lab().plan();
        if (below(4) != 0)
            plan.expect(static_cast<MoneyFault>(1 + below(lab::MoneyFaults - 1)),
                        1 + static_cast<unsigned>(below(LatestMessage)),
                        1 + static_cast<unsigned>(below(LatestReturn)));
        const bool cut = below(3) == 0;
        if (cut) scene_.stage().cut(options_.via, scene_.stage().now() + 1 + below(LatestCut));
        try {
            job();
        } catch (const lab::PartyDied&) {
        } catch (const platform::LineLost&) {
        } catch (const platform::CardLost&) {
        } catch (const platform::Refusal&) {
        } catch (const services::CardRefused&) {
        }
        tally_.faults += (plan.happened() ? 1U : 0U) + (cut ? 1U : 0U);
        plan.expect(MoneyFault::None);
        scene_.card().power_off();
    }

    /// In the middle of it all.
    void look() {
        if (scene_.lab().money_made(scene_.on_card(), brought_)) violation("money was made");
        if (scene_.on_card() != scene_.beside()) violation("the card manager does not follow");
        scene_.card().power_off();
    }

    /// Everybody is back, and looks until nothing is left open.
    void settle() {
        auto& lab = scene_.lab();
        unsigned open = 1;
        for (unsigned i = 0; i < MostLooks && open != 0; ++i) {
            lab.calm();
            open = lab.reconcile().open;
            for (unsigned unit = 0; unit < Units; ++unit) open += place(unit).terminal->recover();
            open += lab.reconcile().open;
        }
        if (open != 0) violation(fmt::format("{} transactions stay open", open));
        const Fen now = scene_.on_card();
        for (const auto& fault : lab.faults("onecard", now)) violation(fault);
        if (scene_.beside() != now) violation("the card manager does not follow");
    }

    void violation(std::string what) { tally_.violations.push_back(std::move(what)); }

    std::mt19937_64 random_;
    FlowOptions options_;
    MoneyScene scene_;
    Fen brought_ = 0;
    Tally tally_{};
};

}  // namespace

Campaign money_campaign(lab::WrongPart wrong_payment) {
    return {"money", "messages, parties and cards fail: all books agree, no money lost or made",
            [wrong_payment](std::uint64_t seed) {
                return Run{seed, wrong_payment}.play();
            }};
}

}  // namespace flows
