// Security domains: made, given keys, handed over, moved (GP rows 27 to 34).
#include "apdu/tlv.hpp"
#include "card.hpp"

namespace domain_test {
namespace {

/// globalplatform.md, section 3.1, for either of the plan's domains; privileges and C9 as given.
std::string install_domain(std::string_view name, std::string_view privileges = "A00000",
                           std::string_view own = "81020370820120870120") {
    const auto parameters = apdu::tlv(0xC9, hex(own));
    base::Bytes data = hex("07A000000151535008A000000151535041");
    const auto add = [&](base::ByteView run) {
        data.push_back(static_cast<std::uint8_t>(run.size()));
        data.insert(data.end(), run.begin(), run.end());
    };
    add(hex(name));
    add(hex(privileges));
    add(parameters);
    add({});
    return text(apdu::Command{0x80, 0xE6, 0x0C, 0x00, data, 256}.bytes());
}

std::string extradite(std::string_view what, std::string_view target) {
    base::Bytes data;
    const auto add = [&](base::ByteView run) {
        data.push_back(static_cast<std::uint8_t>(run.size()));
        data.insert(data.end(), run.begin(), run.end());
    };
    add(hex(target));
    add({});
    add(hex(what));
    add({});
    add({});
    add({});
    return text(apdu::Command{0x80, 0xE6, 0x10, 0x00, data, 256}.bytes());
}

/// The issuer has made both domains; SSD1 has its keys, SSD2 has not.
Card two_domains(std::string_view privileges = "A00000",
                 std::string_view own = "81020370820120870120") {
    Card card;
    {
        Host host{card, 0x30, 0x01};
        EXPECT_EQ(host.send(install_domain(Ssd1, privileges, own)), "009000");
        EXPECT_EQ(host.send(install_domain(Ssd2)), "009000");
    }
    give_keys(card, Ssd1, 0xA0);
    return card;
}

bool opens(Card card, std::string_view name, std::uint8_t version, std::uint8_t first) {
    card.select(name);
    return Host{card, version, 0x01, host_keys(first)}.opened();
}

TEST(Domain, GP_27_NewDomainHasNoKeysAndOwnsNothing) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(install_domain(Ssd1),
              "80E60C002D07A000000151535008A00000015153504109D27600011855AA000103A000000CC90A810203"
              "70820120870120"
              "00"
              "00");
    EXPECT_EQ(host.send(install_domain(Ssd1)), "009000");
    EXPECT_EQ(host.send("80F240020B4F09D27600011855AA000100"),
              "E31E4F09D27600011855AA00019F700107C503A00000CC08A0000001510000009000");
    EXPECT_EQ(host.send("80E602001507D276000118AA2009D27600011855AA000100000000"), "6985");
    card.select(Ssd1);
    EXPECT_EQ(card.send("80CA00E000"), "6A88");
}

TEST(Domain, GP_28_DomainWithoutKeysIsOpenedWithItsParents) {
    Card card;
    {
        Host host{card, 0x30, 0x01};
        ASSERT_EQ(host.send(install_domain(Ssd1)), "009000");
    }
    EXPECT_TRUE(opens(card, Ssd1, 0x30, 0x40));
    give_keys(card, Ssd1, 0xA0);
    EXPECT_FALSE(opens(card, Ssd1, 0x30, 0x40));
    EXPECT_TRUE(opens(card, Ssd1, 0x30, 0xA0));
    card.select(Ssd1);
    EXPECT_EQ(card.send("8050200008112233445566778800"), "6A88") << "the issuer's other set";
}

constexpr std::string_view Personalise1 = "80E620000F000009D27600011855AA000100000000";
/// globalplatform.md, section 9, plain.
constexpr std::string_view StoreKeys =
    "80E2A8008700B94BB9179501389601018001888101108201018301308403EE72CBB917950134960101800188810110"
    "820102830130840349B6D5B9179501C89601018001888101108201038301308403FB9292811310C9B0C57E3345143E"
    "7DFE23996652C460811310180937B3F8E2EEDD013FF04A7935A9968113101521964893863A4747162F38F036CF9F"
    "00";

TEST(Domain, GP_29_IssuerGivesADomainItsFirstKeys) {
    Card card;
    {
        Host host{card, 0x30, 0x01};
        ASSERT_EQ(host.send(install_domain(Ssd1)), "009000");
        EXPECT_EQ(host.send(Personalise1), "009000");
        EXPECT_EQ(host.send(StoreKeys), "9000");
        EXPECT_EQ(card.state(Ssd1), 0x0FU);
        EXPECT_EQ(host.send(Personalise1), "6985") << "from now on its keys are its own business";
        EXPECT_EQ(host.send("80F0400709D27600011855AA0001"), "6985") << "0F never goes back";
        EXPECT_EQ(card.state(Ssd1), 0x0FU);
    }
    EXPECT_TRUE(opens(card, Ssd1, 0x30, 0xA0));
    card.select(Ssd1);
    EXPECT_EQ(card.send("80CA00E000"), "E012C00401308810C00402308810C004033088109000");
}

TEST(Domain, WorkedHandOverByteForByte) {
    // globalplatform.md, section 9: personalisation in the worked SCP03 session of the issuer, then
    // the provider's session, in which it replaces the keys.
    Card card;
    {
        Host host{card, 0x30, 0x01};
        ASSERT_EQ(host.send(install_domain(Ssd1)), "009000");
    }
    auto& keys = card;  // the worked session begins with counter 000003
    keys.objects.begin();
    keys.objects.write(domain::object_id(domain::ObjectKind::Counter, 0, 0x30), hex("0000000200"));
    ASSERT_TRUE(keys.objects.commit(card.work));
    card.select(Issuer);
    card.send("8050300008112233445566778800");
    ASSERT_EQ(card.send("8482010010140B5A3A99C28042DF09C3956FE360C0"), "9000");
    EXPECT_EQ(card.send("84E6200017000009D27600011855AA0001000000172B572706CD80D900"), "009000");
    EXPECT_EQ(
        card.send("84E2A8008F00B94BB9179501389601018001888101108201018301308403EE72CBB91795013"
                  "4960101800188810110820102830130840349B6D5B9179501C896010180018881011082010"
                  "38301308403FB9292811310C9B0C57E3345143E7DFE23996652C460811310180937B3F8E2E"
                  "EDD013FF04A7935A9968113101521964893863A4747162F38F036CF9F364C1212B6EE820D"),
        "9000");

    card.select(Ssd1);
    EXPECT_EQ(card.send("8050300008887766554433221100"),
              "0011223344556677889930037078A064B3C5B4690A28D4EF02B38D25780000019000");
    EXPECT_EQ(card.send("84823300105B4BD2FA60605609F56DF7F9D119DC9C"), "9000");
    EXPECT_EQ(card.send("84D83081587892599FE7FB08AC1DD06C7B52AA0A08195DA9210912FCC84FC12AD1E032"
                        "519D4CE2CAFCC32361E1357C516376EACA2FFBF1D3774CFF33E87F694098170164637F"
                        "CFC912CF60FAB2B97EF79250A68153C2BFD0A7AABCF74200"),
              "D5A41A7E9F29FD9787EC4A26B2F80D2EBE6CC313EA22E3979000");
    EXPECT_FALSE(opens(card, Ssd1, 0x30, 0xA0));
    EXPECT_TRUE(opens(card, Ssd1, 0x30, 0xD0));
}

TEST(Domain, GP_30_BadKeyDataLeaveTheDomainAsItWas) {
    Card card;
    Host host{card, 0x30, 0x01};
    ASSERT_EQ(host.send(install_domain(Ssd1)), "009000");
    Card other{card};
    Host other_host{other, 0x30, 0x01};

    std::string wrong{StoreKeys};
    wrong.replace(wrong.find("49B6D5"), 6, "49B6D4");
    EXPECT_EQ(host.send(Personalise1), "009000");
    EXPECT_EQ(host.send(wrong), "6982");
    EXPECT_EQ(card.state(Ssd1), 0x07U);
    card.select(Ssd1);
    EXPECT_EQ(card.send("80CA00E000"), "6A88");

    EXPECT_EQ(other_host.send(Personalise1), "009000");
    const auto whole = hex(StoreKeys);
    const auto part = [&](std::uint8_t p1, std::uint8_t p2, std::size_t from, std::size_t to) {
        const apdu::Command command{0x80, 0xE2, p1, p2, {&whole[5 + from], &whole[5 + to]}, {}};
        return text(command.bytes());
    };
    EXPECT_EQ(other_host.send(part(0x28, 0x00, 0, 60)), "9000");
    EXPECT_EQ(other_host.send(part(0xA8, 0x02, 60, 0x87)), "6A86");
    EXPECT_EQ(other_host.send(part(0xA8, 0x01, 60, 0x87)), "6A86") << "all of it is given up";
    EXPECT_EQ(other.state(Ssd1), 0x07U);

    EXPECT_EQ(other_host.send(Personalise1), "009000");
    EXPECT_EQ(other_host.send(part(0x28, 0x00, 0, 60)), "9000");
    EXPECT_EQ(other_host.send(part(0xA8, 0x01, 60, 0x87)), "9000") << "a structure may spill over";
    EXPECT_EQ(other.state(Ssd1), 0x0FU);
}

TEST(Domain, GP_31_ApplicationGoesToItsNewDomain) {
    auto card = two_domains("800000");
    give_keys(card, Ssd2, 0xC0);
    card.select(Issuer);
    {
        Host host{card, 0x30, 0x01};
        EXPECT_EQ(extradite(TestApp, Ssd1),
                  "80E610001709D27600011855AA00010008D276000118AA100100000000");
        EXPECT_EQ(host.send(extradite(TestApp, Ssd1)), "009000");
    }
    EXPECT_EQ(card.owner(TestApp), Ssd1);
    card.select(Ssd2);
    {
        Host host{card, 0x30, 0x01, host_keys(0xC0)};
        EXPECT_EQ(host.send("80E400000A4F08D276000118AA100100"), "6985");
        EXPECT_EQ(host.send("80F0408008D276000118AA1001"), "6985");
    }
    card.select(Ssd1);
    Host host{card, 0x30, 0x01, host_keys(0xA0)};
    EXPECT_EQ(host.send("80F0408008D276000118AA1001"), "9000");
    EXPECT_EQ(card.state(TestApp), 0x87U);
    EXPECT_EQ(host.send("80F24002024F0000"),
              "E31E4F08D276000118AA10019F700187C503000000CC09D27600011855AA0001"
              "E31E4F09D27600011855AA00019F70010FC503800000CC08A0000001510000009000");
}

TEST(Domain, GP_32_ExtraditionNeedsAPersonalisedDomain) {
    auto card = two_domains();
    card.select(Issuer);
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send(extradite(TestApp, Ssd2)), "6985");
    EXPECT_EQ(host.send(extradite(TestApp, TestApp)), "6A80");
    EXPECT_EQ(host.send(extradite(TestApp, Unknown)), "6A88");
    EXPECT_EQ(host.send(extradite(Unknown, Ssd1)), "6A88");
    EXPECT_EQ(host.send(extradite(Issuer, Ssd1)), "6985");
    EXPECT_EQ(card.owner(TestApp), Issuer);
}

