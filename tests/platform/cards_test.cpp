// Cards whose issuer keys follow from a master key, and which cards and answers are refused.
#include <gtest/gtest.h>

#include "chip_card.hpp"
#include "domain/diversify.hpp"
#include "lab/key_probe.hpp"
#include "lab/platform_lab.hpp"
#include "platform/refusal.hpp"

namespace platform_test {
namespace {

using lab::Hop;

struct Method {
    std::string name;
    domain::Diversification card;
    std::uint8_t version;
    reader::KeyType type;
};

class Cards : public testing::TestWithParam<Method> {};

TEST_P(Cards, IssuerKeysFollowFromAMasterAndTheCard) {
    const auto& method = GetParam();
    lab::PlatformLabOptions options;
    options.https = false;
    options.policy.type = method.type;
    options.policy.first_version = method.version;
    options.policy.last_version = static_cast<std::uint8_t>(method.version + 1);
    lab::PlatformLab lab{std::move(options)};
    for (const std::string id : {"00010203040506070809", "0001020304050607080A"}) {
        auto chip = with_id(id);
        chip.factory.keys = {
            domain::diversify(method.card, domain::Secret{hex("404142434445464748494A4B4C4D4E4F")},
                              hex(id), method.version)};
        ChipCard card{std::move(chip)};
        lab.issuer().register_card({.card = id,
                                    .method = method.name,
                                    .master = "test-master",
                                    .version = method.version});
        auto line = lab.connect(Hop::IssuerTerminal);
        platform::Terminal terminal{*line.remote, card};
        EXPECT_NO_THROW(terminal.run("create", id, Domain));
        for (int round = 0; round < 3; ++round) {
            lab.issuer().force({id, Domain});
            EXPECT_EQ(terminal.run("update", id, Domain).at("result"), "the keys were replaced");
        }
    }
}

INSTANTIATE_TEST_SUITE_P(
    Method, Cards,
    testing::Values(Method{"kdf3", domain::Diversification::Kdf3, 0x30, reader::KeyType::Aes},
                    Method{"emv-cps", domain::Diversification::EmvCps, 0x20, reader::KeyType::Des},
                    Method{"visa2", domain::Diversification::Visa2, 0x20, reader::KeyType::Des}),
    [](const auto& method) {
        std::string name = method.param.name;
        std::erase(name, '-');
        return name;
    });

class Issuing : public testing::Test {
protected:
    static lab::PlatformLabOptions options() {
        lab::PlatformLabOptions made;
        made.https = false;
        return made;
    }
    /// The code of the refusal; empty: it was done.
    std::string create(ChipCard& card, const std::string& id) {
        auto line = lab_.connect(Hop::IssuerTerminal);
        platform::Terminal terminal{*line.remote, card};
        try {
            terminal.run("create", id, Domain);
        } catch (const platform::Refusal& refusal) {
            return refusal.code();
        }
        return {};
    }
    lab::PlatformLab lab_{options()};
};

TEST_F(Issuing, AnotherCardInTheTerminalIsNoticedAndNothingIsSentToIt) {
    const std::string mine = "00000000000000000001";
    lab::register_test_card(lab_, mine);
    ChipCard other{with_id("00000000000000000002")};
    std::vector<std::uint8_t> sent;
    other.after = [&](unsigned, base::ByteView command, base::ByteView) {
        sent.push_back(command[1]);
    };
    EXPECT_EQ(create(other, mine), "card");
    for (const auto ins : sent) EXPECT_TRUE(ins == 0xA4 || ins == 0x50) << unsigned{ins};
    // The job waits for the right one.
    ChipCard right{with_id(mine)};
    EXPECT_EQ(create(right, mine), "");
}

TEST_F(Issuing, UnknownCardsAreRefused) {
    ChipCard card{with_id("00000000000000000003")};
    EXPECT_EQ(create(card, "00000000000000000003"), "card");
    EXPECT_EQ(card.commands, 0U);
}

TEST_F(Issuing, ACardIsRegisteredOnce) {
    lab::register_test_card(lab_, CardId);
    EXPECT_THROW(lab::register_test_card(lab_, CardId), platform::Refusal);
    EXPECT_THROW(lab_.issuer().register_card({.card = "00", .method = "stored"}),
                 platform::Refusal);
    EXPECT_THROW(lab_.issuer().register_card({.card = "01", .method = "kdf3", .master = "none"}),
                 platform::Refusal);
    EXPECT_THROW(lab_.issuer().register_card({.card = "02", .method = "magic"}), platform::Refusal);
}

TEST_F(Issuing, ACardWithUnknownKeysIsNotTouched) {
    const std::string id = "00000000000000000004";
    lab::register_test_card(lab_, id);
    auto chip = with_id(id);
    for (auto& keys : chip.factory.keys)
        keys.mac = domain::Secret{hex("11111111111111111111111111111111")};
    ChipCard card{std::move(chip)};
    EXPECT_EQ(create(card, id), "issuer-keys");
}

TEST_F(Issuing, AWornOutCardIsGivenUpAndWaitsForBetterDays) {
    // A card that refuses to store: every PUT KEY fails.
    lab::register_test_card(lab_, CardId);
    class Refusing final : public hostlink::SmartCard {
    public:
        explicit Refusing(ChipCard& inner) : inner_{inner} {}
        base::Bytes power_on() override { return inner_.power_on(); }
        base::Bytes reset() override { return inner_.reset(); }
        void power_off() override { inner_.power_off(); }
        base::Bytes transmit(base::ByteView command) override {
            if (command[1] != 0xD8) return inner_.transmit(command);
            ++refused;
            return hex("6581");
        }
        unsigned refused = 0;

    private:
        ChipCard& inner_;
    };
    ChipCard good;
    Refusing worn{good};
    auto line = lab_.connect(Hop::IssuerTerminal);
    platform::Terminal terminal{*line.remote, worn};
    EXPECT_THROW(terminal.run("create", CardId, Domain), platform::Refusal);
    EXPECT_EQ(worn.refused, 3U);
    EXPECT_EQ(create(good, CardId), "");
}

}  // namespace
}  // namespace platform_test
