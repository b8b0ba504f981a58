// SCP10, the host's side: the worked session of scp10-and-rsa.md, section 4, and the worked
// messages of ICAO 9303.
#include <gtest/gtest.h>

#include "reader/device_authentication.hpp"
#include "reader/secure_messaging.hpp"
#include "worked_rsa.hpp"

namespace reader {
namespace {

using base::Bytes;
using namespace worked_rsa;  // NOLINT: constants of the sheet

std::string text_of(const ScpKey& key) { return base::to_hex(key.expose()); }

TEST(Scp10, HostSignsTheBlockOfTheSheet) {
    Bytes block = hex(std::string{"6A"} + std::string{FillingIfd} + std::string{SecretIfd});
    const Bytes digest = hex("E17ECCA56EA1186C2BFE397E7B368C52CACEAF38BC");
    block.insert(block.end(), digest.begin(), digest.end());
    EXPECT_EQ(base::to_hex(sign_block(ifd(), block)), SignatureIfd);
    const auto seen = recover_block(ifd().public_key(), hex(SignatureIfd), TrailerSha1);
    ASSERT_TRUE(seen);
    EXPECT_EQ(*seen, block);
}

TEST(Scp10, PrivateKeyIsGivenOutAsItCame) { EXPECT_EQ(base::to_hex(ifd().expose()), PrivateIfd); }

TEST(Scp10, HostMakesTheTokenOfTheSheet) {
    EXPECT_EQ(base::to_hex(make_token(ifd(), icc().public_key(), hex(FillingIfd), half(SecretIfd),
                                      {hex(ChallengeIcc), hex(SerialIcc)})),
              TokenIfd);
}

TEST(Scp10, HostOpensTheCardsTokenOfTheSheet) {
    const Bytes challenge = hex(ChallengeIfd);
    const Bytes serial = hex(SerialIfd);
    const auto seen = open_token(ifd(), icc().public_key(), hex(TokenIcc), {challenge, serial});
    ASSERT_TRUE(seen);
    EXPECT_EQ(base::to_hex(seen->expose()), SecretIcc);
}

TEST(Scp10, KeysOfTheSheetComeOut) {
    const SecretHalf seed = joined(half(SecretIcc), half(SecretIfd));
    EXPECT_EQ(base::to_hex(seed.expose()),
              "D2A1A7AA3AC2CC5340ADB7151F3833C24D2A8916B1E0F4F17CCE20256F5820EF");
    EXPECT_EQ(text_of(session_key(seed.expose(), 1)), Enc);
    EXPECT_EQ(text_of(session_key(seed.expose(), 2)), Mac);
}

std::string wrapped(SecureMessaging& messaging, std::string_view plain) {
    auto command = apdu::parse(hex(plain)).value();
    messaging.protect(command);
    return base::to_hex(command.bytes());
}

TEST(Scp10, FirstProtectedCommandOfTheSheetComesOut) {
    SecureMessaging messaging{ScpKey{hex(Enc)}, ScpKey{hex(Mac)}, block_of("38487156DD6194FD")};
    EXPECT_EQ(wrapped(messaging, "00A40000023F00"),
              "0CA4000015870901A6F59B30DE1F979B8E08E4FEB60F2FC312D700");
}

// ICAO Doc 9303, part 11, appendix D.4.
TEST(Scp10, MessagesOfIcao9303ComeOut) {
    SecureMessaging messaging{ScpKey{hex("979EC13B1CBFE9DCD01AB0FED307EAE5")},
                              ScpKey{hex("F1CB1F1FB5ADF208806B89DC579DC1F8")},
                              block_of("887022120C06C226")};
    struct Exchange {
        std::string_view plain, sent, answer, seen;
    };
    for (const Exchange& e :
         {Exchange{"00A4020C02011E", "0CA4020C158709016375432908C044F68E08BF8B92D635FF24F800",
                   "990290008E08FA855A5D4C50A8ED9000", ""},
          Exchange{"00B0000004", "0CB000000D9701048E08ED6705417E96BA5500",
                   "8709019FF0EC34F9922651990290008E08AD55CC17140B2DED9000", "60145F01"},
          Exchange{"00B0000412", "0CB000040D9701128E082EA28A70F3C7B53500",
                   "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08"
                   "C8B2787EAEA07D749000",
                   "04303130365F36063034303030305C026175"}}) {
        SCOPED_TRACE(e.plain);
        EXPECT_EQ(wrapped(messaging, e.plain), e.sent);
        auto answer = apdu::parse_response(hex(e.answer)).value();
        ASSERT_TRUE(messaging.reveal(answer));
        EXPECT_EQ(base::to_hex(answer.data), e.seen);
        EXPECT_EQ(answer.sw, 0x9000);
    }
}

}  // namespace
}  // namespace reader
