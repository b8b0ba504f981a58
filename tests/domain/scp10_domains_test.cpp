// SCP10: how a domain gets its keys, what it tells of them, and who may enter where
// (docs/choices.md, SCP10).
#include "apdu/tlv.hpp"
#include "scp10_steps.hpp"

namespace domain_test {
namespace {

/// Two domains that speak both options; the second is made without saying what it speaks.
constexpr std::string_view InstallSsd1 =
    "80E60C002B07A000000151535008A00000015153504109D27600011855AA000103A000000AC90881021001810210"
    "020000";
constexpr std::string_view InstallSsd2 =
    "80E60C002307A000000151535008A00000015153504109D27600011855AA000203A0000002C9000000";
constexpr std::string_view Personalise1 = "80E620000F000009D27600011855AA000100000000";
constexpr std::string_view Personalise2 = "80E620000F000009D27600011855AA000200000000";

Bytes grouping(std::string_view id, const Bytes& value) {
    auto out = hex(id);
    if (value.size() < 0xFF) {
        out.push_back(static_cast<std::uint8_t>(value.size()));
    } else {
        out = out + Bytes{0xFF, static_cast<std::uint8_t>(value.size() >> 8),
                          static_cast<std::uint8_t>(value.size())};
    }
    return std::move(out) + value;
}

/// What a domain is personalised with.
struct Equipment {
    Rsa key{rsa::Card};
    Bytes trust_point = hex(rsa::Trust.modulus);
    Bytes exponent = hex("010001");
    std::string_view pair_template = "B9139501429601018001A381020100820101830110";
    std::string_view trust_template = "B9139501829601018001A181020100820102830110";

