// C6: interrupted at any message and any step of the card's memory, a domain opens with old or new
// keys, and the platforms find out which and go on (FLOW-16).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "chip_card.hpp"
#include "faulty_wire.hpp"
#include "lab/key_probe.hpp"
#include "platform/refusal.hpp"

namespace platform_test {
namespace {

using lab::PlatformLab;

/// A flow of the platforms.
struct Job {
    std::string name;  ///< of the API
    Hop hop;           ///< the terminal's
    bool update;       ///< of a domain that is there already
    std::optional<platform::Scp10Terms> scp10{};
};
const Job Create{"create", Hop::IssuerTerminal, false};
const Job Download{"download", Hop::ProviderTerminal, false};
const Job DownloadAgreed{"download", Hop::ProviderTerminal, false,
                         platform::Scp10Terms{reader::Scp10Option::KeyAgreement, 0x70}};
const Job DownloadTransported{"download", Hop::ProviderTerminal, false,
                              platform::Scp10Terms{reader::Scp10Option::KeyTransport, 0x70}};
const Job IssuerUpdate{"update", Hop::IssuerTerminal, true};
const Job ProviderUpdate{"update", Hop::ProviderTerminal, true};

/// One lab, and a fresh card for each interruption.
class Site {
public:
    explicit Site(Job job) : job_{std::move(job)}, lab_{options()} {}

    struct Card {
        std::string id{};
        std::unique_ptr<ChipCard> chip{};
    };

    /// A card that is ready for the job.
    Card card() {
        Card made{fmt::format("{:020X}", ++cards_), nullptr};
        made.chip = std::make_unique<ChipCard>(with_id(made.id));
        lab::register_test_card(lab_, made.id);
        if (job_.update) {
            run(made, job_.hop == Hop::IssuerTerminal ? "create" : "download");
            force(made);
        }
        made.chip->commands = 0;
        faults = {};
        return made;
    }

    /// The first one tells how many sets an undisturbed job draws.
    nlohmann::json run(Card& card) {
        auto result = run(card, job_.name);
        if (generations_ == 0) generations_ = generations(card);
        return result;
    }

    /// True: the job was done all the same; else something broke.
    bool try_run(Card& card) {
        try {
            run(card);
            return true;
        } catch (const platform::CardLost&) {
        } catch (const platform::LineLost&) {
        } catch (const platform::Refusal& refusal) {
            // What the platform makes of a line it has lost itself.
            EXPECT_EQ(refusal.code(), "line") << refusal.what();
        }
        return false;
    }

    void restart() {
        lab_.restart_issuer();
        lab_.restart_provider();
    }

    /// What the card has before the platforms go on: "old", "new" or "none", as none can be only
    /// while a domain is made; "both" or "lost" is what must not be.
    std::string found(Card& card) {
        std::vector<platform::KeySet> opened;
        card.chip->power_on();
        std::size_t newest = 0;
        for (auto* office : {&lab_.issuer_office(), &lab_.provider_office()}) {
            const auto sets = office->database.transaction(
                [&](soci::session& sql) { return office->keys.usable(sql, place(card)); });
            for (std::size_t i = 0; i < sets.size(); ++i) {
                if (!lab::try_keys(*card.chip, Domain, sets[i].set).opened) continue;
                opened.push_back(sets[i].set);
                newest = i;
            }
        }
        // Both platforms have the initial keys while they are handed over.
        for (std::size_t i = 1; i < opened.size(); ++i)
            if (platform::check_values(opened[i]) != platform::check_values(opened[0]))
                return "both";
        if (opened.empty()) return job_.update ? "lost" : "none";
        return newest == 0 ? "new" : "old";
    }

