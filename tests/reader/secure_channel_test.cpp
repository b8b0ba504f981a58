// The host's side of secure channels: what it believes, what it refuses.
#include "reader/secure_channel.hpp"

#include <gtest/gtest.h>

#include <array>

#include "base/hex.hpp"
#include "reader/key_commands.hpp"
#include "worked_session.hpp"

namespace reader {
namespace {

using base::Bytes;
using namespace worked_session;  // NOLINT: constants of the sheet

TEST(SecureChannel, Scp02AnswersAreCheckedByTheirRMac) {
    // globalplatform.md, section 6.1, level 11
    SecureChannel channel{keys_of(Test40, Worked50, Worked60)};
    ASSERT_TRUE(channel.offered(hex(WorkedHost), hex(WorkedOffer02)));
    EXPECT_EQ(base::to_hex(channel.external_authenticate(0x11)),
              "8482110010D67080E7EF12B09D29B9BE9DFA6C9511");
    ASSERT_TRUE(channel.opened(hex("9000")));
    EXPECT_EQ(base::to_hex(channel.wrap_one(hex("80F28002024F0000"))),
              "84F280020A4F0092CBCBB8C596194200");
    const auto list = channel.unwrap(hex("E30E4F08A0000001510000009F70010F 09A0D07A295BC03B 9000"));
    ASSERT_TRUE(list);
    EXPECT_EQ(base::to_hex(list->data), "E30E4F08A0000001510000009F70010F");
    EXPECT_EQ(base::to_hex(channel.wrap_one(hex("80CA006600"))), "84CA00660877F37004A13549C500");
    const auto absent = channel.unwrap(hex("763420181EA5EB3E 6A88"));
    ASSERT_TRUE(absent);
    EXPECT_EQ(absent->sw, 0x6A88);
    EXPECT_TRUE(absent->data.empty());
}

// Without Le no card could send an R-MAC (section 6); SCP03 hosts leave the command as it is, as
// the published sessions of section 8 show. Le is in no MAC: the worked commands serve.
TEST(SecureChannel, Scp02AsksForTheRMacOfACommandWithoutLe) {
    struct Case {
        std::uint8_t level;
        std::string_view plain, sent;
    };
    for (const Case& c :
         {Case{0x10, "80F28002024F00", "80F28002024F0000"}, Case{0x10, "80CA0066", "80CA006600"},
          Case{0x11, "80F28002024F00", "84F280020A4F0092CBCBB8C596194200"},
          Case{0x11, "80F28002024F0010", "84F280020A4F0092CBCBB8C596194210"}}) {
        SCOPED_TRACE(c.plain);
        SecureChannel channel{keys_of(Test40, Worked50, Worked60)};
        ASSERT_TRUE(channel.offered(hex(WorkedHost), hex(WorkedOffer02)));
        (void)channel.external_authenticate(c.level);
        ASSERT_TRUE(channel.opened(hex("9000")));
        EXPECT_EQ(base::to_hex(channel.wrap_one(hex(c.plain))), c.sent);
    }
}

TEST(SecureChannel, SC_29_LongKeysGiveTheWorkedCryptograms) {
    struct Case {
        unsigned bytes;
        std::string_view card, host;
    };
    for (const Case& c : {Case{16, "738F824897E4960C", "140B5A3A99C28042"},
                          Case{24, "63AF1A6254BB0772", "B5D67206E3F2E4F5"},
                          Case{32, "40CFA0F1CCD4B80B", "C99DADFC6F8404A8"}}) {
        SCOPED_TRACE(c.bytes);
        const auto key = [&](unsigned first) {
            Bytes value;
            for (unsigned i = 0; i < c.bytes; ++i)
                value.push_back(static_cast<std::uint8_t>(first + i));
            return ScpKey{value};
        };
        const auto session =
            make_scp03_session(ChannelKeys{key(0x40), key(0x50), key(0x60)},
                               parse_offer(hex(WorkedOffer03)).value(), hex(WorkedHost));
        EXPECT_EQ(base::to_hex(session->card_cryptogram()), c.card);
        EXPECT_EQ(base::to_hex(session->host_cryptogram()), c.host);
    }
}

TEST(SecureChannel, HostReadsTheProtectedAnswersOfTheWorkedScp03Session) {
    SecureChannel channel{keys_of(Test40, Worked50, Worked60)};
    ASSERT_TRUE(channel.offered(hex(WorkedHost), hex(WorkedOffer03)));
    EXPECT_TRUE(channel.is_expected_challenge(hex("A000000151000000")));
    EXPECT_FALSE(channel.is_expected_challenge(hex("A000000151000001")));
    EXPECT_EQ(base::to_hex(channel.external_authenticate(0x33)),
              "8482330010140B5A3A99C280425B626ED81A42347C");
    ASSERT_TRUE(channel.opened(hex("9000")));

    const std::array<ScpKey, 3> keys{ScpKey{hex("707172737475767778797A7B7C7D7E7F")},
                                     ScpKey{hex("808182838485868788898A8B8C8D8E8F")},
                                     ScpKey{hex("909192939495969798999A9B9C9D9E9F")}};
    const auto plain_put = put_key(channel, 0, 0x31, 1, KeyType::Aes, keys).bytes();
    EXPECT_EQ(base::to_hex(plain_put),
              "80D800814631881110F057B7718646644F9ACC5C6080B872D303DCC3AC8811101C344174B0E5D34CE716"
              "76E2F7103C9D03F28388881110859755CF732F39452B8CA966643C2A2B037A4A6E00");

    struct Exchange {
        Bytes plain;
        std::string_view sent, answer, seen;
    };
    for (const Exchange& e :
         {Exchange{
              hex("80F28002024F0000"),
              "84F28002184971BFEA47AD316614FEC8D0A9FECA8AFB788324605F574100",
              "F4D577B7C33B99AC47A6E9EFAE4782F47BD07B931ACC37FAE8F392B84D1AF6E8259EEA1B23B7868F"
              "9000",
              "E30E4F08A0000001510000009F70010F9000"},
          Exchange{hex("80CA006600"), "84CA00660819575A5BED9E8FBE00", "6A88", "6A88"},
          Exchange{
              plain_put,
              "84D8008158270DC8C5CB5450791D220417104B7C100087D7FD0750B1A59615EDC4B2E9695EA770A5"
              "F23444E0D92A81314141D2FF6E7A439CDA6C2DEC261EA95A314C25A77EC76478129C35416DBB07ED"
              "E673CBD55DE9BE9286F1724E4400",
              "F8FD9A1D56BA0372DE841C1B098742FBA98C9CCE0D225E8A9000", "31DCC3ACF283887A4A6E9000"},
          Exchange{hex("80E40080094F07A000000003101000"),
                   "84E4008018679EF2CF8D44CE6FA44FA9E3D9DFC0BEE25034D598C8D1A100",
                   "80CD217E7CC151A56FFC83108AE9E7EFBD00833C829927C59000", "009000"}}) {
        EXPECT_EQ(base::to_hex(channel.wrap_one(e.plain)), e.sent);
        const auto seen = channel.unwrap(hex(e.answer));
        ASSERT_TRUE(seen) << e.answer;
        EXPECT_EQ(base::to_hex(seen->bytes()), e.seen);
    }
}

TEST(SecureChannel, S16ModeMakesTheWorkedSession) {
    // globalplatform.md, section 7.2: UNVERIFIED against a card
    const Bytes host = hex("000102030405060708090A0B0C0D0E0F");
    SecureChannel channel{keys_of(Test40, Worked50, Worked60)};
    EXPECT_EQ(base::to_hex(initialize_update(0x30, host)),
              "8050300010000102030405060708090A0B0C0D0E0F00");
    ASSERT_TRUE(channel.offered(host, hex("00112233445566778899 300370"
                                          "42BBF2D79DC39A817683E597E361EC48"
                                          "0B91FC85AA8E1A6FAF155FEB599CD13F 000003 9000")));
    EXPECT_EQ(base::to_hex(channel.external_authenticate(0x01)),
              "8482010020E77C2CEF5FA3443FE76924ED336BA434079929BFFAF27B5C529055566E200D1D");
    ASSERT_TRUE(channel.opened(hex("9000")));
    EXPECT_EQ(base::to_hex(channel.wrap_one(hex("80F28002024F0000"))),
              "84F28002124F009B107114DEE95A8C15AD25B5D01A595E00");
}

TEST(SecureChannel, SC_32_WrongCardCryptogramEndsItBeforeAnythingIsSent) {
    for (const std::string_view good : {WorkedOffer02, WorkedOffer03}) {
        const std::size_t at = good == WorkedOffer02 ? 27 : 28;  // last byte of the cryptogram
        Bytes offer = hex(good);
        ASSERT_TRUE(
            SecureChannel(keys_of(Test40, Worked50, Worked60)).offered(hex(WorkedHost), offer));
        for (unsigned bit = 0; bit < 8; ++bit) {
            Bytes wrong = offer;
            wrong[at] = static_cast<std::uint8_t>(wrong[at] ^ (1U << bit));
            SecureChannel channel{keys_of(Test40, Worked50, Worked60)};
            EXPECT_FALSE(channel.offered(hex(WorkedHost), wrong));
            EXPECT_THROW((void)channel.external_authenticate(0x01), std::logic_error);
        }
    }
}

TEST(SecureChannel, SC_32_WrongRMacRefusesTheAnswerAndClosesTheChannel) {
    struct Case {
        std::string_view offer, good, bad;
        std::uint8_t level;
    };
    for (const Case& c :
         {Case{WorkedOffer02, "E30E4F08A0000001510000009F70010F09A0D07A295BC03B9000",
               "E30E4F08A0000001510000009F70010F09A0D07A295BC03A9000", 0x11},
          Case{WorkedOffer03,
               "F4D577B7C33B99AC47A6E9EFAE4782F47BD07B931ACC37FAE8F392B84D1AF6E8259EEA1B23B7868F"
               "9000",
               "F4D577B7C33B99AC47A6E9EFAE4782F47BD07B931ACC37FAE8F392B84D1AF6E9259EEA1B23B7868F"
               "9000",
               0x33}}) {
        for (const auto& [answer, good] :
             {std::pair{c.good, true}, {c.bad, false}, {std::string_view{"9000"}, false}}) {
            SCOPED_TRACE(answer);
            SecureChannel channel{keys_of(Test40, Worked50, Worked60)};
            ASSERT_TRUE(channel.offered(hex(WorkedHost), hex(c.offer)));
            (void)channel.external_authenticate(c.level);
            ASSERT_TRUE(channel.opened(hex("9000")));
            (void)channel.wrap_one(hex("80F28002024F0000"));
            EXPECT_EQ(channel.unwrap(hex(answer)).has_value(), good);
            EXPECT_EQ(channel.is_open(), good);
            if (!good) {
                EXPECT_THROW((void)channel.wrap_one(hex("80CA006600")), std::logic_error);
            }
        }
    }
}

TEST(SecureChannel, LongPutKeyIsCutAfterItWasProtected) {
    // globalplatform.md, section 2: the MAC covers the unsegmented command, its length in three
    // bytes.
    SecureChannel channel{keys_of(Test40, Worked50, Worked60)};
    ASSERT_TRUE(channel.offered(hex(WorkedHost), hex(WorkedOffer03)));
    (void)channel.external_authenticate(0x01);
    ASSERT_TRUE(channel.opened(hex("9000")));
    const apdu::Command command{0x80, 0xD8, 0x00, 0x01, Bytes(300, 0x5A), 256};
    const auto parts = channel.wrap(command);
    ASSERT_EQ(parts.size(), 2U);
    const auto first = apdu::parse(parts[0]).value();
    const auto last = apdu::parse(parts[1]).value();
    EXPECT_EQ(first.p1, 0x80);
    EXPECT_EQ(first.data.size(), 255U);
    EXPECT_FALSE(first.ne);
    EXPECT_EQ(last.p1, 0x00);
    EXPECT_EQ(last.data.size(), 300U + 8U - 255U);
    EXPECT_TRUE(last.ne);
    // C-MAC reckoned anew from the session's key and chaining value (section 7.1, level 01).
    Bytes input = hex("DF09C3956FE360C0A3F191B065C0179B 84D80001 000134");
    input.insert(input.end(), 300, 0x5A);
    const AesBlock mac = cmac(ScpKey{hex("2F3B1CE859DB66662881BDA8DB342E20")}, input);
    EXPECT_TRUE(std::equal(mac.begin(), mac.begin() + 8, last.data.end() - 8));
    EXPECT_THROW((void)channel.wrap({0x80, 0xE8, 0x00, 0x01, Bytes(250, 0x5A), 256}),
                 std::length_error);
}

TEST(SecureChannel, AnswersThatAreNoOfferAreRefused) {
    for (const std::string_view answer :
         {"", "90", "9000", "6A88", "0011223344556677889920020003 1E49FFD4D1E8 2ABDB1BD23BD36 9000",
          "00112233445566778899300370 BBBF3E6A8D4EB622 738F824897E4960C 9000",
          "0011223344556677889920010003 1E49FFD4D1E8 2ABDB1BD23BD36FF 9000"}) {
        SecureChannel channel{keys_of(Test40, Worked50, Worked60)};
        EXPECT_FALSE(channel.offered(hex(WorkedHost), hex(answer))) << answer;
    }
}

}  // namespace
}  // namespace reader
