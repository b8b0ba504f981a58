// A message goes wrong, or a party dies, at every message; the card is torn out or loses power at
// every command and every step of its memory: all books agree afterwards, to the cent.
#include <fmt/format.h>

#include <iostream>

#include "bench.hpp"
#include "platform/refusal.hpp"
#include "platform/terminal.hpp"
#include "platform/wire.hpp"

namespace services_test {
namespace {

struct Job {
    const char* name;
    MoneyHop hop;
    const char* issuer;
    std::function<void(services::Terminal&)> run;
};
void PrintTo(const Job& job, std::ostream* out) { *out << job.name; }

const Job Jobs[]{
    {"TopUpForCash", MoneyHop::TerminalBusiness, "onecard", [](auto& at) { at.top_up(5000); }},
    {"TopUpByAccount", MoneyHop::TerminalBusiness, "onecard",
     [](auto& at) { at.top_up(5000, MoneyLab::Alice); }},
    {"Debit", MoneyHop::TerminalBusiness, "onecard", [](auto& at) { at.debit(200); }},
    {"BankTopUp", MoneyHop::TerminalBank, "bank",
     [](auto& at) { at.top_up(5000, MoneyLab::Alice); }},
    {"BankDebit", MoneyHop::TerminalBank, "bank", [](auto& at) { at.debit(200, MoneyLab::Alice); }},
    {"Service", MoneyHop::TerminalMerchant, "merchant", [](auto& at) { at.serve(MoneyLab::Ride); }},
};

class Interruption : public testing::TestWithParam<Job> {
protected:
    /// False: it ended in a failure that a person at the terminal would see.
    static bool attempt(const std::function<void()>& job) {
        try {
            job();
            return true;
        } catch (const lab::PartyDied&) {
        } catch (const platform::LineLost&) {
        } catch (const platform::CardLost&) {
        } catch (const platform::Refusal&) {
        } catch (const services::CardRefused&) {
        }
        return false;
    }

    /// After whatever happened: everybody is back, and the card too. Then once more undisturbed.
    static void expect_recovered(Bench& bench) {
        const Job& job = GetParam();
        EXPECT_FALSE(job.hop == MoneyHop::TerminalBusiness &&
                     std::string{job.name} == "TopUpByAccount" &&
                     bench.lab.money_made(bench.on_card()));
        bench.lab.calm();
        (void)bench.lab.reconcile();
        auto place = bench.place(job.hop);
        EXPECT_EQ(place.terminal->recover(), 0U);
        (void)bench.lab.reconcile();
        const Fen now = bench.on_card();
        EXPECT_EQ(bench.beside(), now) << "the card manager follows";
        for (const auto& fault : bench.lab.faults(job.issuer, now)) ADD_FAILURE() << fault;
        job.run(*place.terminal);
        const Fen later = bench.on_card();
        EXPECT_NE(later, now) << "the card is stuck";
        for (const auto& fault : bench.lab.faults(job.issuer, later)) ADD_FAILURE() << fault;
    }
};
INSTANTIATE_TEST_SUITE_P(, Interruption, testing::ValuesIn(Jobs),
                         [](const auto& chosen) { return chosen.param.name; });

TEST_P(Interruption, EveryMessageGoesWrongInEveryWay) {
    unsigned runs = 0;
    for (unsigned kind = 1; kind < lab::MoneyFaults; ++kind) {
        for (const unsigned later : {1U, 3U, 100U}) {
            const auto fault = static_cast<MoneyFault>(kind);
            for (unsigned at = 1;; ++at) {
                SCOPED_TRACE(testing::Message() << to_string(fault) << " at message " << at
                                                << ", over " << later << " later");
                Bench bench;
                bench.lab.plan().expect(fault, at, later);
                auto place = bench.place(GetParam().hop);
                (void)attempt([&] { GetParam().run(*place.terminal); });
                if (!bench.lab.plan().happened()) break;
                ++runs;
                // A terminal that died is another one now.
                place = {};
                expect_recovered(bench);
                if (HasFailure()) return;
            }
        }
    }
    std::cout << fmt::format("{} interruptions\n", runs);
    EXPECT_GT(runs, 50U);
}

TEST_P(Interruption, TheCardIsTornOutAtEveryCommand) {
    unsigned runs = 0;
    for (const bool answer : {false, true}) {
        for (unsigned at = 1;; ++at) {
            SCOPED_TRACE(testing::Message() << "command " << at << ", answer " << answer);
            Bench bench;
            (answer ? bench.card.lose_answer : bench.card.lose_command) = at;
            auto place = bench.place(GetParam().hop);
            const bool done = attempt([&] { GetParam().run(*place.terminal); });
            if (bench.card.commands < at) break;
            ++runs;
            EXPECT_FALSE(done);
            place = {};
            expect_recovered(bench);
            if (HasFailure()) return;
        }
    }
    std::cout << fmt::format("{} interruptions\n", runs);
    EXPECT_GT(runs, 10U);
}

TEST_P(Interruption, TheCardLosesPowerAtEveryStepOfItsMemory) {
    unsigned runs = 0;
    bool any = true;
    for (unsigned at = 1; any; ++at) {
        any = false;
        for (std::size_t step = 0;; ++step) {
            SCOPED_TRACE(testing::Message() << "command " << at << ", step " << step);
            Bench bench;
            bench.card.cut_command = at;
            bench.card.cut_step = step;
            bench.card.cut_inside = step % 2 == 1;
            auto place = bench.place(GetParam().hop);
            (void)attempt([&] { GetParam().run(*place.terminal); });
            any = any || bench.card.commands >= at;
            if (!bench.card.was_cut) break;
            ++runs;
            place = {};
            expect_recovered(bench);
            if (HasFailure()) return;
        }
    }
    std::cout << fmt::format("{} interruptions\n", runs);
    EXPECT_GT(runs, 5U);
}

}  // namespace
}  // namespace services_test