TEST(Domain, GP_33_ExtraditionNeedsTheRightAndAnUnlockedCard) {
    auto card = two_domains("800000");
    {
        Card asked{card};
        asked.select(Ssd1);
        Host host{asked, 0x30, 0x01, host_keys(0xA0)};
        EXPECT_EQ(host.send(extradite(TestApp, Ssd1)), "6985");
        EXPECT_EQ(asked.owner(TestApp), Issuer);
    }
    card.select(Issuer);
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80F0800F08A000000151000000"), "9000");
    EXPECT_EQ(host.send("80F0807F08A000000151000000"), "9000");
    EXPECT_EQ(host.send(extradite(TestApp, Ssd1)), "6985");
    EXPECT_EQ(card.owner(TestApp), Issuer);
}

TEST(Domain, DomainWithoutTheRightManagesNoContent) {
    auto card = two_domains("800000");
    card.select(Ssd1);
    Host host{card, 0x30, 0x01, host_keys(0xA0)};
    EXPECT_EQ(host.send("80E60C002007D276000118AA1008D276000118AA100108D276000118AA1002010002C90000"
                        "00"),
              "6985");
    EXPECT_EQ(host.send("80E602001507D276000118AA2009D27600011855AA000100000000"), "6985");
    EXPECT_EQ(card.entry("D276000118AA1002"), nullptr);
}