    /// The platforms go on; afterwards everything must agree.
    void recover(Card& card) {
        faults.kind = Faults::Kind::None;
        card.chip->lose_command = card.chip->lose_answer = card.chip->cut_command = 0;
        ASSERT_NO_THROW(run(card));
        auto& office =
            job_.hop == Hop::IssuerTerminal ? lab_.issuer_office() : lab_.provider_office();
        const auto [sets, jobs] = office.database.transaction([&](soci::session& sql) {
            return std::pair{office.keys.usable(sql, place(card)),
                             office.jobs.jobs(sql, place(card))};
        });
        ASSERT_EQ(sets.size(), 1U);
        EXPECT_EQ(generations(card), generations_) << "keys were replaced a second time";
        EXPECT_TRUE(sets[0].active);
        card.chip->power_on();
        EXPECT_TRUE(lab::try_keys(*card.chip, Domain, sets[0].set).opened)
            << "the record is not what the card has";
        // One record of each job, whatever happened.
        ASSERT_EQ(jobs.size(), job_.update ? 2U : 1U);
        EXPECT_EQ(jobs.back().state, "done");
        if (job_.hop == Hop::ProviderTerminal) {
            auto& issuer = lab_.issuer_office();
            EXPECT_TRUE(issuer.database
                            .transaction([&](soci::session& sql) {
                                return issuer.keys.usable(sql, place(card));
                            })
                            .empty())
                << "the issuer has kept the initial keys";
        }
        if (job_.scp10) expect_no_pair(card);
    }

    /// Not even the issuer enters with SCP10 afterwards.
    void expect_no_pair(Card& card) {
        (void)card.chip->transmit(platform::select(Domain));
        reader::Scp10Opening opening{lab_.issuer_entity(),
                                     {job_.scp10->option, job_.scp10->key_version, hex(Domain)},
                                     platform::system_random};
        while (const auto step = opening.next()) opening.take(card.chip->transmit(step->apdu));
        EXPECT_FALSE(opening.is_open());
        EXPECT_NE(opening.trouble(), "");
    }

    void expect_sound_logs() {
        for (auto* office : {&lab_.issuer_office(), &lab_.provider_office()})
            EXPECT_FALSE(office->audit.first_fault(office->database));
    }

    Faults faults{};

private:
    lab::PlatformLabOptions options() {
        lab::PlatformLabOptions made;
        made.https = false;
        made.between = faulty(faults);
        made.scp10 = job_.scp10;
        // One for all domains: a new one takes its time.
        if (job_.scp10) made.scp10_pairs = [key = reader::RsaPrivateKey::draw()] { return key; };
        return made;
    }
    /// Key sets that the job's platform ever had of the domain.
    long long generations(const Card& card) {
        auto& office =
            job_.hop == Hop::IssuerTerminal ? lab_.issuer_office() : lab_.provider_office();
        return office.database.transaction([&](soci::session& sql) {
            long long latest = 0;
            const auto where = place(card);
            sql << "SELECT COALESCE(MAX(generation), 0) FROM key_sets WHERE card = :c AND domain "
                   "= :d",
                soci::into(latest), soci::use(where.card), soci::use(where.domain);
            return latest;
        });
    }
    static platform::Place place(const Card& card) { return {card.id, Domain}; }
    nlohmann::json run(Card& card, const std::string& job) {
        auto line = lab_.connect(job_.hop);
        platform::Terminal terminal{*line.remote, *card.chip};
        return terminal.run(job, card.id, Domain);
    }
    void force(Card& card) {
        if (job_.hop == Hop::IssuerTerminal)
            lab_.issuer().force(place(card));
        else
            lab_.provider().force(place(card));
    }

