// SCP10, the host's side: tokens and protected answers that must not be believed.
#include <gtest/gtest.h>

#include "reader/device_authentication.hpp"
#include "reader/secure_messaging.hpp"
#include "worked_rsa.hpp"

namespace reader {
namespace {

using base::Bytes;
using namespace worked_rsa;  // NOLINT: constants of the sheet

std::optional<SecretHalf> opened(const Bytes& token, std::string_view challenge = ChallengeIfd,
                                 std::string_view serial = SerialIfd) {
    const Bytes given = hex(challenge);
    const Bytes own = hex(serial);
    return open_token(ifd(), icc().public_key(), token, {given, own});
}

TEST(Scp10, AlteredTokenIsRefused) {
    const Bytes good = hex(TokenIcc);
    ASSERT_TRUE(opened(good));
    for (std::size_t bit = 0; bit < 8 * good.size(); bit += 5) {
        Bytes token = good;
        token[bit / 8] = static_cast<std::uint8_t>(token[bit / 8] ^ (1U << bit % 8));
        EXPECT_FALSE(opened(token)) << "bit " << bit;
    }
    for (const std::size_t size : {std::size_t{0}, good.size() - 1, good.size() + 1}) {
        Bytes token = good;
        token.resize(size);
        EXPECT_FALSE(opened(token)) << size << " bytes";
    }
    Bytes longer = good;
    longer.insert(longer.begin(), 0);
    EXPECT_FALSE(opened(longer)) << "the same number";
    EXPECT_FALSE(opened(Bytes(good.size(), 0xFF))) << "not below the modulus";
    EXPECT_FALSE(opened(Bytes(good.size(), 0x00)));
}

TEST(Scp10, TokenOfAnotherRunIsRefused) {
    const Bytes token = hex(TokenIcc);
    EXPECT_FALSE(opened(token, "3DE0938ADD6194FC")) << "it answers another challenge";
    EXPECT_FALSE(opened(token, ChallengeIfd, "0000000000000A02")) << "it is for another host";
}

TEST(Scp10, TokenOfAnotherKeyIsRefused) {
    const auto stranger = RsaPrivateKey::draw(1024);
    const Bytes challenge = hex(ChallengeIfd);
    const Bytes serial = hex(SerialIfd);
    const Addressee to{challenge, serial};
    const Bytes filling(filling_bytes(stranger), 0x11);
    const auto token = make_token(stranger, ifd().public_key(), filling, half(SecretIcc), to);
    EXPECT_TRUE(open_token(ifd(), stranger.public_key(), token, to));
    EXPECT_FALSE(open_token(ifd(), icc().public_key(), token, to));
    EXPECT_FALSE(open_token(icc(), stranger.public_key(), token, to));
}

TEST(Scp10, TokensOfLongKeysComeThrough) {
    const auto host = RsaPrivateKey::draw(2048);
    const auto card = RsaPrivateKey::draw(2048);
    const Bytes challenge = hex(ChallengeIcc);
    const Bytes serial = hex(SerialIcc);
    ASSERT_EQ(filling_bytes(host), 202U);
    for (unsigned i = 0; i < 20; ++i) {
        const Bytes filling(202, static_cast<std::uint8_t>(i));
        const auto token =
            make_token(host, card.public_key(), filling, half(SecretIfd), {challenge, serial});
        EXPECT_EQ(token.size(), 256U);
        const auto seen = open_token(card, host.public_key(), token, {challenge, serial});
        ASSERT_TRUE(seen) << i;
        EXPECT_EQ(*seen, half(SecretIfd));
    }
    EXPECT_THROW((void)make_token(host, ifd().public_key(), Bytes(202), half(SecretIfd), {}),
                 std::logic_error);
}

TEST(Scp10, KeysThatAreNoneAreRefused) {
    Bytes modulus = hex(ModulusIcc);
    EXPECT_THROW(RsaPublicKey(modulus, hex("01")), std::invalid_argument);
    EXPECT_THROW(RsaPublicKey(modulus, hex("010000")), std::invalid_argument);
    EXPECT_THROW(RsaPublicKey(modulus, hex("0100000001")), std::invalid_argument);
    EXPECT_THROW(RsaPublicKey(base::ByteView{modulus}.first(127), hex("03")),
                 std::invalid_argument);
    EXPECT_THROW(RsaPrivateKey(modulus, hex("010001"), hex(PrivateIfd)), std::invalid_argument);
    modulus.back() ^= 1U;
    EXPECT_THROW(RsaPublicKey(modulus, hex("010001")), std::invalid_argument);
}

/// The third exchange of ICAO Doc 9303, part 11, appendix D.4: the command is out.
SecureMessaging third_exchange() {
    SecureMessaging messaging{ScpKey{hex("979EC13B1CBFE9DCD01AB0FED307EAE5")},
                              ScpKey{hex("F1CB1F1FB5ADF208806B89DC579DC1F8")},
                              block_of("887022120C06C22A")};
    apdu::Command command{0x00, 0xB0, 0x00, 0x04, {}, 0x12};
    messaging.protect(command);
    EXPECT_EQ(base::to_hex(command.bytes()), "0CB000040D9701128E082EA28A70F3C7B53500");
    return messaging;
}

constexpr std::string_view Third =
    "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A990290008E08C8B2787EAEA07D749000";

bool believed(SecureMessaging messaging, const Bytes& answer) {
    auto response = apdu::parse_response(answer);
    return response && messaging.reveal(*response);
}

TEST(Scp10, AlteredAnswerIsRefused) {
    const Bytes good = hex(Third);
    ASSERT_TRUE(believed(third_exchange(), good));
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
        Bytes answer = good;
        answer[bit / 8] = static_cast<std::uint8_t>(answer[bit / 8] ^ (1U << bit % 8));
        EXPECT_FALSE(believed(third_exchange(), answer)) << "bit " << bit;
    }
    for (std::size_t size = 2; size < good.size(); ++size)
        EXPECT_FALSE(believed(third_exchange(), {good.begin(), good.begin() + size})) << size;
}

TEST(Scp10, AnswersWithoutTheirObjectsAreRefused) {
    for (const std::string_view answer :
         {"9000", "990290009000", "8E08C8B2787EAEA07D749000",
          // in another order; the MAC before the status; twice the same
          "990290008719 01FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A8E08C8B2787EAEA07D749000",
          "871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A8E08C8B2787EAEA07D74990290009000",
          "99029000990290008E08C8B2787EAEA07D749000"})
        EXPECT_FALSE(believed(third_exchange(), hex(answer))) << answer;
}

/// An answer with a right MAC over whatever objects.
Bytes with_mac(Bytes objects) {
    Bytes input = hex("887022120C06C22C");
    input.insert(input.end(), objects.begin(), objects.end());
    apdu::append_tlv(objects, 0x8E,
                     retail_mac(ScpKey{hex("F1CB1F1FB5ADF208806B89DC579DC1F8")}, {}, input));
    return apdu::Response{objects, 0x9000}.bytes();
}

TEST(Scp10, ObjectsThatAreNotOursAreRefusedWhateverTheirMac) {
    ASSERT_TRUE(believed(third_exchange(), with_mac(hex("99029000"))));
    for (const std::string_view objects :
         {"", "98029000", "990190", "9903900000", "85019099029000", "810112 99029000",
          "8500 99029000", "8708FB9235F4E4037F23 99029000", "870101 99029000",
          "870902FB9235F4E4037F23 99029000", "99029000 99029000",
          "8500 871901FB9235F4E4037F2327DCC8964F1F9B8C30F42C8E2FFF224A 99029000",
          // padding that is none
          "870901FB9235F4E4037F23 99029000"})
        EXPECT_FALSE(believed(third_exchange(), with_mac(hex(objects)))) << objects;
}

TEST(Scp10, CryptogramsInTheWrongObjectAreRefused) {
    const Bytes cipher =
        des3_cbc(ScpKey{hex("979EC13B1CBFE9DCD01AB0FED307EAE5")}, hex("60145F0180000000"));
    const auto answer = [&](apdu::Tag tag, std::uint8_t padding, std::size_t zeros) {
        Bytes value{padding};
        value.insert(value.end(), cipher.begin(), cipher.end());
        value.insert(value.end(), zeros, 0);
        Bytes objects = apdu::tlv(tag, value);
        apdu::append_tlv(objects, 0x99, hex("9000"));
        return with_mac(objects);
    };
    ASSERT_TRUE(believed(third_exchange(), answer(0x87, 1, 0)));
    EXPECT_FALSE(believed(third_exchange(), answer(0x86, 1, 0)));
    EXPECT_FALSE(believed(third_exchange(), answer(0x81, 1, 0)));
    EXPECT_FALSE(believed(third_exchange(), answer(0x87, 2, 0)));
    EXPECT_FALSE(believed(third_exchange(), answer(0x87, 1, 3)));

    // Where data stay legible, only 81 brings any.
    const auto legible = [] {
        SecureMessaging messaging{std::nullopt, ScpKey{hex("F1CB1F1FB5ADF208806B89DC579DC1F8")},
                                  block_of("887022120C06C22A")};
        apdu::Command command{0x00, 0xB0, 0x00, 0x04, {}, 0x12};
        messaging.protect(command);
        return messaging;
    };
    EXPECT_TRUE(believed(legible(), with_mac(hex("8102E300 99029000"))));
    EXPECT_FALSE(believed(legible(), with_mac(hex("8702E300 99029000"))));
    EXPECT_FALSE(believed(legible(), with_mac(hex("8100 99029000"))));
    EXPECT_FALSE(believed(legible(), answer(0x87, 1, 0)));
}

TEST(Scp10, ReplayedAnswerIsRefused) {
    auto messaging = third_exchange();
    auto answer = apdu::parse_response(hex(Third)).value();
    ASSERT_TRUE(messaging.reveal(answer));
    apdu::Command command{0x00, 0xB0, 0x00, 0x04, {}, 0x12};
    messaging.protect(command);
    EXPECT_NE(base::to_hex(command.bytes()), "0CB000040D9701128E082EA28A70F3C7B53500");
    EXPECT_FALSE(believed(std::move(messaging), hex(Third)));
}

/// MAC object of the first command after this counter.
std::string first_mac(std::string_view counter, std::uint8_t cla) {
    SecureMessaging messaging{std::nullopt, ScpKey{hex(Mac)}, block_of(counter)};
    apdu::Command command{cla, 0xB0, 0x00, 0x00, {}, {}};
    messaging.protect(command);
    EXPECT_EQ(command.cla, cla | 0x0C);
    return base::to_hex(command.data);
}

std::string mac_object(std::string_view input) {
    const auto mac = retail_mac(ScpKey{hex(Mac)}, {}, hex(input));
    return "8E08" + base::to_hex(mac);
}

TEST(Scp10, CounterCarriesAndWrapsRound) {
    EXPECT_EQ(first_mac("00000000000000FF", 0x80), mac_object("0000000000000100 8CB0000080000000"));
    EXPECT_EQ(first_mac("00000000FFFFFFFF", 0x80), mac_object("0000000100000000 8CB0000080000000"));
    EXPECT_EQ(first_mac("FFFFFFFFFFFFFFFF", 0x80), mac_object("0000000000000000 8CB0000080000000"));
}

TEST(Scp10, MacIsThatOfTheBasicChannel) {
    EXPECT_EQ(first_mac("0000000000000000", 0x82), mac_object("0000000000000001 8CB0000080000000"));
}

}  // namespace
}  // namespace reader