TEST(Domain, GP_34_BothDomainsMustAgreeToAnExtradition) {
    {
        auto card = two_domains("800000", "81020370820120870100");
        give_keys(card, Ssd2, 0xC0);
        card.select(Issuer);
        Host host{card, 0x30, 0x01};
        EXPECT_EQ(host.send(extradite(TestApp, Ssd1)), "009000");
        EXPECT_EQ(host.send(extradite(TestApp, Ssd2)), "6985");
        EXPECT_EQ(card.owner(TestApp), Ssd1);
    }
    {
        auto card = two_domains("800000", "81020370820100870120");
        card.select(Issuer);
        Host host{card, 0x30, 0x01};
        EXPECT_EQ(host.send(extradite(TestApp, Ssd1)), "6985");
        EXPECT_EQ(card.owner(TestApp), Issuer);
    }
}

TEST(Domain, DomainsFormTreesWithoutCircles) {
    auto card = two_domains("800000",
                            "8102037082010187"
                            "0101");
    give_keys(card, Ssd2, 0xC0);
    card.select(Issuer);
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send(extradite(Ssd2, Ssd1)), "6985") << "SSD1 lets nobody but itself";
    EXPECT_EQ(host.send(extradite(Ssd1, Ssd2)), "009000");
    EXPECT_EQ(card.owner(Ssd1), Ssd2);
    EXPECT_EQ(host.send(extradite(Ssd2, Ssd1)), "6985") << "it hangs below itself already";
    EXPECT_EQ(host.send(extradite(Ssd2, Ssd2)), "009000") << "a tree of its own";
    EXPECT_EQ(card.owner(Ssd2), Ssd2);
    EXPECT_EQ(host.send(extradite(Ssd1, Issuer)), "6985") << "out of the issuer's reach";
}

