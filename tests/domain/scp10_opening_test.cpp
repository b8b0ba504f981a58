// SCP10: how a channel comes about (docs/choices.md, SCP10).
#include "scp10_steps.hpp"

namespace domain_test {
namespace {

TEST(Scp10Opening, KeyAgreement) {
    Card card = new_card();
    Scp10Host host{card, Entity::usual()};
    ASSERT_TRUE(host.agree());
    EXPECT_EQ(host.ask(Level), "D301B39000");
    EXPECT_EQ(host.ask("80F28002024F0000"), "E30E4F08A0000001510000009F7001019000");
}

TEST(Scp10Opening, KeyTransportOfTwoKeysAndOfOne) {
    for (const bool encrypts : {true, false}) {
        Card card = new_card();
        Scp10Host host{card, Entity::usual()};
        ASSERT_TRUE(host.transport(encrypts));
        EXPECT_EQ(host.ask(Level), encrypts ? "D301B39000" : "D301919000");
        EXPECT_EQ(host.ask("80F28002024F0000"), "E30E4F08A0000001510000009F7001019000");
    }
}

TEST(Scp10Opening, NoTwoChannelsHaveTheSameKeys) {
    Card card = new_card();
    Scp10Host first{card, Entity::usual()};
    ASSERT_TRUE(first.agree());
    Scp10Host second{card, Entity::usual()};
    ASSERT_TRUE(second.agree());
    EXPECT_NE(text(first.card_half), text(second.card_half));
    EXPECT_NE(text(first.card_random), text(second.card_random));
    EXPECT_NE(text(first.channel.mac), text(second.channel.mac));
}

TEST(Scp10Opening, EachRsaOperationCostsItsTicks) {
    constexpr base::Tick Public = 131'072;
    constexpr base::Tick Private = 4'194'304;
    Card card = new_card();
    Scp10Host host{card, Entity::usual()};
    const auto cost = [&](auto step) {
        const auto before = card.work.now;
        EXPECT_EQ(status((host.*step)()), "9000");
        return card.work.now - before;
    };
    const auto near = [](base::Tick ticks, base::Tick rsa) {
        return ticks >= rsa && ticks < rsa + 2 * Public / 3;  // hashes and the memory's steps
    };
    EXPECT_TRUE(near(cost(&Scp10Host::certificates), 2 * Public));
    EXPECT_LT(cost(&Scp10Host::choose_agreement), Public);
    EXPECT_TRUE(near(cost(&Scp10Host::internal), Private + Public));
    EXPECT_LT(cost(&Scp10Host::challenge), Public);
    EXPECT_TRUE(near(cost(&Scp10Host::external), Private + Public));
}

TEST(Scp10Opening, StepsOutOfOrderDropEverything) {
    const std::vector<std::pair<const char*, Step>> commands{
        {"certificate",
         [](Scp10Host& host) { return host.send("002A00AE", host.entity.chain[1].second); }},
        {"agreement", &Scp10Host::choose_agreement},
        {"internal", &Scp10Host::internal},
        {"transport", &Scp10Host::choose_transport},
        {"decipher", &Scp10Host::decipher},
        {"signer", &Scp10Host::choose_signer},
        {"challenge", &Scp10Host::challenge},
        {"external", &Scp10Host::external},
    };
    for (const bool transport : {false, true}) {
        const std::vector<std::set<std::string>> due =
            transport ? std::vector<std::set<std::string>>{{},
                                                           {"agreement", "transport"},
                                                           {"decipher"},
                                                           {"signer"},
                                                           {"challenge"},
                                                           {"external"},
                                                           {}}
                      : std::vector<std::set<std::string>>{{},           {"agreement", "transport"},
                                                           {"internal"}, {"challenge"},
                                                           {"external"}, {}};
        for (std::size_t count = 0; count < due.size(); ++count) {
            for (const auto& [name, command] : commands) {
                if (due[count].contains(name)) continue;
                SCOPED_TRACE(testing::Message() << transport << " " << count << " " << name);
                Card card = new_card();
                Scp10Host host{card, Entity::usual()};
                walk(host, transport, count);
                host.transports = transport;
                EXPECT_EQ(command(host), "6985");
                expect_dropped(card);
            }
        }
    }
}

TEST(Scp10Opening, OnlyGetDataMayComeBetween) {
    for (std::size_t count = 1; count <= 4; ++count) {
        Card card = new_card();
        Scp10Host host{card, Entity::usual()};
        walk(host, false, count);
        Card other{card};
        EXPECT_EQ(other.send(Level), "D301009000");
        Scp10Host goes_on{host};
        EXPECT_EQ(other.send("80F28002024F0000"), "6982");
        expect_dropped(other);
        EXPECT_EQ(card.send(Level), "D301009000");
        if (count < 4) continue;
        EXPECT_EQ(host.external(), "9000");
    }
    for (const auto* command :
         {"80F28002024F0000", "8050300008112233445566778800",
          "848201001000112233445566778899AABBCCDDEEFF", "8CCA00D300", "80E2900000"}) {
        Card card = new_card();
        Scp10Host host{card, Entity::usual()};
        walk(host, false, 3);
        card.send(command);
        EXPECT_EQ(host.challenge(), "6985") << command;
    }
}

TEST(Scp10Opening, SelectAndPowerOffForgetEverything) {
    Card card = new_card();
    Scp10Host host{card, Entity::usual()};
    walk(host, false, 3);
    ASSERT_EQ(card.select(Issuer), 0x9000);
    EXPECT_EQ(host.challenge(), "6985");
    walk(host, false, 3);
    card.power_cycle();
    EXPECT_EQ(host.challenge(), "6985");
    ASSERT_TRUE(host.agree());
    ASSERT_EQ(card.select(Issuer), 0x9000);
    EXPECT_EQ(card.send(host.channel.wrap(*apdu::parse(hex(Level)))), hex("6982"));
}

TEST(Scp10Opening, TrustPointsNameBeginsAnewAndEndsTheChannel) {
    Card card = new_card();
    Scp10Host host{card, Entity::usual()};
    ASSERT_TRUE(host.agree());
    const auto begin = hex("830C00000000") + host.entity.trust_point;
    EXPECT_EQ(host.send("002281B6", begin), "9000");
    EXPECT_EQ(card.send(Level), "D301009000");
    for (std::size_t count = 1; count <= 4; ++count) {
        walk(host, false, count);
        EXPECT_EQ(host.send("002281B6", begin), "9000");
    }
    EXPECT_TRUE(host.agree());
    EXPECT_EQ(host.send("002281B6", hex("830C000000000000000000000000")), "6A88");
    expect_dropped(card);
}

TEST(Scp10Opening, OnlySpokenOptions) {
    auto factory = scp10_card();
    for (const std::uint8_t option : {std::uint8_t{0x01}, std::uint8_t{0x02}}) {
        factory.scp10_i = {option};
        Card card{factory};
        Scp10Host host{card, Entity::usual()};
        ASSERT_EQ(host.certificates(), "9000");
        EXPECT_EQ(option == 0x01 ? host.choose_transport() : host.choose_agreement(), "6A81");
        expect_dropped(card);
        EXPECT_TRUE(option == 0x01 ? host.agree() : host.transport());
    }
    factory.scp10_i.clear();
    Card silent{factory};
    Scp10Host host{silent, Entity::usual()};
    EXPECT_EQ(host.certificates(), "6E00");
    for (const auto* command :
         {"0022C1A4", "002A00AE", "0084000008", "00880000", "00820000", "8CCA00D300"}) {
        EXPECT_EQ(silent.send(command), "6E00") << command;
    }
}

TEST(Scp10Opening, InitializeUpdateOpensNothingWithRsaKeys) {
    Card card = new_card();
    EXPECT_EQ(card.send("8050100008112233445566778800"), "6A88");
    EXPECT_EQ(card.send("8050000008112233445566778800").substr(20, 4), "2002");
}

}  // namespace
}  // namespace domain_test
