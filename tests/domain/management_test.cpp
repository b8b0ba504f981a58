// Life cycles, registry and content of the card (GP rows 01 to 16).
#include "apdu/tlv.hpp"
#include "cap.hpp"
#include "card.hpp"

namespace domain_test {
namespace {

constexpr std::string_view IssuerListed = "80F28002024F0000";

TEST(Domain, GP_01_SelectWithoutNameFindsTheIssuerDomain) {
    Card card;
    EXPECT_EQ(card.select(""), 0x9000);
    EXPECT_EQ(text(card.selected.bytes()), Issuer);
    // globalplatform.md, section 3: the FCI of SCP03 alone, with one more 64 for SCP02
    EXPECT_EQ(text(card.open.fci(*card.entry(Issuer))),
              "6F4D8408A000000151000000A541733B06072A864886FC6B01600B06092A864886FC6B0202036309"
              "06072A864886FC6B03640B06092A864886FC6B040255640B06092A864886FC6B0403709F6501FF");
}

TEST(Domain, GP_02_CardDataTellTheSecureChannels) {
    Card card;
    EXPECT_EQ(card.send("80CA006600"),
              "663D733B06072A864886FC6B01600B06092A864886FC6B020203630906072A864886FC6B03640B0609"
              "2A864886FC6B040255640B06092A864886FC6B0403709000");
}

TEST(Domain, GP_03_GetStatusAsksForAChannelAndAnAid) {
    Card card;
    EXPECT_EQ(card.send("80F24002024F0000"), "6982");
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80F2400200"), "6A80");
    EXPECT_EQ(host.send("80F24002025C0000"), "6A80");
    EXPECT_EQ(host.send("80F20002024F0000"), "6A86");
}

TEST(Domain, GP_04_LongListsComeInPieces) {
    auto factory = domain::test_card();
    std::set<std::string> expected{std::string{TestApp}};
    for (std::uint8_t i = 0; i < 29; ++i) {
        auto name = hex("D276000118AA1100");
        name.back() = i;
        factory.applications.push_back(
            {aid(TestFile), aid(TestApp), *domain::Aid::from(name), {}, 0x07, {}});
        expected.insert(text(name));
    }
    Card card{factory};
    Host host{card, 0x30, 0x01};
    std::multiset<std::string> found;
    std::string answer = host.send("80F24002024F0000");
    for (int piece = 0;; ++piece) {
        ASSERT_LT(piece, 30);
        const auto bytes = hex(answer);
        const auto all = apdu::read_all(base::ByteView{bytes}.first(bytes.size() - 2)).value();
        for (const auto& one : all) {
            found.insert(text(*apdu::find(one.value, 0x4F)));
        }
        const auto status = answer.substr(answer.size() - 4);
        if (status == "9000") break;
        ASSERT_EQ(status, "6310");
        answer = host.send("80F24003024F0000");
    }
    EXPECT_EQ(found.size(), 30U);
    EXPECT_EQ((std::set<std::string>{found.begin(), found.end()}), expected);
    EXPECT_EQ(host.send("80F24003024F0000"), "6A88");
}

TEST(Domain, GP_05_CardLifeCycleGoesUpOnly) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80F0800F08A000000151000000"), "9000");
    EXPECT_EQ(host.send("80F0800708A000000151000000"), "6985");
    EXPECT_EQ(host.send("80F0800F08A000000151000000"), "6985");
    EXPECT_EQ(host.send(IssuerListed), "E30E4F08A0000001510000009F70010F9000");
}

TEST(Domain, OnlyASecuredCardCanBeLocked) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80F0807F08A000000151000000"), "6985");
    EXPECT_EQ(host.send("80F0805508A000000151000000"), "6A80") << "no state at all";
    EXPECT_EQ(host.send("80F0800F00"), "9000") << "the name may be left out";
    EXPECT_EQ(host.send("80F0807F08A000000151000000"), "9000");
}