    [[nodiscard]] Bytes certificate_by(const Rsa& signer) const {
        return certificate(signer, {trust_serial(signer), hex("2233445566778899"), 0x03, key.n});
    }
    /// Data groupings; `seal` puts the private exponent under the channel's DEK.
    [[nodiscard]] Bytes groupings(const std::function<Bytes(ByteView)>& seal) const {
        return grouping("00B9", hex(pair_template) + hex(trust_template)) +
               grouping("0011", exponent) + grouping("0010", key.n) +
               grouping("8112", seal(key.d)) + grouping("0011", hex("010001")) +
               grouping("0010", trust_point) +
               grouping("0070", apdu::tlv(0x7F21, certificate_by(Rsa{rsa::Trust})));
    }
};

/// STORE DATA in blocks that a channel has room for.
std::vector<std::string> store_data(const Bytes& data) {
    constexpr std::size_t Most = 220;
    std::vector<std::string> all;
    for (std::size_t i = 0; i < data.size(); i += Most) {
        const auto size = std::min(Most, data.size() - i);
        const auto begin = data.begin() + static_cast<std::ptrdiff_t>(i);
        const auto p1 = static_cast<std::uint8_t>(i + size == data.size() ? 0x88 : 0x08);
        const auto p2 = static_cast<std::uint8_t>(i / Most);
        all.push_back(text(apdu::Command{
            0x80, 0xE2, p1, p2, {begin, begin + static_cast<std::ptrdiff_t>(size)}, {}}
                               .bytes()));
    }
    return all;
}

/// In a channel of the issuer's; the status of the last block.
std::string equip(Host& host, std::string_view personalise, const Equipment& equipment) {
    if (host.send(personalise) != "009000") return "not for personalization";
    const auto data =
        equipment.groupings([&](ByteView secret) { return host.channel().encrypt_data(secret); });
    std::string answer;
    for (const auto& block : store_data(data)) answer = host.send(block);
    return answer;
}

Card with_domain(const Equipment& equipment = {}) {
    Card card{scp10_card()};
    Host host{card, 0x30, 0x33};
    EXPECT_EQ(host.send(InstallSsd1), "009000");
    EXPECT_EQ(equip(host, Personalise1, equipment), "9000");
    return card;
}

TEST(Scp10Domain, IsPersonalisedByStoreData) {
    for (const std::uint8_t version : {std::uint8_t{0x20}, std::uint8_t{0x30}}) {
        Card card{scp10_card()};
        Host host{card, version, 0x03};
        ASSERT_EQ(host.send(InstallSsd1), "009000");
        ASSERT_EQ(equip(host, Personalise1, {}), "9000");
        EXPECT_EQ(card.state(Ssd1), 0x0FU);
        ASSERT_EQ(card.select(Ssd1), 0x9000);
        EXPECT_EQ(card.send("80CA00E000"),
                  "E024C0120110FFA10100FFA00003FFA3010001420101"
                  "C00E0210FFA10100FFA0000301820101"
                  "9000");
        for (const bool transport : {false, true}) {
            Scp10Host provider{card, Entity::usual(), 0x10, Ssd1};
            EXPECT_TRUE(transport ? provider.transport() : provider.agree());
            EXPECT_EQ(provider.ask(Level), "D301B39000");
        }
    }
}

TEST(Scp10Domain, TellsWhatItSpeaksAndWhomItTrusts) {
    const auto trusted = text(trust_serial(Rsa{rsa::Trust}));
    const std::string reference = "84021001830C00000000" + trusted;
    const std::string spoken =
        "640B06092A864886FC6B041001"
        "640B06092A864886FC6B041002";
    Card card = with_domain();
    card.select(Issuer);
    for (const auto& told : {card.send("80CA006600"), text(card.open.fci(card.open.issuer()))}) {
        EXPECT_NE(told.find(spoken + "6712" + reference), std::string::npos) << told;
    }
    card.select(Ssd1);
    for (const auto& told : {card.send("80CA006600"), text(card.open.fci(*card.entry(Ssd1)))}) {
        EXPECT_NE(told.find(spoken + "6812" + reference), std::string::npos) << told;
    }
    const auto paper = Equipment{}.certificate_by(Rsa{rsa::Trust});
    EXPECT_EQ(card.send("80CA7F2100"), text(apdu::tlv(0x7F21, paper)) + "9000");
    EXPECT_EQ(card.send("00CA7F2100"), text(paper) + "9000");
    Card plain;
    EXPECT_EQ(plain.send("80CA7F2100"), "6A88");
}

TEST(Scp10Domain, CardsCertificateCanBeVerified) {
    Card card{scp10_card()};
    const Rsa trust{rsa::Trust};
    const auto answer = hex(card.send("00CA7F2100"));
    const auto objects = *apdu::read_all(ByteView{answer}.first(answer.size() - 2));
    ASSERT_EQ(objects.size(), 3U);
    const auto block = trust.open(objects[0].value);
    EXPECT_EQ(block.front(), 0x6A);
    EXPECT_EQ(text(ByteView{block}.last(2)), "34CC");
    const auto content = Bytes(block.begin() + 1, block.end() - 34) + objects[1].value;
    EXPECT_EQ(text(sha256(content)), text(ByteView{block}.subspan(256 - 34, 32)));
    EXPECT_EQ(text(ByteView{content}.first(28)),
              "10" + text(trust_serial(trust)) + "000000002233445566778899" + "A0000001511003");
    EXPECT_EQ(text(ByteView{content}.subspan(28, 256)), text(Rsa{rsa::Card}.n));
}

TEST(Scp10Domain, ProviderSetsItsFirstKeysUnseenByTheIssuer) {
    Card card = with_domain();
    card.select(Ssd1);
    Scp10Host provider{card, Entity::usual(), 0x10, Ssd1};
    ASSERT_TRUE(provider.agree());
    const auto key = [&](std::string_view value, const char* check) {
        return "8810" + text(des3(provider.channel.dek, hex(value), true)) + "03" + check;
    };
    EXPECT_EQ(
        provider.ask(apdu::Command{0x80, 0xD8, 0x00, 0x81,
                                   hex("30" + key("707172737475767778797A7B7C7D7E7F", "DCC3AC") +
                                       key("808182838485868788898A8B8C8D8E8F", "F28388") +
                                       key("909192939495969798999A9B9C9D9E9F", "7A4A6E")),
                                   256}),
        "30DCC3ACF283887A4A6E9000");
    EXPECT_TRUE((Host{card, 0x30, 0x33, host_keys(0x70)}.opened()));
    EXPECT_FALSE((Host{card, 0x30, 0x33}.opened())) << "the issuer's keys";
}

TEST(Scp10Domain, AncestorsKeysOpenItOnlyAsLongAsItHasNone) {
    Card young{scp10_card()};
    Host host{young, 0x30, 0x33};
    ASSERT_EQ(host.send(InstallSsd1), "009000");
    ASSERT_EQ(young.select(Ssd1), 0x9000);
    EXPECT_TRUE((Host{young, 0x30, 0x01}.opened()));
    young.session.close();
    EXPECT_EQ(young.send("00CA7F2100"), text(Equipment{}.certificate_by(Rsa{rsa::Trust})) + "9000")
        << "of the keys that open it";
    Scp10Host issuer{young, Entity::usual(), 0x10, Ssd1};
    EXPECT_TRUE(issuer.transport());
    EXPECT_TRUE(issuer.agree());

    Card card = with_domain();
    card.select(Ssd1);
    for (const auto* update : {"8050300008112233445566778800", "8050000008112233445566778800",
                               "8050100008112233445566778800"}) {
        EXPECT_EQ(card.send(update), "6A88");
    }
    card.select(Issuer);
    Host again{card, 0x30, 0x33};
    EXPECT_EQ(again.send(Personalise1), "6985") << "nobody else brings keys in";
}

TEST(Scp10Domain, SignatureOfKeyTransportNamesTheDomain) {
    Card card{scp10_card()};
    Host host{card, 0x30, 0x33};
    ASSERT_EQ(host.send(InstallSsd1), "009000");
    ASSERT_EQ(card.select(Ssd1), 0x9000);
    Scp10Host misled{card, Entity::usual(), 0x10, Issuer};
    EXPECT_FALSE(misled.transport()) << "it meant the issuer, whose keys these are";
    EXPECT_FALSE(card.session.authenticated());
}

TEST(Scp10Domain, TrustPointsKeepDomainsApart) {
    Card card = with_domain();
    {
        card.select(Issuer);
        Host host{card, 0x30, 0x33};
        ASSERT_EQ(host.send(InstallSsd2), "009000");
        Equipment others;
        others.key = Rsa{rsa::Entity};
        others.trust_point = hex(rsa::Other.modulus);
        ASSERT_EQ(equip(host, Personalise2, others), "9000");
    }
    const auto opens = [&](std::string_view name, const rsa::Pair& trust, const rsa::Pair& key) {
        card.select(name);
        Scp10Host host{card, Entity::usual(Rsa{trust}), 0x10, name};
        host.card_key = Rsa{key};
        const bool agreed = host.agree();
        EXPECT_EQ(agreed, host.transport());
        EXPECT_EQ(agreed, card.session.authenticated());
        return agreed;
    };
    EXPECT_TRUE(opens(Ssd1, rsa::Trust, rsa::Card));
    EXPECT_TRUE(opens(Ssd2, rsa::Other, rsa::Entity));
    EXPECT_FALSE(opens(Ssd1, rsa::Other, rsa::Card));
    EXPECT_FALSE(opens(Ssd2, rsa::Trust, rsa::Entity));
    EXPECT_FALSE(opens(Issuer, rsa::Other, rsa::Card));
}

TEST(Scp10Domain, ChannelIsOfOneDomain) {
    Card card = with_domain();
    card.select(Ssd1);
    Scp10Host provider{card, Entity::usual(), 0x10, Ssd1};
    ASSERT_TRUE(provider.agree());
    card.selected = aid(Issuer);
    EXPECT_EQ(provider.ask("80F28002024F0000"), "?");
    EXPECT_FALSE(card.session.authenticated());
    card.select(Ssd1);
    ASSERT_EQ(provider.certificates(), "9000");
    card.selected = aid(Issuer);
    EXPECT_EQ(provider.choose_agreement(), "6985") << "an opening neither";
}

TEST(Scp10Domain, SpeaksWhatItsParametersSay) {
    Card card{scp10_card()};
    Host host{card, 0x30, 0x33};
    ASSERT_EQ(host.send(InstallSsd2), "009000");
    // C9 81 02 03 70: SCP03 alone
    ASSERT_EQ(host.send("80E60C002707A000000151535008A00000015153504109D27600011855AA000103A00000"
                        "06C90481020370"
                        "0000"),
              "009000");
    card.select(Ssd2);
    EXPECT_TRUE((Scp10Host{card, Entity::usual(), 0x10, Ssd2}.agree())) << "as the issuer does";
    card.select(Ssd1);
    EXPECT_EQ((Scp10Host{card, Entity::usual(), 0x10, Ssd1}.certificates()), "6E00");
}

TEST(Scp10Domain, EquipmentThatDoesNotFitIsRefusedAsAWhole) {
    const auto refused = [](const char* sw, const std::function<void(Equipment&)>& bend) {
        Card card{scp10_card()};
        Host host{card, 0x30, 0x33};
        ASSERT_EQ(host.send(InstallSsd1), "009000");
        Equipment equipment;
        bend(equipment);
        EXPECT_EQ(equip(host, Personalise1, equipment), sw);
        EXPECT_EQ(card.state(Ssd1), 0x07U);
        card.select(Ssd1);
        EXPECT_EQ(card.send("80CA00E000"), "6A88") << "no part of it";
    };
    refused("6982", [](auto& it) { it.key.d = hex(rsa::Other.exponent); });
    refused("6982", [](auto& it) { it.key.d.back() ^= 0x02; });
    refused("6A80", [](auto& it) { it.key.d.resize(128); });
    refused("6A80", [](auto& it) { it.key.n.pop_back(); });
    refused("6A80", [](auto& it) { it.key.n.back() ^= 0x01; });
    refused("6A80", [](auto& it) { it.key.n.front() = 0x00; });
    refused("6A80", [](auto& it) { it.exponent = hex("03"); });
    refused("6A80",
            [](auto& it) { it.pair_template = "B9139501429601018001A381020080820101830110"; });
    refused("6A80",
            [](auto& it) { it.pair_template = "B9139501429601018001A281020100820101830110"; });
    refused("6A80", [](auto& it) { it.trust_template = ""; });
}

TEST(Scp10Domain, TrustPointOfAnotherSizeMakesNoSet) {
    Card card{scp10_card()};
    Host host{card, 0x30, 0x33};
    ASSERT_EQ(host.send(InstallSsd1), "009000");
    Equipment equipment;
    equipment.trust_point.resize(128);
    EXPECT_EQ(equip(host, Personalise1, equipment), "9000");
    EXPECT_EQ(card.state(Ssd1), 0x07U) << "two keys, but no full set";
    card.select(Ssd1);
    EXPECT_TRUE((Scp10Host{card, Entity::usual(), 0x10, Ssd1}.agree())) << "with the issuer's";
}

TEST(Scp10Domain, TwoPublicKeysMakeNoSet) {
    Card card{scp10_card()};
    Host host{card, 0x30, 0x01};
    const auto key = "A1820100" + std::string{rsa::Other.modulus} + "A00301000100";
    for (const std::uint8_t id : {std::uint8_t{1}, std::uint8_t{2}}) {
        EXPECT_EQ(host.send(apdu::Command{0x80, 0xD8, 0x00, id, hex("11" + key), 256}), "119000");
    }
    Scp10Host stranger{card, Entity::usual(Rsa{rsa::Other}), 0x11};
    EXPECT_EQ(stranger.certificates(), "6A88");
}

TEST(Scp10Domain, LastSetStays) {
    Card card = with_domain();
    card.select(Ssd1);
    Scp10Host provider{card, Entity::usual(), 0x10, Ssd1};
    ASSERT_TRUE(provider.agree());
    EXPECT_EQ(provider.ask("80E4000003D2011000"), "6985");
    EXPECT_EQ(provider.ask("80E4000006D00102D2011000"), "6985");
    EXPECT_EQ(provider.ask(Level), "D301B39000");
}

TEST(Scp10Domain, BlockedSetIsReplacedThroughAnotherChannel) {
    Card card{scp10_card()};
    for (unsigned i = 0; i < 15; ++i) {
        Scp10Host host{card, Entity::usual()};
        host.entity.key = Rsa{rsa::Other};
        ASSERT_FALSE(host.transport());
    }
    Scp10Host host{card, Entity::usual()};
    ASSERT_FALSE(host.transport());
    {
        Host issuer{card, 0x30, 0x33};
        const auto data = Equipment{}.groupings(
            [&](ByteView secret) { return issuer.channel().encrypt_data(secret); });
        std::string answer;
        for (const auto& block : store_data(data)) answer = issuer.send(block);
        ASSERT_EQ(answer, "9000");
    }
    EXPECT_TRUE(host.transport());
}

/// Power goes at every step of the last block, at any place in it: all of it or nothing.
TEST(Scp10Domain, TornPersonalisationIsWholeOrAbsent) {
    Card card{scp10_card()};
    Host host{card, 0x30, 0x33};
    ASSERT_EQ(host.send(InstallSsd1), "009000");
    ASSERT_EQ(host.send(Personalise1), "009000");
    const auto blocks = store_data(Equipment{}.groupings(
        [&](ByteView secret) { return host.channel().encrypt_data(secret); }));
    for (std::size_t i = 0; i + 1 < blocks.size(); ++i) ASSERT_EQ(host.send(blocks[i]), "9000");
    const auto last = host.channel().wrap(*apdu::parse(hex(blocks.back()))).front();
    Card done{card};
    done.send(last);
    const auto ready = done.work.now;
    std::set<std::string> states;
    auto cuts = done.memory.cells.step_ends(done.last_start);
    for (const auto end : std::vector{cuts}) cuts.insert(cuts.end(), {end - 100, end - 2'000});
    cuts.push_back(ready);
    for (const auto at : cuts) {
        Card torn{card};
        torn.send(last);
        ASSERT_TRUE(torn.cut_and_restart(at)) << at;
        const auto state = torn.state(Ssd1);
        torn.select(Ssd1);
        const auto keys = torn.send("80CA00E000").size();
        const auto paper = torn.send("80CA7F2100").size();
        states.insert(std::to_string(state) + " " + std::to_string(keys) + " " +
                      std::to_string(paper));
        if (at >= ready) {
            EXPECT_EQ(state, 0x0FU) << "the answer was out";
        }
    }
    EXPECT_EQ(states.size(), 2U) << "both were seen, and nothing between";
}

TEST(Scp10Domain, TornProofLeavesACardThatOpens) {
    Card card{scp10_card()};
    Scp10Host host{card, Entity::usual()};
    ASSERT_EQ(host.certificates(), "9000");
    ASSERT_EQ(host.choose_agreement(), "9000");
    ASSERT_GT(host.internal().size(), 100U);
    ASSERT_EQ(host.challenge().size(), 20U);
    const Card before{card};
    ASSERT_EQ(host.external(), "9000");
    const auto proof = host.last_sent;
    auto cuts = card.memory.cells.step_ends(card.last_start);
    ASSERT_GT(cuts.size(), 5U);
    for (const auto at : cuts) {
        Card torn{before};
        EXPECT_EQ(text(torn.send(proof)), "9000");
        ASSERT_TRUE(torn.cut_and_restart(at - 100));
        EXPECT_FALSE(torn.session.authenticated());
        EXPECT_TRUE((Scp10Host{torn, Entity::usual()}.agree()));
    }
}

}  // namespace
}  // namespace domain_test
