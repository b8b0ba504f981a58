// C5 interrupted: who tries another's domain and is cut off at any command, any step of the card's
// memory or any message gains nothing and breaks nothing. Both domains open with their owners' keys
// alone, and the platforms' records are what the card has.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <iostream>

#include "apdu/tlv.hpp"
#include "chip_card.hpp"
#include "faulty_wire.hpp"
#include "lab/key_probe.hpp"
#include "platform/card_commands.hpp"
#include "platform/refusal.hpp"

namespace platform_test {
namespace {

constexpr const char* Own = "D27600011855BB0002";  // the issuer's

/// The same keys under the version that the domain has.
platform::KeySet as_version(platform::KeySet keys, const platform::KeySet& present) {
    keys.version = present.version;
    return keys;
}

/// A lab, and a fresh card with a domain of each platform for each interruption.
class Isolation : public testing::Test {
protected:
    struct Card {
        std::string id{};
        std::unique_ptr<ChipCard> chip{};
        platform::KeySet issuers{};    ///< of the domain Own
        platform::KeySet providers{};  ///< of the domain Domain
    };

    Card card() {
        Card made{fmt::format("{:020X}", ++cards_), nullptr, {}, {}};
        made.chip = std::make_unique<ChipCard>(with_id(made.id));
        lab::register_test_card(lab_, made.id);
        run(made, Hop::IssuerTerminal, "create", Own);
        run(made, Hop::ProviderTerminal, "download", Domain);
        made.issuers = active(lab_.issuer_office(), made, Own);
        made.providers = active(lab_.provider_office(), made, Domain);
        made.chip->power_on();
        made.chip->commands = 0;
        faults_ = {};
        return made;
    }

    /// What strangers do at the card in flow C5; false when one of them got what it wanted.
    static bool try_all(Card& card) {
        auto& chip = *card.chip;
        const auto root = platform::KeySet::from(0x30, reader::KeyType::Aes, root_keys());
        bool kept_out = !lab::try_keys(chip, Own, as_version(card.providers, card.issuers)).opened;
        kept_out &= !lab::try_keys(chip, Domain, as_version(card.issuers, card.providers)).opened;
        kept_out &= !lab::try_keys(chip, Domain, as_version(root, card.providers)).opened;
        auto issuer = lab::try_keys(chip, IssuerAid, root);
        if (issuer.opened) {
            const auto answer =
                lab::send(chip, issuer, platform::install_for_personalization(Domain));
            kept_out &= !answer || !answer->ok();
        }
        auto provider = lab::try_keys(chip, Domain, card.providers);
        if (provider.opened) {
            apdu::Command remove{0x80, 0xE4, 0x00, 0x00, {}, apdu::MostShortNe};
            apdu::append_tlv(remove.data, 0x4F, hex(Own));
            const auto answer = lab::send(chip, provider, remove);
            kept_out &= !answer || !answer->ok();
        }
        return kept_out;
    }

    /// What the terminals ask their platforms for and must not get.
    void ask_platforms(Card& card) {
        EXPECT_FALSE(done(card, Hop::ProviderTerminal, "update", Own));
        EXPECT_FALSE(done(card, Hop::ProviderTerminal, "download", "D27600011855CC0003"));
        EXPECT_FALSE(done(card, Hop::IssuerTerminal, "update", Domain));
    }

    void expect_untouched(Card& card) {
        auto& chip = *card.chip;
        chip.lose_command = chip.lose_answer = chip.cut_command = 0;
        chip.power_on();
        EXPECT_TRUE(lab::try_keys(chip, Own, card.issuers).opened);
        EXPECT_TRUE(lab::try_keys(chip, Domain, card.providers).opened);
        EXPECT_TRUE(try_all(card));
        for (const auto& [office, domain, keys] :
             {std::tuple{&lab_.issuer_office(), Own, &card.issuers},
              std::tuple{&lab_.provider_office(), Domain, &card.providers}}) {
            EXPECT_EQ(platform::check_values(active(*office, card, domain)),
                      platform::check_values(*keys));
            EXPECT_FALSE(office->audit.first_fault(office->database));
        }
        ++interruptions_;
    }

