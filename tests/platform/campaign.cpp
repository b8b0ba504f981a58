#include "campaign.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "chip_card.hpp"
#include "lab/key_probe.hpp"
#include "lab/platform_lab.hpp"

namespace platform_test {
namespace {

using lab::Hop;
using lab::PlatformLab;

/// Even cards are the issuer's to manage, odd ones the provider's.
Hop hop_of(unsigned card) { return card % 2 == 0 ? Hop::IssuerTerminal : Hop::ProviderTerminal; }

class Campaign {
public:
    explicit Campaign(const CampaignOptions& options) : options_{options}, lab_{lab_options()} {
        for (unsigned i = 0; i < options_.cards; ++i) {
            ids_.push_back(fmt::format("{:020X}", i + 1));
            cards_.push_back(std::make_unique<ChipCard>(with_id(ids_.back())));
            lab::register_test_card(lab_, ids_.back());
        }
    }

    /// Each terminal has half of the cards of its platform, one after the other.
    void run() {
        const auto start = std::chrono::steady_clock::now();
        std::vector<std::thread> terminals;
        for (unsigned number = 0; number < 2; ++number)
            for (const Hop hop : {Hop::IssuerTerminal, Hop::ProviderTerminal})
                terminals.emplace_back([this, hop, number] { serve(hop, number); });
        for (auto& terminal : terminals) terminal.join();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        std::cout << fmt::format(
            "{} cards, {} domains made, {} key updates in {:.1f} s: {:.0f} updates a second\n",
            options_.cards, made_.load(), updated_.load(), took.count(),
            updated_.load() / took.count());
        EXPECT_EQ(made_, options_.cards);
        EXPECT_EQ(updated_, options_.updates / options_.cards * options_.cards);
        EXPECT_EQ(failed_, 0U);
    }

    void check() {
        std::set<std::string> all;
        for (unsigned i = 0; i < options_.cards; ++i) {
            SCOPED_TRACE(ids_[i]);
            auto& office =
                hop_of(i) == Hop::IssuerTerminal ? lab_.issuer_office() : lab_.provider_office();
            const platform::Place place{ids_[i], Domain};
            const auto [sets, generation] = office.database.transaction([&](soci::session& sql) {
                long long latest = 0;
                sql << "SELECT MAX(generation) FROM key_sets WHERE card = :c AND domain = :d",
                    soci::into(latest), soci::use(place.card), soci::use(place.domain);
                return std::pair{office.keys.usable(sql, place), latest};
            });
            ASSERT_EQ(sets.size(), 1U);
            EXPECT_TRUE(sets[0].active);
            // Initial keys, first own ones, and one more with each update.
            EXPECT_EQ(generation, 2 + static_cast<long long>(options_.updates / options_.cards));
            cards_[i]->power_on();
            EXPECT_TRUE(lab::try_keys(*cards_[i], Domain, sets[0].set).opened);
            EXPECT_TRUE(all.insert(platform::check_values(sets[0].set)).second)
                << "two domains have the same keys";
        }
        for (auto* office : {&lab_.issuer_office(), &lab_.provider_office()})
            EXPECT_FALSE(office->audit.first_fault(office->database));
    }

private:
    lab::PlatformLabOptions lab_options() const {
        lab::PlatformLabOptions made;
        made.https = options_.https;
        made.terminals = 2;
        // Whatever is opened once is used up: every visit is an update.
        made.policy.lifetime.uses = 1;
        return made;
    }

    void serve(Hop hop, unsigned number) {
        auto line = lab_.connect(hop, number);
        const unsigned rounds = options_.updates / options_.cards;
        for (unsigned round = 0; round <= rounds; ++round) {
            for (unsigned i = 0; i < options_.cards; ++i) {
                if (hop_of(i) != hop || i / 2 % 2 != number) continue;
                try {
                    platform::Terminal terminal{*line.remote, *cards_[i]};
                    if (round == 0) {
                        terminal.run(hop == Hop::IssuerTerminal ? "create" : "download", ids_[i],
                                     Domain);
                        ++made_;
                        continue;
                    }
                    for (const auto& domain : terminal.due(ids_[i]))
                        if (domain == Domain) {
                            terminal.run("update", ids_[i], domain);
                            ++updated_;
                        }
                } catch (const std::exception& error) {
                    ++failed_;
                    ADD_FAILURE() << ids_[i] << ": " << error.what();
                    return;
                }
            }
        }
    }

    CampaignOptions options_;
    PlatformLab lab_;
    std::vector<std::string> ids_{};
    std::vector<std::unique_ptr<ChipCard>> cards_{};
    std::atomic<unsigned> made_{0};
    std::atomic<unsigned> updated_{0};
    std::atomic<unsigned> failed_{0};
};

}  // namespace

void run_campaign(const CampaignOptions& options) {
    Campaign campaign{options};
    campaign.run();
    campaign.check();
}

}  // namespace platform_test
