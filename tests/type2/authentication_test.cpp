// Passwords and the AES authentication of type 2 memory. The tester's AES is Crypto++'s, its order
// of messages that of a recorded session (traces_pm3/hf_14a_mful_aes_defaultkey.trace).
#include <cryptopp/aes.h>
#include <cryptopp/modes.h>
#include <gtest/gtest.h>

#include "page_card.hpp"

namespace type2_test {
namespace {

using port::CardKind;

constexpr auto Zeros = "00000000000000000000000000000000";

std::string cbc(bool encrypt, std::string_view key_hex, std::string_view text_hex) {
    const auto key = base::from_hex(key_hex).value();
    auto text = base::from_hex(text_hex).value();
    const std::array<std::uint8_t, 16> iv{};
    if (encrypt) {
        CryptoPP::CBC_Mode<CryptoPP::AES>::Encryption cipher{key.data(), key.size(), iv.data()};
        cipher.ProcessData(text.data(), text.data(), text.size());
    } else {
        CryptoPP::CBC_Mode<CryptoPP::AES>::Decryption cipher{key.data(), key.size(), iv.data()};
        cipher.ProcessData(text.data(), text.data(), text.size());
    }
    return base::to_hex(text);
}

std::string rotated(const std::string& hex) { return hex.substr(2) + hex.substr(0, 2); }

/// The reader's side; the card's last answer.
std::string authenticate(PageCard& card, std::string_view key, const std::string& rnd_a) {
    const std::string first = card.send("1A 00");
    if (first.size() != 34 || first.substr(0, 2) != "AF") return first;
    const std::string rnd_b = cbc(false, key, first.substr(2));
    return card.send("AF" + cbc(true, key, rnd_a + rotated(rnd_b)));
}

// In the recording RndA is 01 sixteen times, so that the answer equals the message's first block.
TEST(Type2Aes, AnswersAsTheRecordedCard) {
    PageCard card{CardKind::UltralightAes};
    EXPECT_EQ(authenticate(card, Zeros, "01010101010101010101010101010101"),
              "00E14D5D0EE27715DF08B4152BA23DA8E0");
    EXPECT_EQ(card.index, 35U);
}

TEST(Type2Aes, KeyLiesWithItsLastByteFirst) {
    PageCard card{CardKind::UltralightAes};
    card.set(0x30, "0F 0E 0D 0C");
    card.set(0x31, "0B 0A 09 08");
    card.set(0x32, "07 06 05 04");
    card.set(0x33, "03 02 01 00");
    const std::string rnd_a = "0123456789ABCDEF0011223344556677";
    constexpr auto Key = "000102030405060708090A0B0C0D0E0F";
    EXPECT_EQ(authenticate(card, Key, rnd_a), "00" + cbc(true, Key, rotated(rnd_a)));
    EXPECT_EQ(authenticate(card, Zeros, rnd_a), "0-");
}

TEST(Type2Aes, ChallengeIsNewEachTime) {
    PageCard card{CardKind::UltralightAes};
    const std::string first = card.send("1A 00");
    // Marsaglia's published sequence from 2463534242: 723471715, 2497366906, 2064144800,
    // 2008045182.
    EXPECT_EQ(cbc(false, Zeros, first.substr(2)), "634D1F2B7ACBDA94A059087B7E56B077");
    EXPECT_EQ(card.index, 35U);
    EXPECT_NE(card.send("1A 00"), first);
}

TEST(Type2Aes, OpensWhatAuth0Shuts) {
    PageCard card{CardKind::UltralightAes};
    card.set(0x29, "00 00 00 04");
    card.set(0x2A, "80 00 00 00");
    EXPECT_EQ(card.send("30 04"), "0-");
    EXPECT_EQ(authenticate(card, Zeros, Zeros).size(), 34U);
    EXPECT_EQ(card.send("30 04").size(), 32U);
    EXPECT_EQ(card.send("A2 04 01 02 03 04"), "A");
    EXPECT_EQ(card.send("1A 01"), "0-");
    EXPECT_EQ(card.send("30 04"), "0-");
}

TEST(Type2Aes, SecondMessageComesAtOnceOrNotAtAll) {
    PageCard card{CardKind::UltralightAes};
    EXPECT_EQ(card.send("AF" + std::string(64, '0')), "0-");
    EXPECT_EQ(card.send("1A 00").size(), 34U);
    EXPECT_EQ(card.send("30 04"), "0-");
    EXPECT_EQ(card.send("1A 00").size(), 34U);
    EXPECT_EQ(card.send("AF" + std::string(62, '0')), "0-");
}

TEST(Type2Password, WrongOnesAreCountedWhereAuthlimSaysSo) {
    PageCard card{CardKind::Ntag213};
    card.set(42, "01 00 00 00");  // two
    card.set(43, "12 34 56 78");
    EXPECT_EQ(card.send("1B 00 00 00 00"), "0-");
    EXPECT_EQ(card.store().blocks[256][0], 1);
    EXPECT_EQ(card.send("1B 12 34 56 78"), "0000");
    EXPECT_EQ(card.store().blocks[256][0], 0);
    EXPECT_EQ(card.send("1B 00 00 00 00"), "0-");
    EXPECT_EQ(card.send("1B 00 00 00 00"), "0-");
    EXPECT_EQ(card.send("1B 12 34 56 78"), "4-");
}

TEST(Type2Password, AnotherTryEndsWhatWasOpen) {
    PageCard card{CardKind::Ntag213};
    card.set(41, "04 00 00 04");
    card.set(43, "12 34 56 78");
    EXPECT_EQ(card.send("1B 12 34 56 78"), "0000");
    EXPECT_EQ(card.send("A2 04 01 02 03 04"), "A");
    EXPECT_EQ(card.send("1B 12 34 56 79"), "0-");
    EXPECT_EQ(card.send("A2 04 01 02 03 04"), "0-");
}

}  // namespace
}  // namespace type2_test