    void TearDown() override {
        std::cout << interruptions_ << " interruptions, nothing gained or broken\n";
        EXPECT_GT(interruptions_, 5U);
    }

    void restart() {
        lab_.restart_issuer();
        lab_.restart_provider();
    }

    Faults faults_{};

private:
    static base::Bytes root_keys() {
        base::Bytes keys;
        for (unsigned i = 0; i < 48; ++i) keys.push_back(static_cast<std::uint8_t>(0x40 + i));
        return keys;
    }
    lab::PlatformLabOptions options() {
        lab::PlatformLabOptions made;
        made.https = false;
        made.between = faulty(faults_);
        return made;
    }
    platform::KeySet active(platform::Office& office, const Card& card, const char* domain) {
        const auto sets = office.database.transaction([&](soci::session& sql) {
            return office.keys.usable(sql, {card.id, domain});
        });
        EXPECT_EQ(sets.size(), 1U) << domain;
        return sets.empty() ? platform::KeySet{} : sets.front().set;
    }
    nlohmann::json run(Card& card, Hop hop, const char* job, const char* domain) {
        auto line = lab_.connect(hop);
        platform::Terminal terminal{*line.remote, *card.chip};
        return terminal.run(job, card.id, domain);
    }
    bool done(Card& card, Hop hop, const char* job, const char* domain) {
        try {
            run(card, hop, job, domain);
            return true;
        } catch (const platform::LineLost&) {
        } catch (const platform::Refusal&) {
        }
        return false;
    }

    lab::PlatformLab lab_{options()};
    unsigned cards_ = 0;
    unsigned interruptions_ = 0;
};

TEST_F(Isolation, C5_CardTornOutAtEachApdu) {
    auto undisturbed = card();
    ASSERT_TRUE(try_all(undisturbed));
    const unsigned commands = undisturbed.chip->commands;
    ASSERT_GT(commands, 15U);
    expect_untouched(undisturbed);
    for (unsigned number = 1; number <= commands; ++number) {
        for (const bool runs : {false, true}) {
            SCOPED_TRACE(testing::Message() << "APDU " << number << (runs ? ", run" : ", not run"));
            auto one = card();
            (runs ? one.chip->lose_answer : one.chip->lose_command) = number;
            EXPECT_TRUE(try_all(one));
            expect_untouched(one);
        }
    }
}

TEST_F(Isolation, C5_PowerCutAtEachStepOfTheMemory) {
    auto undisturbed = card();
    ASSERT_TRUE(try_all(undisturbed));
    const unsigned commands = undisturbed.chip->commands;
    for (unsigned number = 1; number <= commands; ++number) {
        for (std::size_t step = 0;; ++step) {
            SCOPED_TRACE(testing::Message() << "APDU " << number << ", step " << step);
            auto one = card();
            one.chip->cut_command = number;
            one.chip->cut_step = step;
            one.chip->cut_inside = step % 2 == 1;
            EXPECT_TRUE(try_all(one));
            if (!one.chip->was_cut) break;
            expect_untouched(one);
        }
    }
}

TEST_F(Isolation, C5_LineLostAndPlatformsKilledAtEachMessage) {
    for (const Hop hop : {Hop::IssuerTerminal, Hop::ProviderTerminal, Hop::Dedicated}) {
        auto undisturbed = card();
        ask_platforms(undisturbed);
        const unsigned messages = faults_.messages.at(static_cast<std::size_t>(hop));
        ASSERT_GT(messages, 0U);
        for (unsigned number = 1; number <= messages; ++number) {
            for (const auto kind : {Faults::Kind::LoseRequest, Faults::Kind::LoseAnswer}) {
                SCOPED_TRACE(testing::Message()
                             << "hop " << static_cast<int>(hop) << ", message " << number);
                auto one = card();
                faults_.expect(hop, kind, number);
                ask_platforms(one);
                restart();
                faults_.kind = Faults::Kind::None;
                ask_platforms(one);
                expect_untouched(one);
            }
        }
    }
}

}  // namespace
}  // namespace platform_test
