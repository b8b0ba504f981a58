// Sessions of real cards and other projects, from the card's side: the same host challenge and card
// random give the same answers, and the recorded commands are believed.
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "card.hpp"

namespace domain_test {
namespace {

using domain::Engine;
using domain::Proof;
using domain::Secret;
using domain::StaticKeys;

struct Recorded {
    std::string name{};
    StaticKeys keys{};
    std::string offer{};  ///< answer to INITIALIZE UPDATE, without status
    std::string host_challenge{};
    std::string proof{};  ///< EXTERNAL AUTHENTICATE
    /// Plain (empty: not known) and wrapped.
    std::vector<std::pair<std::string, std::string>> commands{};
    /// Of the command with the same number, or empty.
    std::vector<std::pair<std::string, std::string>> answers{};
    std::string issuer{};  ///< AID behind a pseudo-random challenge, if known
};

StaticKeys keys_of(std::string_view enc, std::string_view mac, std::string_view dek) {
    return {Secret{hex(enc)}, Secret{hex(mac)}, Secret{hex(dek)}};
}

/// What the protocols' sessions have in common.
template <typename Session>
void follow(Session& session, Engine& engine, const Recorded& recorded) {
    ASSERT_EQ(session.prove(engine, *apdu::parse(hex(recorded.proof))), Proof::Right);
    for (std::size_t i = 0; i < recorded.commands.size(); ++i) {
        const auto& [plain, wrapped] = recorded.commands[i];
        const auto seen = session.unwrap(engine, *apdu::parse(hex(wrapped)));
        ASSERT_TRUE(seen) << wrapped;
        if (!plain.empty()) {
            const auto expected = *apdu::parse(hex(plain));
            EXPECT_EQ(seen->ins, expected.ins);
            EXPECT_EQ(seen->p1p2(), expected.p1p2());
            EXPECT_EQ(text(seen->data), text(expected.data));
        }
        if (i < recorded.answers.size() && !recorded.answers[i].first.empty()) {
            apdu::Response answer{hex(recorded.answers[i].first), apdu::Sw::Ok};
            session.wrap(engine, answer);
            EXPECT_EQ(text(answer.data), text(hex(recorded.answers[i].second)));
        }
    }
}

void play(const Recorded& recorded) {
    SCOPED_TRACE(recorded.name);
    aes::SoftwareEngine aes;
    store::Work work;
    Engine engine{aes, work};
    const auto offer = hex(recorded.offer);
    const base::ByteView view = offer;
    const auto host = hex(recorded.host_challenge);
    constexpr std::size_t Head = 12;
    if (offer[11] == 2) {
        const auto sequence = static_cast<std::uint16_t>(offer[Head] << 8 | offer[Head + 1]);
        domain::Scp02 session{engine, recorded.keys, sequence};
        domain::Scp02::Challenge challenge{};
        std::copy_n(offer.begin() + Head + 2, challenge.size(), challenge.begin());
        EXPECT_EQ(text(session.begin(engine, host, challenge)), text(view.subspan(Head + 8)));
        follow(session, engine, recorded);
        return;
    }
    const auto i = offer[Head];
    domain::Scp03 session{recorded.keys, i};
    const auto challenge = view.subspan(Head + 1, 8);
    const auto counter = view.subspan(Head + 17);
    if (!recorded.issuer.empty()) {
        const auto number =
            static_cast<std::uint32_t>(counter[0] << 16 | counter[1] << 8) | counter[2];
        EXPECT_EQ(text(session.pseudo_random(engine, number, hex(recorded.issuer))),
                  text(challenge));
    }
    EXPECT_EQ(text(session.begin(engine, host, challenge)), text(view.subspan(Head + 9, 8)));
    follow(session, engine, recorded);
}

std::string issuer_of(const std::string& name) {
    if (name.starts_with("pysim/SCP03")) return "A0000005591010FFFFFFFF8900000100";
    if (name.starts_with("kaoh/scp03")) return "A000000151000000";
    return "";
}

TEST(SecureChannel, AllRecordedSessionsOfTheSurvey) {
    const char* folder = std::getenv("CARTOUCHE_DATA");
    if (folder == nullptr) GTEST_SKIP() << "CARTOUCHE_DATA is not set";
    std::ifstream file{std::string{folder} + "/scp/sessions.json"};
    ASSERT_TRUE(file);
    const auto sessions = nlohmann::json::parse(file);
    ASSERT_EQ(sessions.size(), 9U);
    for (const auto& one : sessions) {
        Recorded recorded;
        recorded.name = one.at("name");
        recorded.keys = keys_of(one.at("keys").at("ENC").get<std::string>(),
                                one.at("keys").at("MAC").get<std::string>(),
                                one.at("keys").at("DEK").get<std::string>());
        recorded.offer = one.at("initialize_update_response");
        recorded.host_challenge = one.at("initialize_update").get<std::string>().substr(10, 16);
        recorded.proof = one.at("external_authenticate");
        recorded.issuer = issuer_of(recorded.name);
        for (const auto& command : one.at("commands")) {
            recorded.commands.emplace_back(command.at("plain"), command.at("wrapped"));
        }
        recorded.answers.resize(recorded.commands.size());
        for (const auto& answer : one.value("responses", nlohmann::json::array())) {
            recorded.answers.at(answer.at("command").get<std::size_t>()) = {
                answer.at("plain"), answer.value("wrapped", answer.at("plain").get<std::string>())};
        }
        play(recorded);
    }
}

// globalplatform.md, section 8, and host-links.md, section 3.4.
std::vector<Recorded> sheet_sessions() {
    const auto test40 =
        keys_of("404142434445464748494A4B4C4D4E4F", "404142434445464748494A4B4C4D4E4F",
                "404142434445464748494A4B4C4D4E4F");
    return {
        {"SCP02 real card, level 03",
         test40,
         "000074746E6E6E626262010206A15086BBEE58F467149061DA4B6EAE",
         "EBAA9E53C696281B",
         "848203001005814C116071EB67D8BA9D9879454564",
         {{"80E400800A4F08D0D1D2D3D4D5010100",
           "84E4008018BC146FA0403BE4BAD3BC089E4ABD8674DA7EFEA21047B85800"},
          {"80E40080094F07D0D1D2D3D4D50100",
           "84E4008018C2748C1669FAFC0E20C5253680388A4A49C9A6038D77B45700"}},
         {},
         ""},
        {"host-links SCP02 i=15",
         test40,
         "0001020304050607080920020000"
         "71E7380CBA136F82316714A5FE7E",
         "CDDDC5F6FF2F7EC7",
         "8482010010C82AD61D2C2AC2EDFC0E12B614CD2520",
         {{"80F28002024F0000", "84F280020A4F002D1F1329C50DFDD600"}},
         {},
         ""},
        {"host-links SCP02 i=55, level 03",
         test40,
         "0001020304050607080920020000"
         "8BA2FFCEA96C00C2C76327C51D07",
         "1D780D0C145E75D6",
         "84820300107D113258232FCC176F44B3BF4BACF4EC",
         {{"80F28002024F0000", "84F2800210F327A3C1385663D4635103E82C6CAA9500"}},
         {},
         ""},
        {"host-links SCP03 i=70, level 33",
         test40,
         "00010203040506070809300370"
         "4D2614D48B5A5572A1183DC7B398701C000000",
         "BB522567006468FB",
         "848233001050DAFF6E10DA80DE635EDFFA47D4AEA6",
         {{"80F28002024F0000", "84F280021829C958A05FCA8DD3D5782C52FFF5ABE0E7EC260097AD734B00"}},
         {{"E31D4F08A0000001510000009F700101C5039EFE80CC08A000000151000000",
           "78E928AC631536272B3F8FE7EA796E7E0951CECE38122320FE96D4A84D6CA95246131CCA1B7C636E"}},
         "A000000151000000"},
        {"SCP03 real card, second session",
         keys_of("F995D0A069335C7DF42E590317FFEA6D", "58563362EC5A4541ABCD32B34B1EAE7D",
                 "0A02A6D687406DCFA09DC70B3EDB7E38"),
         "00000000000000000000300370"
         "A7EFE2BFDB3A27A6EAE3FF0EA0D17524000085",
         "DA2390D378D94B0A",
         "8482030010953EEC5B4A81BF393ADC2ADFD638827A",
         {{"80F22002024F0000", "84F2200218705C4D16C7BAC5496AEE0ED9963222455472F3CFAC97BCCA00"},
          {"80F24002024F0000", "84F240021834AF0FEDDAE7C07308600587E1B1E6EC87811520D9A6AAAD00"},
          {"80F28002024F0000", "84F28002188D6CFE9EB359EACB9594D8EC161E45C10ED0138E34A10BF300"},
          {"80F21002024F0000", "84F21002183D98B6DE9CBF3905EAE4FAF5E141C58DAB7013D1076745C700"}},
         {},
         "A000000151000000"},
    };
}

TEST(SecureChannel, SessionsOfOtherProjectsInTheSheets) {
    for (const auto& recorded : sheet_sessions()) play(recorded);
}

TEST(SecureChannel, RecordedSessionWithLongKeysAndNoAnswerProtection) {
    // globalplatform.md, section 8: a real card, AES-192, i = 10; its cryptogram is not known
    aes::SoftwareEngine aes;
    store::Work work;
    Engine engine{aes, work};
    const std::string_view key = "DE2A3629CBC24E8D8869E82C8B4C0D874D88166B6F8A1C12";
    domain::Scp03 session{keys_of(key, key, key), 0x10};
    EXPECT_EQ(text(session.pseudo_random(engine, 0x12, hex(Issuer))), "726B1E22EED4F4BB");
    (void)session.begin(engine, hex("4157115CAD7D2FE7"), hex("726B1E22EED4F4BB"));
    const auto proof = hex("84820300109B126D1B1557297F3C06766CA9ACBD27");
    ASSERT_EQ(session.prove(engine, *apdu::parse(proof)), Proof::Right);
    const auto status = hex("84F2200218110C222888859059700E5D42AD65F41299B0BFFC03BF79A800");
    const auto plain = session.unwrap(engine, *apdu::parse(status));
    ASSERT_TRUE(plain);
    EXPECT_EQ(text(plain->data), "4F00");
}

TEST(SecureChannel, LongKeysGiveTheSheetsSessionKeys) {
    // globalplatform.md, section 7.1
    struct Case {
        std::size_t bytes;
        std::string_view enc, mac, r_mac, card;
    };
    for (const auto& one :
         {Case{16, "1E5E66DABAF1A131623E19DA0E94BD48", "2F3B1CE859DB66662881BDA8DB342E20",
               "911D040A738F19591BC08BECC8D560CF", "738F824897E4960C"},
          Case{24, "E716F660BC7D997CE51CD073C2250AE4B991A5EB7F8820C8",
               "2C53D8EA7B217D04B9FC780BBFE12F6E735E264EA2F38A59",
               "0682B2FA02D11349AAB25F342C4193FCFB48D75D88847D07", "63AF1A6254BB0772"},
          Case{32, "47DC5FB6EE76D2272AC07329396C75AE3B853244277A81B3D11C53B375C7EC26",
               "46F8D15E7632487BC8749574A682DF59FFC4EA3EBF07C083BB65CD5B51F5BD5F",
               "CF37BAB0D47B4BDDA6DFA3C7DB82850B3F093E12AE5791EEC128F39F78A0AD36",
               "40CFA0F1CCD4B80B"}}) {
        aes::SoftwareEngine aes;
        store::Work work;
        Engine engine{aes, work};
        const auto key = [&](std::uint8_t first) {
            return Secret{host_key(first, one.bytes).expose()};
        };
        domain::Scp03 session{{key(0x40), key(0x50), key(0x60)}, 0x70};
        const auto card = session.begin(engine, hex("1122334455667788"), hex("BBBF3E6A8D4EB622"));
        EXPECT_EQ(text(card), one.card);
        EXPECT_EQ(text(session.session_keys().enc.expose()), one.enc);
        EXPECT_EQ(text(session.session_keys().mac.expose()), one.mac);
        EXPECT_EQ(text(session.session_keys().r_mac.expose()), one.r_mac);
    }
}

TEST(SecureChannel, RecordedSessionThroughTheWholeCard) {
    // globalplatform.md, section 8: SCP02 of a real card, key version 01, i = 15, challenge fixed
    auto factory = domain::test_card();
    const Secret key{hex("404142434445464748494A4B4C4D4E4F")};
    factory.scp02_i = 0x15;
    factory.keys = {{0x01, false, key, key, key, 0x069F}};
    factory.diversification = hex("000074746E6E6E626262");
    Card card{factory};
    card.open.random().fix(hex("AA2A0591E733"));
    EXPECT_EQ(card.send("8050000008D5AD539A60CA5E7200"),
              "000074746E6E6E6262620102069FAA2A0591E73367DD78794D04315E9000");
    EXPECT_EQ(card.send("84820100107C799B3C771DBAE6BEF49310977617BA"), "9000");
    const auto answer = card.send("84F220020A4F00BB6E71C0EFCFCF0D00");
    EXPECT_EQ(answer.substr(0, 2), "E3");
}

TEST(SecureChannel, RecordedScp03SessionThroughTheWholeCard) {
    // globalplatform.md, section 8: pySim, i = 70, its own AID, level 33
    auto factory = domain::test_card();
    factory.issuer = aid("A0000005591010FFFFFFFF8900000100");
    factory.keys = {{0x30, true, Secret{hex("000102030405060708090A0B0C0D0E0F")},
                     Secret{hex("101112131415161718191A1B1C1D1E1F")},
                     Secret{hex("202122232425262728292A2B2C2D2E2F")}, 2}};
    factory.diversification = base::Bytes(10);
    Card card{factory};
    EXPECT_EQ(card.send("8050300008FDF38259A1E0DE4400"),
              "000000000000000000003003703B1ACA81E821F219081CDC01C26B372D0000039000");
    EXPECT_EQ(card.send("84823300108C36F96BCC00724A4E13AD591D7DA3F0"), "9000");
    EXPECT_EQ(card.send("84E2910018267A85DFE4A98FCA6FB0527E0DFECCE4914E40401433C87F00").size(), 20U)
        << "STORE DATA is taken, its answer has an R-MAC and no data";
}

TEST(SecureChannel, S16SessionOfTheSheet) {
    // globalplatform.md, section 7.2: unverified there and here
    auto factory = domain::test_card();
    factory.scp03_i = 0x01;
    Card card{factory};
    card.open.random().fix(hex("42BBF2D79DC39A817683E597E361EC48"));
    const auto offer = card.send("8050300010000102030405060708090A0B0C0D0E0F00");
    EXPECT_EQ(offer,
              "001122334455667788993003"
              "01"
              "42BBF2D79DC39A817683E597E361EC48"
              "0B91FC85AA8E1A6FAF155FEB599CD13F9000");
    EXPECT_EQ(
        card.send("8482010020E77C2CEF5FA3443FE76924ED336BA434079929BFFAF27B5C529055566E200D1D"),
        "9000");
    EXPECT_EQ(card.send("84F28002124F009B107114DEE95A8C15AD25B5D01A595E00"),
              "E30E4F08A0000001510000009F7001019000");
    EXPECT_EQ(card.send("8050300008000102030405060700"), "6700");
}

}  // namespace
}  // namespace domain_test