TEST(Domain, GP_06_LockedCardSelectsTheIssuerAndChangesNothing) {
    auto factory = domain::test_card();
    factory.state = domain::State::Secured;
    Card card{factory};
    {
        Host host{card, 0x30, 0x01};
        EXPECT_EQ(host.send("80F0807F08A000000151000000"), "9000");
    }
    EXPECT_EQ(card.select(TestApp), 0x6A82);
    EXPECT_EQ(card.select(Issuer), 0x6283);
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80E602001407D276000118AA2008A00000015100000000000000"), "6985");
    EXPECT_EQ(host.put_keys(0, 0x31, 0x70), "6985");
    EXPECT_EQ(host.send("80E40080094F07D276000118AA1000"), "6985");
    EXPECT_EQ(host.send("80F0408008D276000118AA1001"), "6985");
    EXPECT_EQ(host.send("80F0800F08A000000151000000"), "9000");
    EXPECT_EQ(host.send("80F0807F08A000000151000000"), "9000") << "and locked again";
}

TEST(Domain, GP_07_UnlockingTheCardUnlocksNoApplication) {
    auto factory = domain::test_card();
    factory.state = domain::State::Secured;
    Card card{factory};
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80F0408008D276000118AA1001"), "9000");
    EXPECT_EQ(host.send("80F0807F08A000000151000000"), "9000");
    EXPECT_EQ(host.send("80F0800F08A000000151000000"), "9000");
    EXPECT_EQ(card.state(Issuer), 0x0FU);
    EXPECT_EQ(card.state(TestApp), 0x87U);
    EXPECT_EQ(card.state(TestFile), 0x01U);
}

TEST(Domain, GP_08_TerminatedCardAnswersGetDataOnly) {
    Card card;
    {
        Host host{card, 0x30, 0x01};
        EXPECT_EQ(host.send("80F080FF08A000000151000000"), "9000");
    }
    card.power_cycle();
    EXPECT_EQ(card.select(Issuer), 0x6A82);
    for (unsigned cla = 0; cla < 256; ++cla) {
        for (unsigned ins = 0; ins < 256; ++ins) {
            const auto c = static_cast<std::uint8_t>(cla);
            const auto i = static_cast<std::uint8_t>(ins);
            const auto answer = card.send(base::Bytes{c, i, 0x00, 0x66, 0x00});
            if (ins != 0xCA) {
                EXPECT_EQ(answer.size(), 2U) << cla << ' ' << ins;
                EXPECT_NE(answer, hex("9000")) << cla << ' ' << ins;
            }
        }
    }
    EXPECT_EQ(card.send("80CA006600").substr(0, 4), "663D");
    EXPECT_EQ(card.send("8050300008112233445566778800"), "6985");
    EXPECT_EQ(card.state(Issuer), 0xFFU);
}

TEST(Domain, GP_09_UnlockedApplicationReturnsToItsState) {
    Card card;
    ASSERT_TRUE(card.open.set_own_state(card.entry(TestApp)->slot, 0x0F, card.work));
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80F0408008D276000118AA1001"), "9000");
    EXPECT_EQ(card.state(TestApp), 0x8FU);
    EXPECT_EQ(card.open.select(hex(TestApp)), nullptr);
    EXPECT_EQ(host.send("80F0400008D276000118AA1001"), "9000");
    EXPECT_EQ(card.state(TestApp), 0x0FU);
    EXPECT_NE(card.open.select(hex(TestApp)), nullptr);
    EXPECT_FALSE(card.open.set_own_state(card.entry(TestApp)->slot, 0x07, card.work));
}

constexpr std::string_view InstallSecond =
    "80E60C002007D276000118AA1008D276000118AA100108D276000118AA1002010002C9000000";

TEST(Domain, GP_10_InstallMakesOneInstance) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send(InstallSecond), "009000");
    EXPECT_EQ(card.state("D276000118AA1002"), 0x07U);
    EXPECT_EQ(host.send(InstallSecond), "6985");
    EXPECT_EQ(host.send("80E60C002007D276000118AA1108D276000118AA100108D276000118AA1003010002C90000"
                        "00"),
              "6A88");
    EXPECT_EQ(host.send("80E60C001E07D276000118AA1008D276000118AA100108D276000118AA1003010000000"
                        "0"),
              "6A80");
    EXPECT_EQ(card.entry("D276000118AA1003"), nullptr);
}

