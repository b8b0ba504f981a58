// FLOW-11: a message of a top-up that an account pays for is lost, doubled or late, or a party
// dies, at every message: no money is lost or made.
#include <fmt/format.h>

#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "flow_run.hpp"
#include "flows/money_campaign.hpp"
#include "flows/money_scene.hpp"
#include "platform/refusal.hpp"
#include "platform/wire.hpp"

namespace {

using flows::Level;
using flows::MoneyScene;
using lab::MoneyFault;
using lab::MoneyHop;
using lab::MoneyLab;

/// One fault at one message of a top-up that an account pays for; then everybody comes back. False:
/// there are not so many messages.
bool expect_conserved(MoneyScene& scene, MoneyFault fault, unsigned in, unsigned later) {
    auto& lab = scene.lab();
    const auto before = scene.on_card();
    const auto paid = lab.balance("payment", "account/alice");
    lab.plan().expect(fault, in, later);
    try {
        scene.place(MoneyHop::TerminalBusiness).terminal->top_up(100, MoneyLab::Alice);
    } catch (const lab::PartyDied&) {
    } catch (const platform::LineLost&) {
    } catch (const platform::Refusal&) {
    }
    const bool happened = lab.plan().happened();
    lab.calm();
    (void)lab.reconcile();
    EXPECT_EQ(scene.place(MoneyHop::TerminalBusiness).terminal->recover(), 0U);
    (void)lab.reconcile();
    const auto now = scene.on_card();
    EXPECT_TRUE(now == before || now == before + 100) << "a retry topped up twice";
    EXPECT_EQ(lab.balance("payment", "account/alice") + now, paid + before);
    EXPECT_EQ(scene.beside(), now);
    for (const auto& found : lab.faults("onecard", now)) ADD_FAILURE() << found;
    return happened;
}

class Flow : public testing::TestWithParam<Level> {};
INSTANTIATE_TEST_SUITE_P(, Flow, testing::Values(Level::Tlm), flow_test::level_name);

TEST_P(Flow, FLOW_11_NoMessageAndNoPartyLosesMoney) {
    unsigned runs = 0;
    for (unsigned kind = 1; kind < lab::MoneyFaults; ++kind) {
        for (const unsigned later : {1U, 3U, 100U}) {
            MoneyScene scene{{.level = GetParam()}, {.on_card = 1000, .https = false}};
            const auto fault = static_cast<MoneyFault>(kind);
            for (unsigned in = 1;; ++in, ++runs) {
                SCOPED_TRACE(testing::Message() << to_string(fault) << " at message " << in
                                                << ", over " << later << " later");
                if (!expect_conserved(scene, fault, in, later)) break;
                if (HasFailure()) return;
            }
            scene.stage().finish();
        }
    }
    std::cout << fmt::format("{} interruptions\n", runs);
    // Nine kinds at the eight messages of a top-up, three times.
    EXPECT_EQ(runs, 9U * 8U * 3U);
}

/// The short form of `cartouche campaign money`.
TEST(MoneyCampaign, BooksAgreeAfterEveryRun) {
    const auto tally = run_campaign(flows::money_campaign(), {.seed = 1, .runs = 40});
    EXPECT_GT(tally.faults, 150U);
    for (const auto& violation : tally.violations) ADD_FAILURE() << violation;
    std::cout << fmt::format("{} runs, {} faults\n", tally.runs, tally.faults);
}

/// A payment system whose ledger is not idempotent: an order that comes again is another one to it.
class ForgetfulPayment final : public platform::Service {
public:
    explicit ForgetfulPayment(std::unique_ptr<platform::Service> right)
        : right_{std::move(right)} {}
    nlohmann::json handle(const std::string& peer, const nlohmann::json& request) override {
        auto answer = right_->handle(peer, request);
        if (request.at("do") != "debit") return answer;
        const auto id = request.at("transaction").get<std::string>();
        const unsigned times = seen_[id]++;
        if (times == 0) return answer;
        auto another = request;
        another["transaction"] = fmt::format("{:08X}", times) + id.substr(8);
        return right_->handle(peer, another);
    }

private:
    std::unique_ptr<platform::Service> right_;
    std::map<std::string, unsigned> seen_{};
};

TEST(MoneyCampaign, SeesALedgerThatIsNotIdempotent) {
    const auto wrong = [](std::unique_ptr<platform::Service> right) {
        return std::make_unique<ForgetfulPayment>(std::move(right));
    };
    const auto tally = run_campaign(flows::money_campaign(wrong), {.seed = 1, .runs = 60});
    EXPECT_GE(tally.violations.size(), 1U);
    for (const auto& violation : tally.violations) std::cout << violation << '\n';
}

}  // namespace