TEST(Domain, NoDomainGoesBelowItself) {
    auto card = two_domains("800000", "81020370");
    give_keys(card, Ssd2, 0xC0);
    card.select(Issuer);
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send(extradite(Ssd1, Ssd2)), "009000");
    EXPECT_EQ(host.send(extradite(Ssd2, Ssd1)), "6985");
    EXPECT_EQ(card.owner(Ssd2), Issuer);
}

TEST(Domain, RegistryUpdateChangesPrivileges) {
    auto card = two_domains("800000");
    card.select(Issuer);
    Host host{card, 0x30, 0x01};
    // globalplatform.md, section 3.1
    EXPECT_EQ(host.send("80E640001200 0009D27600011855AA000103A00000000000"), "009000");
    EXPECT_EQ(text(card.entry(Ssd1)->privileges.bytes()), "A00000");
    EXPECT_EQ(host.send("80E640001200 0009D27600011855AA000103200000000000"), "6A80")
        << "a domain stays a domain";
    EXPECT_EQ(host.send("80E640001100 0008D276000118AA100103000400000000"), "009000");
}

TEST(Domain, RestrictionsOfTheCardAreForGood) {
    auto card = two_domains();
    card.select(Issuer);
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80E640000B0000000005EF03D901100000"), "009000");
    EXPECT_EQ(host.send(extradite(TestApp, Ssd1)), "6985");
    EXPECT_EQ(host.send("80E640000B0000000005EF03D901010000"), "009000");
    EXPECT_EQ(host.send("80E400000A4F08D276000118AA100100"), "6985");
    EXPECT_EQ(host.send("80E640000B0000000005EF03D901000000"), "009000");
    EXPECT_EQ(host.send(extradite(TestApp, Ssd1)), "6985") << "nothing gives it back";
}

TEST(Domain, StoreDataKeepsObjectsAndRenames) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80E2900010420412345678450801020304050607080"
                        "0"),
              "9000");
    EXPECT_EQ(host.send("80CA004200"), "4204123456789000");
    EXPECT_EQ(host.send("80E28800130070104204123456794508010203040506070900"), "9000");
    EXPECT_EQ(host.send("80CA004200"), "4204123456799000");
    EXPECT_EQ(host.send("80CA004500"), "450801020304050607099000");
    EXPECT_EQ(host.send("80E2900004C102123400"), "6A80");
    EXPECT_EQ(host.send("80E290000A4F08A00000015100FF0000"), "9000");
    EXPECT_NE(card.entry("A00000015100FF00"), nullptr);
}

TEST(Domain, LastSelectedByDefault) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80E60C002007D276000118AA1008D276000118AA100108D276000118AA1002010402C90000"
                        "00"),
              "009000");
    EXPECT_EQ(text(card.open.default_application().aid.bytes()), "D276000118AA1002");
    EXPECT_EQ(host.send("80E400000A4F08D276000118AA100200"), "009000");
    EXPECT_EQ(text(card.open.default_application().aid.bytes()), Issuer);
    EXPECT_TRUE(card.entry(Issuer)->privileges.has(domain::Privilege::CardReset));
}

TEST(Domain, SelectionByPartAndNextOccurrence) {
    auto card = two_domains();
    const auto first = card.open.select(hex("D276000118"));
    ASSERT_NE(first, nullptr);
    EXPECT_EQ(text(first->aid.bytes()), TestApp);
    const auto second = card.open.select(hex("D276000118"), &first->aid);
    ASSERT_NE(second, nullptr);
    EXPECT_EQ(text(second->aid.bytes()), Ssd1);
    const auto third = card.open.select(hex("D276000118"), &second->aid);
    ASSERT_NE(third, nullptr);
    EXPECT_EQ(card.open.select(hex("D276000118"), &third->aid), nullptr);
    EXPECT_EQ(card.open.select(hex(TestFile)), first) << "the file itself is nothing to select";
}

}  // namespace
}  // namespace domain_test