TEST(Domain, GP_11_InstallRefusesBadFields) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80E60C002007D276000118AA1018D276000118AA100108D276000118AA1002010002C90000"
                        "00"),
              "6A80");
    EXPECT_EQ(host.send("80E60C002207D276000118AA1008D276000118AA100108D276000118AA100203A0400002C9"
                        "000000"),
              "6A80");
    EXPECT_EQ(host.send("80E60C002207D276000118AA1008D276000118AA100108D276000118AA10020320000002C9"
                        "000000"),
              "6A80");
    EXPECT_EQ(card.entry("D276000118AA1002"), nullptr);
    // a domain, so that the privileges alone are wrong: DM with AM, with token verification, with
    // receipt generation; mandated DAP without DAP
    for (const std::string privileges : {"A04000", "A02000", "A00080", "810000", "800001"}) {
        EXPECT_EQ(host.send("80E60C002307A000000151535008A00000015153504109D27600011855AA000103" +
                            privileges +
                            "02C900"
                            "00"
                            "00"),
                  "6A80")
            << privileges;
    }
    EXPECT_EQ(card.entry(Ssd1), nullptr);
}

TEST(Domain, InstallTheApplicationRefusesLeavesNothing) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80E60C002107D276000118AA1008D276000118AA100108D276000118AA1002010003C901EE"
                        "0000"),
              "6A80");
    EXPECT_EQ(card.entry("D276000118AA1002"), nullptr);
    EXPECT_EQ(host.send(InstallSecond), "009000");
}

TEST(Domain, MadeSelectableLater) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80E604002007D276000118AA1008D276000118AA100108D276000118AA1002010002C90000"
                        "00"),
              "009000");
    EXPECT_EQ(card.state("D276000118AA1002"), 0x03U);
    EXPECT_EQ(card.open.select(hex("D276000118AA1002")), nullptr);
    EXPECT_EQ(host.send("80E608000E000008D276000118AA1002010000"), "6A80") << "a field short";
    EXPECT_EQ(host.send("80E608000F000008D276000118AA100201000000"), "009000");
    EXPECT_EQ(card.state("D276000118AA1002"), 0x07U);
    EXPECT_EQ(host.send("80E608000F000008D276000118AA100201000000"), "6985");
}

TEST(Domain, FullMemoryRefusesAndKeepsWhatThereIs) {
    Card card;
    Host host{card, 0x30, 0x01};
    unsigned made = 0;
    std::string answer;
    for (; made < 250; ++made) {
        std::string install{InstallSecond};
        install.replace(46, 16,
                        "D276000118AA11" + text(base::Bytes{static_cast<std::uint8_t>(made)}));
        answer = host.send(install);
        if (answer != "009000") break;
    }
    EXPECT_EQ(answer, "6A84");
    EXPECT_GT(made, 50U);
    EXPECT_EQ(card.open.registry().entries().size(), made + 4);
    EXPECT_EQ(host.send("80E400000A4F08D276000118AA110000"), "009000") << "there is a way out";
    EXPECT_EQ(host.send(InstallSecond), "009000");
    card.power_cycle();
    EXPECT_EQ(card.open.registry().entries().size(), made + 4);
}

constexpr std::string_view ForLoad20 = "80E602001407D276000118AA2008A00000015100000000000000";

TEST(Domain, GP_12_LoadWithAMissingBlockIsGivenUp) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send(ForLoad20), "009000");
    EXPECT_EQ(host.send("80E8000010C41C000102030405060708090A0B0C0D00"), "009000");
    EXPECT_EQ(host.send("80E800020E0E0F101112131415161718191A1B00"), "6A86");
    EXPECT_EQ(host.send("80E880010E0E0F101112131415161718191A1B00"), "6985");
    EXPECT_EQ(card.entry("D276000118AA20"), nullptr);
}

TEST(Domain, AnotherCommandBetweenEndsALoad) {
    Card card;
    Host host{card, 0x30, 0x01};
    const auto parts = load_commands(cap_block("D276000118AA20", {"D276000118AA2001"}));
    EXPECT_EQ(host.send(ForLoad20), "009000");
    EXPECT_EQ(host.send(parts[0]), "009000");
    EXPECT_EQ(host.send("80CA006600").substr(0, 4), "663D");
    EXPECT_EQ(host.send(parts[1]), "6985");
    EXPECT_EQ(card.entry("D276000118AA20"), nullptr);
}

TEST(Domain, GP_13_LoadNeedsItsInstallAndAllItsBytes) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80E8000010C41C000102030405060708090A0B0C0D00"), "6985");
    EXPECT_EQ(host.send(ForLoad20), "009000");
    EXPECT_EQ(host.send("80E8800016C41C000102030405060708090A0B0C0D0E0F1011121300"), "6A80");
    EXPECT_EQ(card.entry("D276000118AA20"), nullptr);
}

