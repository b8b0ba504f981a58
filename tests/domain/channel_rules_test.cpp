// What opens a secure channel, what ends it, what its counters do.
#include "card.hpp"

namespace domain_test {
namespace {

constexpr std::string_view Update02 = "8050200008112233445566778800";
constexpr std::string_view Proof02 = "8482010010D67080E7EF12B09DE0F78C16C1A834E2";
constexpr std::string_view Status02 = "84F280020A4F00BE12C8CB2CFCC21E00";
constexpr std::string_view Update03 = "8050300008112233445566778800";
constexpr std::string_view Proof03 = "8482010010140B5A3A99C28042DF09C3956FE360C0";
constexpr std::string_view Status03 = "84F280020A4F006D70CD4114FB5F9A00";
constexpr std::string_view Data03 = "84CA0066082EACB9753C105A0A00";
constexpr std::string_view Listed = "E30E4F08A0000001510000009F7001019000";

/// SCP02, level 01, as worked.
void open02(Card& card) {
    card.send(Update02);
    ASSERT_EQ(card.send(Proof02), "9000");
}
void open03(Card& card, std::string_view proof) {
    card.send(Update03);
    ASSERT_EQ(card.send(proof), "9000");
}
/// Key version to sequence counter, out of an answer of SCP02.
std::string sequence(const std::string& offer) { return offer.substr(24, 4); }

TEST(SecureChannel, SC_05_WrongHostCryptogramUsesNoSequence) {
    Card card;
    card.send(Update02);
    EXPECT_EQ(card.send("8482010010D67080E7EF12B09C8FF5E38043E84ECC"), "6300");
    EXPECT_EQ(card.send(Status02), "6982");
    EXPECT_EQ(sequence(card.send(Update02)), "0003");
}

TEST(SecureChannel, Scp03WrongHostCryptogramIsRefusedThoughItsMacIsRight) {
    for (const std::size_t place : {0U, 7U}) {
        Card card;
        const auto offer = reader::parse_offer(card.send(hex(Update03)));
        ASSERT_TRUE(offer);
        const auto host =
            reader::make_scp03_session(host_keys(0x40), *offer, hex("1122334455667788"));
        apdu::Command proof{0x80, 0x82, 0x01, 0x00, host->host_cryptogram(), {}};
        proof.data[place] ^= 0x01;
        host->protect(proof, 0x01);
        EXPECT_EQ(text(card.send(proof.bytes())), "6300");
        EXPECT_FALSE(card.session.authenticated());
    }
}

TEST(SecureChannel, SC_06_WrongMacUsesNoSequence) {
    Card card;
    card.send(Update02);
    EXPECT_EQ(card.send("8482010010D67080E7EF12B09DE0F78C16C1A834E3"), "6982");
    EXPECT_EQ(card.send(Status02), "6982");
    EXPECT_EQ(sequence(card.send(Update02)), "0003");
}

TEST(SecureChannel, SC_07_SequenceCountsVerifiedSessionsOnly) {
    Card card;
    for (int i = 0; i < 3; ++i) {
        const auto offer = card.send(Update02);
        EXPECT_EQ(offer.substr(24, 16), "00031E49FFD4D1E8");
    }
    EXPECT_EQ(card.send(Proof02), "9000");
    EXPECT_EQ(card.send(Update02).substr(24, 16), "00043D96DB421B0F");
}

TEST(SecureChannel, SC_08_SequenceOutlivesPowerOffAndReset) {
    Card card;
    open02(card);
    Card other{card};
    card.power_cycle();
    EXPECT_EQ(sequence(card.send(Update02)), "0004");
    other.session.close();
    EXPECT_EQ(sequence(other.send(Update02)), "0004");
}

TEST(SecureChannel, SC_09_ExternalAuthenticateNeedsItsOwnInitializeUpdate) {
    Card card;
    EXPECT_EQ(card.send("848201001000112233445566778899AABBCCDDEEFF"), "6982");
    open02(card);
    EXPECT_EQ(card.send(Proof02), "6982");
    EXPECT_EQ(card.send(Status02), "6982");
}

TEST(SecureChannel, SC_10_ProofOfAnotherChallengeIsRefused) {
    Card card;
    card.send(Update03);
    card.send("8050300008887766554433221100");
    EXPECT_EQ(card.send(Proof03), "6982");
    card.send(Update02);
    card.send("8050200008887766554433221100");
    EXPECT_EQ(card.send(Proof02), "6300");
    EXPECT_FALSE(card.session.authenticated());
}

TEST(SecureChannel, SC_11_InitializeUpdateEndsTheChannel) {
    Card card;
    open02(card);
    EXPECT_EQ(card.send(Update02).size(), 2 * (28 + 2));
    EXPECT_EQ(card.send(Status02), "6982");
}

TEST(SecureChannel, SC_12_InitializeUpdateChoosesTheKeySet) {
    Card card;
    open02(card);
    EXPECT_EQ(card.send("80507F0008112233445566778800"), "6A88");
    EXPECT_EQ(card.send(Status02), "6982");
    EXPECT_EQ(card.send("80502000071122334455667700"), "6700");
    EXPECT_EQ(card.send("8050000008112233445566778800").substr(20, 4), "2002");
}

TEST(SecureChannel, SC_13_LevelsThatDoNotExistAreRefused) {
    Card card;
    card.send(Update02);
    EXPECT_EQ(card.send("8482020010D67080E7EF12B09D3C0059848AC769D6"), "6A86");
    EXPECT_EQ(card.send(Status02), "6982");
    card.send(Update03);
    EXPECT_EQ(card.send("8482200010140B5A3A99C28042AADCE815DAAF8E3D"), "6A86");
    EXPECT_EQ(card.send(Status03), "6982");
}

TEST(SecureChannel, SC_14_WrongMacEndsTheChannel) {
    Card card;
    open02(card);
    EXPECT_EQ(card.send("84F280020A4F00BE12C8CB2CFCC21F00"), "6982");
    EXPECT_EQ(card.send(Status02), "6982");
    card.send(Update02);
    EXPECT_EQ(card.session.level(), 0x00);
}

TEST(SecureChannel, SC_15_MissingMacEndsTheChannel) {
    Card card;
    open02(card);
    EXPECT_EQ(card.send("80F28002024F0000"), "6982");
    EXPECT_EQ(card.send(Status02), "6982");
}

TEST(SecureChannel, SC_16_RepeatedOrSwappedCommandsEndTheChannel) {
    Card fresh;
    {
        Card card{fresh};
        open02(card);
        EXPECT_EQ(card.send(Status02), Listed);
        EXPECT_EQ(card.send(Status02), "6982");
    }
    {
        Card card{fresh};
        open02(card);
        EXPECT_EQ(card.send("84CA006608BE6A25797BD45FE700"), "6982");
        EXPECT_EQ(card.send(Status02), "6982");
    }
    {
        Card card{fresh};
        open03(card, Proof03);
        EXPECT_EQ(card.send(Status03), Listed);
        EXPECT_EQ(card.send(Status03), "6982");
    }
    {
        Card card{fresh};
        open03(card, Proof03);
        EXPECT_EQ(card.send(Data03), "6982");
        EXPECT_EQ(card.send(Status03), "6982");
    }
}

TEST(SecureChannel, SC_17_ChangedHeaderEndsTheChannel) {
    Card card;
    open02(card);
    EXPECT_EQ(card.send("84F240020A4F00BE12C8CB2CFCC21E00"), "6982");
    EXPECT_EQ(card.send(Status02), "6982");
}

TEST(SecureChannel, SC_18_FailedCommandKeepsTheMacChain) {
    Card card;
    open02(card);
    EXPECT_EQ(card.send("84CA00FE085B67A839CC858B7400"), "6A88");
    EXPECT_EQ(card.send("84F280020A4F00C81B8EE2A28BE84A00"), Listed);
}

TEST(SecureChannel, SC_19_LeIsNotMaced) {
    Card card;
    open02(card);
    Card other{card};
    EXPECT_EQ(card.send(Status02), Listed);
    EXPECT_EQ(other.send("84F280020A4F00BE12C8CB2CFCC21E"), Listed);
}

TEST(SecureChannel, SC_20_ChannelBitsAreNotMaced) {
    Card card;
    card.send("8150200008112233445566778800");
    EXPECT_EQ(card.send("8582010010D67080E7EF12B09DE0F78C16C1A834E2"), "9000");
    EXPECT_EQ(card.send("85F280020A4F00BE12C8CB2CFCC21E00"), Listed);
}

TEST(SecureChannel, Scp03ChannelBitsAreNotMacedEither) {
    Card card;
    card.send("8150300008112233445566778800");
    EXPECT_EQ(card.send("8582010010140B5A3A99C28042DF09C3956FE360C0"), "9000");
    EXPECT_EQ(card.send("85F280020A4F006D70CD4114FB5F9A00"), Listed);
}

TEST(SecureChannel, NoSecondProofInOneSession) {
    Card card;
    const auto offer = reader::parse_offer(card.send(hex(Update03)));
    ASSERT_TRUE(offer);
    const auto host = reader::make_scp03_session(host_keys(0x40), *offer, hex("1122334455667788"));
    for (const auto* expected : {"9000", "6982"}) {
        apdu::Command proof{0x80, 0x82, 0x01, 0x00, host->host_cryptogram(), {}};
        host->protect(proof, 0x01);  // with the MAC chain going on
        EXPECT_EQ(text(card.send(proof.bytes())), expected);
    }
    EXPECT_FALSE(card.session.authenticated());
}

constexpr std::string_view Proof03At33 = "8482330010140B5A3A99C280425B626ED81A42347C";

TEST(SecureChannel, SC_23_CounterCountsCommandsWithoutData) {
    Card card;
    open03(card, Proof03At33);
    for (const std::string_view command :
         {"84CA006608489AF32B77D4F50200", "84CA0066085385360CF2C91EAE00",
          "84F2800218F055CD7F7C96B137453E34F10C628796E59FCDA510675CC300"}) {
        const auto answer = card.send(command);
        EXPECT_EQ(answer.substr(answer.size() - 4), "9000") << command;
    }
}

TEST(SecureChannel, SC_24_ErrorsAreBareAtLevel11) {
    Card card;
    open03(card, "8482110010140B5A3A99C280420B6CDFE7869AA96E");
    EXPECT_EQ(card.send("84CA00FE081DE764320C22170A00"), "6A88");
    EXPECT_EQ(card.send("84F280020A4F00D96B8A9458B6333F00"),
              "E30E4F08A0000001510000009F700101F30FBEE65105D0709000");
}

domain::Factory crowded_card(unsigned applications) {
    auto factory = domain::test_card();
    for (unsigned i = 0; i < applications; ++i) {
        auto bytes = hex("D276000118AA1100");
        bytes.back() = static_cast<std::uint8_t>(i);
        factory.applications.push_back(
            {aid(TestFile), aid(TestApp), *domain::Aid::from(bytes), {}, 0x07, {}});
    }
    return factory;
}

TEST(SecureChannel, SC_25_AnswersWithoutDataAndWarningsAreProtected) {
    Card card{crowded_card(20)};
    open03(card, Proof03At33);
    EXPECT_EQ(card.send("84F0408018D8782CC18BF694AA419306ECC25F602CD1E610F6EE3C8CF200"),
              "6B569431379721CF9000");
    EXPECT_EQ(card.state(TestApp), 0x87U);

    card.select(Issuer);
    Host host{card, 0x30, 0x33};
    const auto answer = host.send("80F24002024F0000");
    EXPECT_EQ(answer.substr(answer.size() - 4), "6310") << "the host believed it";
    EXPECT_EQ(answer.substr(0, 2), "E3");
}

TEST(SecureChannel, SC_26_WrongPaddingEndsTheChannel) {
    Card card;
    open03(card, "8482030010140B5A3A99C2804236CE75567CA0DBA7");
    EXPECT_EQ(card.send("84F2800218B33E5B9D3ED5B09E373EC017CBC4DDC3CB7BF80FDEDF5F2900"), "6982");
    EXPECT_FALSE(card.session.authenticated());
}

TEST(SecureChannel, SC_27_ChallengesFollowTheCounterThroughPowerOffs) {
    Card card;
    const std::array<std::string_view, 5> challenges{"BBBF3E6A8D4EB622", "71E4AF02AB6E192C",
                                                     "E5E212EDF523BA33", "0526A0C40C285716",
                                                     "4980D1BF58FD2EBC"};
    unsigned counter = 3;
    for (const auto challenge : challenges) {
        const auto offer = card.send(Update03);
        EXPECT_EQ(offer.substr(26, 16), challenge);
        EXPECT_EQ(offer.substr(offer.size() - 10), "00000" + std::to_string(counter++) + "9000");
        card.power_cycle();
    }
}

TEST(SecureChannel, SC_28_CounterAtItsEndGivesNoChallenge) {
    auto factory = domain::test_card();
    factory.keys[1].counter = 0xFFFFFF;
    Card card{factory};
    EXPECT_EQ(card.send(Update03), "6985");
    EXPECT_EQ(card.send(Update03), "6985");
}

TEST(SecureChannel, SC_30_RMacSessionRaisesTheLevelForAWhile) {
    Card card;
    const auto challenge = hex("1122334455667788");
    const auto offer = reader::parse_offer(card.send(hex(Update03)));
    ASSERT_TRUE(offer);
    const auto host = reader::make_scp03_session(host_keys(0x40), *offer, challenge);
    const auto send = [&](std::string_view plain) {
        auto command = *apdu::parse(hex(plain));
        host->protect(command, 0x01);
        return *apdu::parse_response(card.send(command.bytes()));
    };
    apdu::Command proof{0x80, 0x82, 0x01, 0x00, host->host_cryptogram(), {}};
    host->protect(proof, 0x01);
    ASSERT_EQ(text(card.send(proof.bytes())), "9000");

    EXPECT_EQ(text(send("80F28002024F0000").bytes()), Listed);
    EXPECT_EQ(text(send("807A100100").bytes()), "9000");
    EXPECT_EQ(card.session.level(), 0x91);
    auto between = send("80F28002024F0000");
    EXPECT_EQ(between.data.size(), 16U + 8U);
    EXPECT_TRUE(host->reveal(between, 0x11));
    auto end = send("8078000300");
    EXPECT_EQ(end.data.size(), 8U);
    EXPECT_TRUE(host->reveal(end, 0x11));
    EXPECT_EQ(card.session.level(), 0x81);
    EXPECT_EQ(text(send("80F28002024F0000").bytes()), Listed);
}

TEST(SecureChannel, Scp02RMacSessionReckonsWhatItIsAskedFor) {
    // Expected values come from the host's reading; no vector is known (sheet, section 11).
    Card card;
    const auto challenge = hex("1122334455667788");
    const auto offer = reader::parse_offer(card.send(hex(Update02)));
    ASSERT_TRUE(offer);
    const auto host = reader::make_scp02_session(host_keys(0x40), *offer, challenge, 0x55);
    const auto send = [&](std::string_view plain) {
        auto command = *apdu::parse(hex(plain));
        host->protect(command, 0x01);
        return *apdu::parse_response(card.send(command.bytes()));
    };
    apdu::Command proof{0x80, 0x82, 0x01, 0x00, host->host_cryptogram(), {}};
    host->protect(proof, 0x01);
    ASSERT_EQ(text(card.send(proof.bytes())), "9000");

    EXPECT_EQ(send("8078000300").sw, 0x6985) << "none is running";
    EXPECT_EQ(text(send("807A100100").bytes()), "9000");
    EXPECT_EQ(send("80F28002024F0000").data.size(), 16U + 8U);
    EXPECT_EQ(send("807A100100").sw, 0x6985) << "one is running";
    const auto last = send("80CA00FE00");
    EXPECT_EQ(last.sw, 0x6A88);
    ASSERT_EQ(last.data.size(), 8U);
    const auto end = send("8078000300");
    EXPECT_EQ(end.sw, 0x9000);
    EXPECT_EQ(text(end.data), text(last.data)) << "the R-MAC so far";
    EXPECT_EQ(text(send("80F28002024F0000").bytes()), Listed);

    EXPECT_EQ(text(send("807A000100").bytes()), "9000");
    EXPECT_EQ(text(send("80F28002024F0000").bytes()), Listed) << "only reckoned";
    EXPECT_EQ(send("8078000100").data.size(), 8U);
    EXPECT_EQ(send("8078000300").data.size(), 8U);
}

TEST(SecureChannel, ApplicationUsesTheChannelOfItsDomain) {
    Card card;
    card.select(TestApp);
    Host host{card, 0x30, 0x33};
    ASSERT_TRUE(host.opened());
    EXPECT_TRUE(host.channel().is_expected_challenge(hex(TestApp)));
    EXPECT_EQ(card.send("80F28002024F0000"), "6D00") << "management is its domain's business";

    const auto wrapped = host.channel().wrap_one(hex("8004000002AABB00"));
    const auto plain = card.open.unwrap(*apdu::parse(wrapped), card.session, card.work);
    ASSERT_TRUE(plain.command);
    EXPECT_EQ(text(plain.command->data), "AABB");
    apdu::Response answer{hex("CCDD"), apdu::Sw::Ok};
    card.open.wrap(answer, card.session, card.work);
    EXPECT_EQ(answer.data.size(), 16U + 8U);
    const auto read = host.channel().unwrap(answer.bytes());
    ASSERT_TRUE(read);
    EXPECT_EQ(text(read->data), "CCDD");

    auto damaged = host.channel().wrap_one(hex("8004000002AABB00"));
    damaged[6] ^= 1;
    EXPECT_EQ(card.open.unwrap(*apdu::parse(damaged), card.session, card.work).sw, 0x6982);
    EXPECT_FALSE(card.session.authenticated());
}

TEST(SecureChannel, SC_31_SelectEndsTheChannel) {
    Card card;
    open02(card);
    Card other{card};
    EXPECT_EQ(card.select(TestApp), 0x9000);
    EXPECT_EQ(card.select(Issuer), 0x9000);
    EXPECT_EQ(card.send(Status02), "6982");
    EXPECT_EQ(other.select(Unknown), 0x6A82);
    EXPECT_EQ(other.send(Status02), "6982");
}

TEST(SecureChannel, FailedTriesMakeInitializeUpdateSlower) {
    Card card;
    std::vector<store::Tick> took;
    for (int i = 0; i < 9; ++i) {
        const auto before = card.work.now;
        card.send(Update03);
        took.push_back(card.work.now - before);
        EXPECT_EQ(card.send("848201001000112233445566778899AABBCCDDEEFF"), "6982");
        if (i == 4) card.power_cycle();
    }
    EXPECT_EQ(took[0], took[2]);
    EXPECT_GE(took[3], took[0] + 1'695'000) << "the fourth";
    EXPECT_EQ(took[5] - took[0], 4 * (took[3] - took[0])) << "a power cut forgets nothing";
    EXPECT_EQ(took[8], took[7]) << "two seconds are the most";
    Host host{card, 0x30, 0x01};
    EXPECT_TRUE(host.opened());
    const auto before = card.work.now;
    card.send(Update03);
    EXPECT_EQ(card.work.now - before, took[0]) << "a right one is the end of it";
}

}  // namespace
}  // namespace domain_test
