// The host's side of secure channels against published sessions and the sheet's worked ones.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/hex.hpp"
#include "reader/secure_channel.hpp"
#include "worked_session.hpp"

namespace reader {
namespace {

using base::Bytes;
using namespace worked_session;  // NOLINT: constants of the sheet

/// A command and what goes to the card.
struct Step {
    std::string_view plain;
    std::string_view sent;
};

/// One session seen from the host; all values from the source named.
struct Session {
    std::string_view name;
    std::string_view enc, mac, dek;
    std::uint8_t i;  // of SCP02
    std::uint8_t level;
    std::string_view host_challenge;
    std::string_view offer;
    std::string_view external_authenticate;
    std::vector<Step> steps;
};

void replay(const Session& session) {
    SCOPED_TRACE(session.name);
    SecureChannel channel{keys_of(session.enc, session.mac, session.dek), session.i};
    ASSERT_TRUE(channel.offered(hex(session.host_challenge), hex(session.offer)));
    EXPECT_EQ(base::to_hex(channel.external_authenticate(session.level)),
              session.external_authenticate);
    ASSERT_TRUE(channel.opened(hex("9000")));
    for (const Step& step : session.steps) {
        EXPECT_EQ(base::to_hex(channel.wrap_one(hex(step.plain))), step.sent);
    }
}

TEST(SecureChannel, SC_04_HostMakesTheForeignScp02Sessions) {
    // globalplatform.md, section 8
    replay({"real card",
            Test40,
            Test40,
            Test40,
            0x15,
            0x01,
            "D5AD539A60CA5E72",
            "000074746E6E6E6262620102069FAA2A0591E73367DD78794D04315E 9000",
            "84820100107C799B3C771DBAE6BEF49310977617BA",
            {{"80F22002024F0000", "84F220020A4F00BB6E71C0EFCFCF0D00"}}});
    replay({"real card, level 03",
            Test40,
            Test40,
            Test40,
            0x15,
            0x03,
            "EBAA9E53C696281B",
            "000074746E6E6E626262010206A15086BBEE58F467149061DA4B6EAE 9000",
            "848203001005814C116071EB67D8BA9D9879454564",
            {{"80E400800A 4F08D0D1D2D3D4D50101 00",
              "84E4008018BC146FA0403BE4BAD3BC089E4ABD8674DA7EFEA21047B85800"},
             {"80E4008009 4F07D0D1D2D3D4D501 00",
              "84E4008018C2748C1669FAFC0E20C5253680388A4A49C9A6038D77B45700"}}});
    replay({"pySim",
            "100102030405060708090A0B0C0D0E0F",
            "101102030405060708090A0B0C0D0E0F",
            "102102030405060708090A0B0C0D0E0F",
            0x15,
            0x01,
            "40A62C37FA6304F8",
            "00000000000000000000700200016B4524ABEE7CF32EA3838BC148F3 9000",
            "8482010010BA6961667737C5BCEBECE14C7D6A4376",
            {{"80F22002", "84F220020814DB34FA4341DCA8"},
             {"80CA006600", "84CA00660855ED7C5FF069512B00"},
             {"80F220020A4F0212345C054F9F70C5", "84F22002124F0212345C054F9F70C58FC1B380C4228AF8"},
             {"80F28002024F0000", "84F280020A4F003B95F09317DE6A4E00"}}});
}

TEST(SecureChannel, HostMakesTheWorkedScp02Sessions) {
    // globalplatform.md, section 6.1
    constexpr std::string_view PutKey =
        "80D8008143 21 8010B1446AAA6CD9DC3A256B97F833A3AB4003E93347"
        "8010EBC4D6289AA8F61328F9A5B363DC2A6203B2EFCB 80101999FF0F04271D3865B6B4A2F3DF17F303A2AAF4 "
        "00";
    constexpr std::string_view Delete = "80E40080094F07A000000003101000";
    replay({"level 01",
            Test40,
            Worked50,
            Worked60,
            0x55,
            0x01,
            WorkedHost,
            WorkedOffer02,
            "8482010010D67080E7EF12B09DE0F78C16C1A834E2",
            {{"80F28002024F0000", "84F280020A4F00BE12C8CB2CFCC21E00"},
             {"80CA006600", "84CA006608BE6A25797BD45FE700"},
             {PutKey,
              "84D800814B218010B1446AAA6CD9DC3A256B97F833A3AB4003E933478010EBC4D6289AA8F61328F9A5B3"
              "63DC2A6203B2EFCB80101999FF0F04271D3865B6B4A2F3DF17F303A2AAF4518A536B4D0DA28800"},
             {Delete, "84E40080114F07A000000003101010B69F8E0F17A6E000"}}});
    replay({"level 03",
            Test40,
            Worked50,
            Worked60,
            0x55,
            0x03,
            WorkedHost,
            WorkedOffer02,
            "8482030010D67080E7EF12B09DC09006E3751348FB",
            {{"80F28002024F0000", "84F2800210B017D0B1B05C5B3099ECD7A04D44E34500"},
             {"80CA006600", "84CA0066088DA7D63C8F367D6900"},
             {PutKey,
              "84D800815098411FCA537F22F100986D1CF25EB1AA7BFD3B035EF2C6984B377A29B4745559A904E53E44"
              "48B1AFDC119B50F967F5B467C2F68039F74159C48547F7AA07B77F60473D387031042384F041F1775347"
              "D400"},
             {Delete, "84E4008018902B170BEC9A0CD2557FD8304828F3829BAC5572EE39B0EC00"}}});
}

TEST(SecureChannel, SC_29_HostMakesTheForeignScp03Sessions) {
    // globalplatform.md, section 8
    constexpr std::string_view Enc = "F995D0A069335C7DF42E590317FFEA6D";
    constexpr std::string_view Mac = "58563362EC5A4541ABCD32B34B1EAE7D";
    constexpr std::string_view Dek = "0A02A6D687406DCFA09DC70B3EDB7E38";
    replay({"real card",
            Enc,
            Mac,
            Dek,
            0,
            0x03,
            "B2BDE1A2DC66BD56",
            "00000000000000000000300370C40932A6FEFEAEB2E127185170F45FCA000015 9000",
            "848203001059D54D932423D29F6313C970875F8C2F",
            {{"80E400800A4F08A00100015141434C00",
              "84E400801829F06AEC3180B3EFE91FF662310B945DE0D5FE66AD67A5B600"}}});
    replay(
        {"real card, second session",
         Enc,
         Mac,
         Dek,
         0,
         0x03,
         "DA2390D378D94B0A",
         "00000000000000000000300370A7EFE2BFDB3A27A6EAE3FF0EA0D17524000085 9000",
         "8482030010953EEC5B4A81BF393ADC2ADFD638827A",
         {{"80F22002024F0000", "84F2200218705C4D16C7BAC5496AEE0ED9963222455472F3CFAC97BCCA00"},
          {"80F24002024F0000", "84F240021834AF0FEDDAE7C07308600587E1B1E6EC87811520D9A6AAAD00"},
          {"80F28002024F0000", "84F28002188D6CFE9EB359EACB9594D8EC161E45C10ED0138E34A10BF300"},
          {"80F21002024F0000", "84F21002183D98B6DE9CBF3905EAE4FAF5E141C58DAB7013D1076745C700"}}});
    constexpr std::string_view Long = "DE2A3629CBC24E8D8869E82C8B4C0D874D88166B6F8A1C12";
    // The sheet has no cryptogram of this card: one that fits stands in for it below.
    SecureChannel channel{keys_of(Long, Long, Long)};
    ScpOffer offer;
    offer.i = 0x10;
    offer.challenge = hex("726B1E22EED4F4BB");
    offer.sequence = hex("000012");
    const auto session =
        make_scp03_session(keys_of(Long, Long, Long), offer, hex("4157115CAD7D2FE7"));
    EXPECT_TRUE(session->is_expected_challenge(hex("A000000151000000")));
    Bytes answer = hex("0000000000000000000001 0310 726B1E22EED4F4BB");
    const Bytes cryptogram = session->card_cryptogram();
    answer.insert(answer.end(), cryptogram.begin(), cryptogram.end());
    for (const std::uint8_t byte : hex("0000129000")) answer.push_back(byte);
    ASSERT_TRUE(channel.offered(hex("4157115CAD7D2FE7"), answer));
    EXPECT_EQ(base::to_hex(channel.external_authenticate(0x03)),
              "84820300109B126D1B1557297F3C06766CA9ACBD27");
    ASSERT_TRUE(channel.opened(hex("9000")));
    EXPECT_EQ(base::to_hex(channel.wrap_one(hex("80F22002024F0000"))),
              "84F2200218110C222888859059700E5D42AD65F41299B0BFFC03BF79A800");
}

/// Keys of three lengths and the cryptograms that follow from them (section 7.1).

TEST(SecureChannel, HostMakesTheWorkedScp03Sessions) {
    // globalplatform.md, section 7.1
    constexpr std::string_view PutKey =
        "80D8008146 31 881110F057B7718646644F9ACC5C6080B872D303DCC3AC"
        "8811101C344174B0E5D34CE71676E2F7103C9D03F28388"
        "881110859755CF732F39452B8CA966643C2A2B037A4A6E 00";
    constexpr std::string_view Delete = "80E40080094F07A000000003101000";
    replay({"level 01",
            Test40,
            Worked50,
            Worked60,
            0,
            0x01,
            WorkedHost,
            WorkedOffer03,
            "8482010010140B5A3A99C28042DF09C3956FE360C0",
            {{"80F28002024F0000", "84F280020A4F006D70CD4114FB5F9A00"},
             {"80CA006600", "84CA0066082EACB9753C105A0A00"},
             {PutKey,
              "84D800814E31881110F057B7718646644F9ACC5C6080B872D303DCC3AC8811101C344174B0E5D34CE716"
              "76E2F7103C9D03F28388881110859755CF732F39452B8CA966643C2A2B037A4A6E5589BF90108093B8"
              "00"},
             {Delete, "84E40080114F07A0000000031010245CBA633BB1AF3300"}}});
    replay({"level 03",
            Test40,
            Worked50,
            Worked60,
            0,
            0x03,
            WorkedHost,
            WorkedOffer03,
            "8482030010140B5A3A99C2804236CE75567CA0DBA7",
            {{"80F28002024F0000", "84F28002184971BFEA47AD316614FEC8D0A9FECA8A55EBA094DF089C5D00"},
             {"80CA006600", "84CA006608B5D41AF5917691B100"},
             {PutKey,
              "84D8008158270DC8C5CB5450791D220417104B7C100087D7FD0750B1A59615EDC4B2E9695EA770A5F234"
              "44E0D92A81314141D2FF6E7A439CDA6C2DEC261EA95A314C25A77EC76478129C35416DBB07EDE673CBD5"
              "5DDF6F4A5F8533585300"},
             {Delete, "84E4008018679EF2CF8D44CE6FA44FA9E3D9DFC0BE6D9AABB0F56AE02D00"}}});
}

TEST(SecureChannel, EveryPublishedSessionComesOut) {
    const char* folder = std::getenv("CARTOUCHE_DATA");
    if (folder == nullptr) GTEST_SKIP() << "CARTOUCHE_DATA is not set";
    std::ifstream file{std::string{folder} + "/scp/sessions.json"};
    ASSERT_TRUE(file);
    const auto sessions = nlohmann::json::parse(file);
    ASSERT_FALSE(sessions.empty());
    for (const auto& session : sessions) {
        SCOPED_TRACE(session.at("name").get<std::string>());
        const auto field = [](const nlohmann::json& object, const char* name) {
            return hex(object.at(name).get<std::string>());
        };
        const auto& keys = session.at("keys");
        SecureChannel channel{
            {ScpKey{field(keys, "ENC")}, ScpKey{field(keys, "MAC")}, ScpKey{field(keys, "DEK")}},
            field(session, "i").front()};
        const auto update = apdu::parse(field(session, "initialize_update")).value();
        EXPECT_EQ(initialize_update(update.p1, update.data, update.p2), update.bytes());
        Bytes offer = field(session, "initialize_update_response");
        offer.insert(offer.end(), {0x90, 0x00});
        ASSERT_TRUE(channel.offered(update.data, offer));
        EXPECT_EQ(channel.external_authenticate(field(session, "security_level").front()),
                  field(session, "external_authenticate"));
        ASSERT_TRUE(channel.opened(hex("9000")));
        std::size_t number = 0;
        for (const auto& command : session.at("commands")) {
            EXPECT_EQ(channel.wrap_one(field(command, "plain")), field(command, "wrapped"));
            for (const auto& response : session.at("responses")) {
                if (response.at("command") != number || !response.contains("wrapped")) continue;
                Bytes wrapped = field(response, "wrapped");
                const Bytes sw = field(response, "sw");
                wrapped.insert(wrapped.end(), sw.begin(), sw.end());
                const auto seen = channel.unwrap(wrapped);
                ASSERT_TRUE(seen);
                EXPECT_EQ(seen->data, field(response, "plain"));
            }
            ++number;
        }
    }
}

}  // namespace
}  // namespace reader