TEST(Domain, GP_14_LoadWithAWrongHashIsRefused) {
    Card card;
    Host host{card, 0x30, 0x01};
    const auto free = card.objects.free_bytes();
    const auto block = cap_block("D276000118AA20", {"D276000118AA2001"});
    EXPECT_EQ(host.send(for_load("D276000118AA20", Issuer, base::Bytes(32, 0x11))), "009000");
    const auto parts = load_commands(block);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        EXPECT_EQ(host.send(parts[i]), i + 1 < parts.size() ? "009000" : "6A80");
    }
    EXPECT_EQ(card.entry("D276000118AA20"), nullptr);
    EXPECT_EQ(card.objects.free_bytes(), free);

    const auto digest = sha_256(block);
    EXPECT_EQ(host.send(for_load("D276000118AA20", Issuer, digest)), "009000");
    for (const auto& part : parts) EXPECT_EQ(host.send(part), "009000");
    ASSERT_NE(card.entry("D276000118AA20"), nullptr);
    EXPECT_EQ(host.send("80F21002094F07D276000118AA2000"),
              "E3254F07D276000118AA209F700101CE020100CC08A0000001510000008408D276000118AA20019000");
}

TEST(Domain, LoadOfCodeTheCardDoesNotHaveIsRefused) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send(for_load("D276000118AAFF", Issuer, {})), "009000");
    const auto parts = load_commands(cap_block("D276000118AAFF", {"D276000118AAFF01"}));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        EXPECT_EQ(host.send(parts[i]), i + 1 < parts.size() ? "009000" : "6A80");
    }
    EXPECT_EQ(host.send(for_load("D276000118AA20", Issuer, {})), "009000");
    EXPECT_EQ(host.send(load_commands(cap_block("D276000118AA21", {}, 0)).back()), "6A80")
        << "the package is not the one announced";
}

TEST(Domain, GP_15_DeleteOfAFileInUseNeedsTheRelatedOnesToo) {
    Card card;
    Host host{card, 0x30, 0x01};
    const auto slot = card.entry(TestApp)->slot;
    EXPECT_EQ(host.send("80E40000094F07D276000118AA1000"), "6985");
    card.applications.used.insert(slot);
    EXPECT_EQ(host.send("80E40080094F07D276000118AA1000"), "6985") << "selected somewhere else";
    card.applications.used.clear();
    EXPECT_EQ(host.send("80E40080094F07D276000118AA1000"), "009000");
    EXPECT_EQ(card.entry(TestFile), nullptr);
    EXPECT_EQ(card.entry(TestApp), nullptr);
    EXPECT_FALSE(card.objects.contains(PlayedApplications::object_of(slot)));
}

constexpr std::string_view InstallSsd1 =
    "80E60C002D07A000000151535008A00000015153504109D27600011855AA000103A000000CC90A81020370820120"
    "870120"
    "0000";

TEST(Domain, GP_16_DeleteRefusesWhatIsNeededOrUnknown) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.send("80E400000A4F08A00000015100000000"), "6985");
    EXPECT_EQ(host.send("80E400800A4F08A00000015100000000"), "6985");
    EXPECT_EQ(host.send("80E400000A4F08D276000118AA109900"), "6A88");
    ASSERT_EQ(host.send(InstallSsd1), "009000");
    give_keys(card, Ssd1, 0xA0);
    ASSERT_EQ(host.send("80E610001709D27600011855AA00010008D276000118AA100100000000"), "009000");
    EXPECT_EQ(host.send("80E400000B4F09D27600011855AA000100"), "6985");
    EXPECT_EQ(host.send("80E400000A4F08D276000118AA100100"), "009000");
    const auto slot = card.entry(Ssd1)->slot;
    EXPECT_EQ(host.send("80E400000B4F09D27600011855AA000100"), "009000");
    EXPECT_EQ(card.entry(Ssd1), nullptr);
    for (const auto id : card.objects.ids()) {
        EXPECT_NE(id >> 8 & 0xFF, slot) << id << ": its keys and counters went with it";
    }
    EXPECT_EQ(host.send("80E40080094F07A000000151535000"), "6985")
        << "what domains are made of stays";
}

}  // namespace
}  // namespace domain_test