    Job job_;
    PlatformLab lab_;
    unsigned cards_ = 0;
    long long generations_ = 0;
};

class Interruption : public testing::TestWithParam<Job> {
protected:
    /// After each interruption.
    void check(Site& site, Site::Card& card) {
        ++counts_[site.found(card)];
        site.recover(card);
    }
    void TearDown() override {
        unsigned all = 0;
        for (const auto& [what, count] : counts_) {
            std::cout << count << ' ' << what << ", ";
            all += count;
        }
        std::cout << all << " interruptions\n";
        EXPECT_GT(all, 5U);
        EXPECT_EQ(counts_["lost"], 0U);
        EXPECT_EQ(counts_["both"], 0U);
        EXPECT_GT(counts_["new"], 0U) << "no interruption came after the new keys";
        EXPECT_GT(counts_[GetParam().update ? "old" : "none"], 0U);
    }

private:
    std::map<std::string, unsigned> counts_{};
};

TEST_P(Interruption, FLOW_16_CardTornOutAtEachApdu) {
    Site site{GetParam()};
    auto undisturbed = site.card();
    site.run(undisturbed);
    const unsigned commands = undisturbed.chip->commands;
    ASSERT_GT(commands, 5U);
    for (unsigned number = 1; number <= commands; ++number) {
        for (const bool runs : {false, true}) {
            SCOPED_TRACE(testing::Message() << "APDU " << number << (runs ? ", run" : ", not run"));
            auto card = site.card();
            (runs ? card.chip->lose_answer : card.chip->lose_command) = number;
            ASSERT_FALSE(site.try_run(card));
            check(site, card);
        }
    }
    site.expect_sound_logs();
}

TEST_P(Interruption, FLOW_16_PowerCutAtEachStepOfTheMemory) {
    Site site{GetParam()};
    auto undisturbed = site.card();
    site.run(undisturbed);
    const unsigned commands = undisturbed.chip->commands;
    for (unsigned number = 1; number <= commands; ++number) {
        for (std::size_t step = 0;; ++step) {
            SCOPED_TRACE(testing::Message() << "APDU " << number << ", step " << step);
            auto card = site.card();
            card.chip->cut_command = number;
            card.chip->cut_step = step;
            card.chip->cut_inside = step % 2 == 1;
            (void)site.try_run(card);
            if (!card.chip->was_cut) break;
            check(site, card);
        }
    }
    site.expect_sound_logs();
}

TEST_P(Interruption, FLOW_16_LineLostAndPlatformsKilledAtEachMessage) {
    Site site{GetParam()};
    for (const Hop hop : {Hop::IssuerTerminal, Hop::ProviderTerminal, Hop::Dedicated}) {
        auto undisturbed = site.card();
        site.run(undisturbed);
        const unsigned messages = site.faults.messages.at(static_cast<std::size_t>(hop));
        for (unsigned number = 1; number <= messages; ++number) {
            for (const auto kind : {Faults::Kind::LoseRequest, Faults::Kind::LoseAnswer}) {
                for (const bool killed : {false, true}) {
                    SCOPED_TRACE(testing::Message()
                                 << "hop " << static_cast<int>(hop) << ", message " << number
                                 << (kind == Faults::Kind::LoseRequest ? " not come" : " come")
                                 << (killed ? ", platforms killed" : ""));
                    auto card = site.card();
                    site.faults.expect(hop, kind, number);
                    const bool done = site.try_run(card);
                    // A link is begun once; later runs have fewer messages on the dedicated line.
                    if (!site.faults.happened) continue;
                    ASSERT_FALSE(done);
                    if (killed) site.restart();
                    check(site, card);
                }
            }
        }
    }
    site.expect_sound_logs();
}

INSTANTIATE_TEST_SUITE_P(C1, Interruption, testing::Values(Create),
                         [](const auto&) { return "tlm"; });
INSTANTIATE_TEST_SUITE_P(C2, Interruption, testing::Values(Download),
                         [](const auto&) { return "tlm"; });
INSTANTIATE_TEST_SUITE_P(C2Scp10, Interruption,
                         testing::Values(DownloadAgreed, DownloadTransported), [](const auto& one) {
                             return std::string{one.index == 0 ? "agreed" : "transported"};
                         });
INSTANTIATE_TEST_SUITE_P(C3, Interruption, testing::Values(IssuerUpdate),
                         [](const auto&) { return "tlm"; });
INSTANTIATE_TEST_SUITE_P(C4, Interruption, testing::Values(ProviderUpdate),
                         [](const auto&) { return "tlm"; });

}  // namespace
}  // namespace platform_test
