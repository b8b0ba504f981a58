// SCP10 against published values: CWA 14890-1 device authentication bit for bit (scp10-and-rsa.md,
// section 4), and the secure messaging example of ICAO Doc 9303 part 11, appendix D.4.
#include "scp10_host.hpp"

namespace domain_test {
namespace {

constexpr std::string_view IccModulus =
    "D990B158FCDB19C458548ECDA8BAD6F3867BE7A802081688CC151D972CF821E3F8C7240696B169934B546C6EF2"
    "80DB7E25B21E8DEF5C99D4797ECD102509FBFF89843565A02E4A1220160D066D207B80880F4FD0C19F3739AD84"
    "7722AACF02B2547FFF80308C50ED0848D687C5B6D66CB5670104D1F84997DF5AD98A37A3E0BF";
constexpr std::string_view IccExponent =
    "25AEA8F8E7BAAF28D1BFBB88255C4F1498CB67213350E14E4A42B200581A960C1D2FA8AEB774FCFB3505E74E04"
    "148B6FBAE9B1DF15812D679EAF76A700334D80F0342B530F18E5765CDE96D7802CE94071196E5BDDF39446C0FD"
    "2AE9D4724D8EBBB6DE06771164DD0766262475822A6B7DD38CED97D24412E77E838E46D2A2D1";
constexpr std::string_view IfdModulus =
    "DA9894FE22A609CAD257BA22240F74AF7EAE7AD37E901B525C27BE8F89CBE3829C5DB0FCC952C2F20A11CD38E9"
    "26BA8FD571CB7F096C3A612815040FEDC26EADBD705E9282394B3141F0D7F01822FCE726783DDA026C851D34B1"
    "7E24B1FA523D581A021667456593C2C591616EC89C1D997CFD320ABEC75E4D7E714E5B3529B5";
constexpr std::string_view IfdExponent =
    "5F343B17E0014E9C7E35E5043F8E57B4A348DC87C6447F11C4BF2E98975C2C6F5328DF0F89A338F26F7E475235"
    "014019AACD8FE2793920C7F5CC0963E29A5ED71051BF78F3604EA10EBD2AD491B0CC42BBAB4F30F9579F41333D"
    "207EB2E09B61F6E573AF479663DAD33F354029C1755D1F2655686AD984BB59D785EE27B988A1";
constexpr std::string_view Prnd1 =
    "DCF6D959B44C3CB98CAC3CDF8A4D52DFD641CF30D2024637FBA454E6CA6E974C0FF80A080B43D83F6E4FF150E2"
    "F05A0EDFF393D256A5ABC98EDE2948D051C40AA9041336159C791F8C5D";
constexpr std::string_view KIcc =
    "622A77783529504789D2BDCFB8455DC7773C9C74BA94DC04BB0529C42607C37D";
constexpr std::string_view InternalAnswer =
    "91287A43EC6D61204E36DBC2F3DA6DF9DEB3DB7CB27BE201C70A5052D5E9BE66E6A696D19C53B2368C0ACE0DCB"
    "EE71732BCC0731A0A8C63768ACE12CA1718087F4F79F1454C9A09A55CC6069951A9E4D2EC8E0870CA776471699"
    "866841024519AD5E7C6C9D41A326FC825099D5A12FCA23B050CB56BF060041C2112281A99864";
constexpr std::string_view ExternalData =
    "4E077EB132D464139806FF85D61B6C89DE8E354D5A6FB3ED55A8DD64E3B5BB8D99B788C4AACAED11D1353A14DF"
    "AFDB609F466500BA43FB507A29A47183CF126FF6C3034160A8854289C8ABA631571A0CDF5F6D69772AB6F3653B"
    "3D15AD840EF0A3F748F2FF34EDC69995BD9097F8E38C2FDB0CE6E29CC65CA0C3A05CF11EE013";
constexpr std::string_view KSeed =
    "D2A1A7AA3AC2CC5340ADB7151F3833C24D2A8916B1E0F4F17CCE20256F5820EF";

/// The card of the vector. Its trust point is the terminal's key, which vouches for itself: the
/// vector has no certificates.
domain::Factory vector_card() {
    auto factory = domain::test_card();
    factory.scp10_i = {0x01, 0x02};
    factory.diversification = hex("00000000310086000012");
    factory.rsa_keys = {{0x10, hex(IccModulus), domain::Secret{hex(IccExponent)}, hex(IfdModulus)}};
    return factory;
}

Scp10Host vector_host(Card& card) {
    Entity entity;
    entity.key.n = hex(IfdModulus);
    entity.key.d = hex(IfdExponent);
    entity.trust_point = trust_serial(entity.key);
    entity.chain = {{entity.trust_point, certificate(entity.key, {entity.trust_point, entity.serial,
                                                                  0x02, entity.key.n})}};
    Scp10Host host{card, entity};
    host.card_key.n = hex(IccModulus);
    host.card_key.d = hex(IccExponent);
    host.card_serial = hex("0000310086000012");
    return host;
}

TEST(Scp10Vector, DeviceAuthenticationBitForBit) {
    Card card{vector_card()};
    card.open.random().fix(hex(Prnd1) + hex(KIcc) + hex("82D962CA38487156"));
    auto host = vector_host(card);
    ASSERT_EQ(host.certificates(), "9000");
    ASSERT_EQ(host.choose_agreement(), "9000");
    EXPECT_EQ(text(card.send(hex("0088000010"
                                 "3DE0938ADD6194FD"
                                 "0000000000000A01"
                                 "80"))),
              std::string{InternalAnswer} + "9000");
    EXPECT_EQ(card.send("0084000008"), "82D962CA384871569000");
    EXPECT_EQ(text(card.send(hex("0082000080") + hex(ExternalData))), "9000");
    host.channel = {hex("4EABFE76B9BE476235F4325990B985B4"),
                    hex("D9355837ADAD4930B6FF3863B831F686"),
                    {},
                    hex("38487156DD6194FD")};
    EXPECT_EQ(host.ask("80CA00D300"), "D301B39000");
    EXPECT_EQ(host.ask("80CA00FE00"), "6A88");
}

TEST(Scp10Vector, KeysAndSelectAsPublished) {
    Card card;
    domain::Engine engine{card.engine, card.work};
    const auto keys = domain::Scp10::agreed(engine, domain::Secret{hex(KSeed)});
    EXPECT_EQ(text(keys.enc.expose()), "4EABFE76B9BE476235F4325990B985B4");
    EXPECT_EQ(text(keys.mac.expose()), "D9355837ADAD4930B6FF3863B831F686");
    domain::Scp10 channel{keys, {0x38, 0x48, 0x71, 0x56, 0xDD, 0x61, 0x94, 0xFD}};
    const auto plain = channel.unwrap(
        engine, *apdu::parse(hex("0CA4000015870901A6F59B30DE1F979B8E08E4FEB60F2FC312D700")));
    ASSERT_TRUE(plain);
    EXPECT_EQ(text(plain->bytes()), "00A40000023F00");
}

TEST(Scp10Vector, SecureMessagingOfIcao9303) {
    Card card;
    domain::Engine engine{card.engine, card.work};
    const domain::Scp10::Keys keys{domain::Secret{hex("979EC13B1CBFE9DCD01AB0FED307EAE5")},
                                   domain::Secret{hex("F1CB1F1FB5ADF208806B89DC579DC1F8")},
                                   {}};
    domain::Scp10 channel{keys, {0x88, 0x70, 0x22, 0x12, 0x0C, 0x06, 0xC2, 0x26}};
    const auto exchange = [&](std::string_view wrapped, std::string_view plain,
                              apdu::Response answer, std::string_view protected_answer) {
        const auto command = channel.unwrap(engine, *apdu::parse(hex(wrapped)));
        ASSERT_TRUE(command);
        EXPECT_EQ(text(command->bytes()), plain);
        channel.wrap(engine, answer);
        EXPECT_EQ(text(answer.bytes()), protected_answer);
    };
    exchange("0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800", "00A4020C02011E",
             apdu::Sw::Ok, "990290008E08FA855A5D4C50A8ED9000");
    exchange("0CB000000D9701048E08ED6705417E96BA5500", "00B0000004",
             {hex("60145F01"), apdu::Sw::Ok},
             "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000");
    exchange("0CB000040D9701128E082EA28A70F3C7B53500", "00B0000412",
             {hex("04303130365F36063034303030305C026175"), apdu::Sw::Ok},
             "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D7490"
             "00");
}

}  // namespace
}  // namespace domain_test
