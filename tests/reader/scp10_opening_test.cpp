// SCP10, the host's side: how it opens a channel, and with which cards it does not.
#include <gtest/gtest.h>

#include "played_scp10_card.hpp"
#include "reader/key_commands.hpp"

namespace reader {
namespace {

using base::ByteView;
using namespace played_scp10;  // NOLINT: the other end
using worked_rsa::hex;

const Parties& parties() {
    static const Parties made;
    return made;
}

Scp10Request request(Scp10Option option = Scp10Option::KeyAgreement, std::uint8_t level = 0x33) {
    return {option, 0x70, hex("A000000151000000"), {}, level};
}

Bytes sha256(ByteView data) {
    Bytes digest(CryptoPP::SHA256::DIGESTSIZE);
    CryptoPP::SHA256{}.CalculateDigest(digest.data(), data.data(), data.size());
    return digest;
}

CryptoPP::RSA::PrivateKey icc_for_decryption() {
    CryptoPP::RSA::PrivateKey key;
    const auto number = [](std::string_view text) {
        const Bytes bytes = hex(text);
        return CryptoPP::Integer{bytes.data(), bytes.size()};
    };
    key.Initialize(number(worked_rsa::ModulusIcc), 0x10001, number(worked_rsa::PrivateIcc));
    return key;
}

TEST(Scp10, CertificateIsWhatTheProfileSays) {
    const auto key = worked_rsa::icc().public_key();
    const Bytes made = parties().card_certificate();
    Bytes message = hex("10");
    const auto add = [&](ByteView bytes) {
        message.insert(message.end(), bytes.begin(), bytes.end());
    };
    const Bytes modulus_hash = sha256(parties().trust_point.public_key().modulus());
    add(ByteView{modulus_hash}.first(8));
    add(hex("00000000 0000310086000012"));
    add(hex("A00000015110 03"));
    add(key.modulus());
    add(hex("00010001"));
    ASSERT_EQ(message.size(), 128U - 35U + 67U);

    const auto value = apdu::find(made, 0x7F21).value();
    const auto objects = apdu::read_all(value).value();
    ASSERT_EQ(objects.size(), 3U);
    EXPECT_EQ(objects[0].tag, 0x5F37U);
    EXPECT_EQ(objects[1].tag, 0x5F38U);
    EXPECT_EQ(objects[2].tag, 0x42U);
    const auto signature = objects[0].value;
    EXPECT_EQ(signature.front() & 0x80, 0) << "the smaller one of two";
    auto block = parties().trust_point.public_key().raised(signature).value();
    if (block.back() != 0xCC) block = parties().trust_point.public_key().counterpart(block).value();
    Bytes expected = hex("6A");
    expected.insert(expected.end(), message.begin(), message.begin() + 93);
    const Bytes hash = sha256(message);
    expected.insert(expected.end(), hash.begin(), hash.end());
    expected.insert(expected.end(), {0x34, 0xCC});
    EXPECT_EQ(base::to_hex(block), base::to_hex(expected));
    EXPECT_EQ(base::to_hex(objects[1].value), base::to_hex(ByteView{message}.subspan(93)));
    EXPECT_EQ(base::to_hex(objects[2].value), base::to_hex(ByteView{modulus_hash}.first(8)));
}

TEST(Scp10, AlteredCertificateIsNotBelieved) {
    const Bytes good = parties().card_certificate();
    const auto& signer = parties().trust_point.public_key();
    ASSERT_TRUE(verified(good, signer));
    for (std::size_t bit = 0; bit < 8 * good.size(); bit += 3) {
        Bytes altered = good;
        altered[bit / 8] = static_cast<std::uint8_t>(altered[bit / 8] ^ (1U << bit % 8));
        EXPECT_FALSE(verified(altered, signer)) << "bit " << bit;
    }
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(verified(ByteView{good}.first(size), signer)) << size << " bytes";
}

TEST(Scp10, CertificateWithAnotherHashIsNotBelieved) {
    // Signed, but the trailer says 33: SHA-1.
    const auto& signer = parties().trust_point;
    const Bytes good = parties().card_certificate();
    const auto objects = apdu::read_all(apdu::find(good, 0x7F21).value()).value();
    auto block = recover_block(signer.public_key(), objects[0].value, TrailerNamed).value();
    block[block.size() - 2] = 0x33;
    Bytes inner = apdu::tlv(0x5F37, sign_block(signer, block));
    apdu::append_tlv(inner, 0x5F38, objects[1].value);
    apdu::append_tlv(inner, 0x42, objects[2].value);
    EXPECT_FALSE(verified(apdu::tlv(0x7F21, inner), signer.public_key()));
    block[block.size() - 2] = 0x34;
    inner = apdu::tlv(0x5F37, sign_block(signer, block));
    apdu::append_tlv(inner, 0x5F38, objects[1].value);
    apdu::append_tlv(inner, 0x42, objects[2].value);
    EXPECT_TRUE(verified(apdu::tlv(0x7F21, inner), signer.public_key()));
}

TEST(Scp10, KeyAgreementIsTheSessionOfTheSheet) {
    Card card{parties()};
    Scp10Opening opening{
        parties().host(), request(),
        in_order({std::string{worked_rsa::ChallengeIfd}, std::string{worked_rsa::FillingIfd},
                  std::string{worked_rsa::SecretIfd}})};
    std::vector<std::string> sent;
    while (const auto step = opening.next()) {
        sent.push_back(base::to_hex(step->apdu));
        opening.take(card.answer(step->apdu));
    }
    ASSERT_TRUE(opening.is_open()) << opening.trouble();
    const std::string trust = base::to_hex(parties().trust);
    const auto host = parties().host();
    const auto host_value = apdu::find(host.chain[0], 0x7F21).value();
    ASSERT_EQ(host_value.size(), 0xD4U);
    const std::vector<std::string> expected{"80CA7F21000000",
                                            "002281B60E830C00000000" + trust,
                                            "002A00AED4" + base::to_hex(host_value),
                                            "0022C1A412830C000000000000000000000A0184027001",
                                            "00880000103DE0938ADD6194FD0000000000000A0100",
                                            "0084000008",
                                            "0082000080" + std::string{worked_rsa::TokenIfd}};
    EXPECT_EQ(sent, expected);
    auto channel = opening.channel();
    EXPECT_EQ(base::to_hex(channel.wrap_one(hex("00A40000023F00"))),
              "0CA4000015870901A6F59B30DE1F979B8E08E4FEB60F2FC312D700");
}

TEST(Scp10, KeyTransportTellsTheCardTheKeysAndSignsWhatWasSaid) {
    for (const std::uint8_t level : {std::uint8_t{0x33}, std::uint8_t{0x11}}) {
        SCOPED_TRACE(static_cast<int>(level));
        Card card{parties()};
        Scp10Opening opening{parties().host(), request(Scp10Option::KeyTransport, level),
                             counting()};
        play(opening, card);
        ASSERT_TRUE(opening.is_open()) << opening.trouble();
        const auto& environment = card.seen[0x22];
        ASSERT_EQ(environment.size(), 3U);
        EXPECT_EQ(base::to_hex(environment[1].bytes()), "002241B80484027001");
        EXPECT_EQ(base::to_hex(environment[2].bytes()), "002281A40E830C000000000000000000000A01");
        const auto& operations = card.seen[0x2A];
        ASSERT_EQ(operations.size(), 2U);
        EXPECT_EQ(operations[1].p1p2(), 0x8084);

        CryptoPP::AutoSeededRandomPool pool;
        const CryptoPP::RSAES<CryptoPP::OAEP<CryptoPP::SHA256>>::Decryptor decryptor{
            icc_for_decryption()};
        Bytes block(128);
        const auto done = decryptor.Decrypt(pool, operations[1].data.data(),
                                            operations[1].data.size(), block.data());
        ASSERT_TRUE(done.isValidCoding);
        block.resize(done.messageLength);
        EXPECT_EQ(base::to_hex(block), level == 0x33
                                           ? "95013C8010000102030405060708090A0B0C0D0E0F"
                                             "8110101112131415161718191A1B1C1D1E1F"
                                           : "9501348010000102030405060708090A0B0C0D0E0F");

        ASSERT_EQ(card.seen[0x84].size(), 1U);
        EXPECT_EQ(base::to_hex(card.seen[0x84][0].bytes()), "0084000010");
        Bytes told;
        for (const auto* command :
             {&environment[0], &operations[0], &environment[1], &operations[1], &environment[2]})
            told.insert(told.end(), command->data.begin(), command->data.end());
        Bytes message = hex("82D962CA384871560102030405060708 0000310086000012 A000000151000000");
        const Bytes digest = sha256(told);
        message.insert(message.end(), digest.begin(), digest.end());
        const auto& signature = card.seen[0x82].at(0).data;
        const Bytes modulus = hex(worked_rsa::ModulusIfd);
        const CryptoPP::RSASS<CryptoPP::PKCS1v15, CryptoPP::SHA256>::Verifier verifier{
            CryptoPP::Integer{modulus.data(), modulus.size()}, 0x10001};
        EXPECT_TRUE(verifier.VerifyMessage(message.data(), message.size(), signature.data(),
                                           signature.size()));

        // The first command under these keys, reckoned beside the channel.
        auto channel = opening.channel();
        const auto sent = apdu::parse(channel.wrap_one(hex("80F28002024F0000"))).value();
        EXPECT_EQ(sent.cla, 0x8C);
        const bool encrypted = level == 0x33;
        const ScpKey mac{hex(encrypted ? "101112131415161718191A1B1C1D1E1F"
                                       : "000102030405060708090A0B0C0D0E0F")};
        Bytes objects;
        if (encrypted) {
            const ScpKey enc{hex("000102030405060708090A0B0C0D0E0F")};
            objects = hex("870901");
            const Bytes cipher = des3_cbc(enc, hex("4F00800000000000"));
            objects.insert(objects.end(), cipher.begin(), cipher.end());
        } else {
            objects = hex("81024F00");
        }
        const Bytes le = hex("970100");
        objects.insert(objects.end(), le.begin(), le.end());
        Bytes input = hex("0102030405060709 8CF2800280000000");
        input.insert(input.end(), objects.begin(), objects.end());
        apdu::append_tlv(objects, 0x8E, retail_mac(mac, {}, input));
        EXPECT_EQ(base::to_hex(sent.data), base::to_hex(objects));
        EXPECT_EQ(sent.ne, 256U);
        // The DEK: SHA-1(seed | 00000005).
        Bytes seed = hex("000102030405060708090A0B0C0D0E0F");
        if (encrypted) {
            const Bytes second = hex("101112131415161718191A1B1C1D1E1F");
            seed.insert(seed.end(), second.begin(), second.end());
        }
        seed.insert(seed.end(), {0, 0, 0, 5});
        Bytes dek(CryptoPP::SHA1::DIGESTSIZE);
        CryptoPP::SHA1{}.CalculateDigest(dek.data(), seed.data(), seed.size());
        dek.resize(16);
        EXPECT_EQ(channel.encrypt_data(Bytes(16)), des3_cbc(ScpKey{dek}, Bytes(16)));
    }
}

TEST(Scp10, ChainOfCertificatesIsGivenFromTheTrustPointOn) {
    const auto authority = RsaPrivateKey::draw(1024);
    auto host = parties().host();
    const Serial middle = serial("00000000000000CA");
    host.chain = {
        parties().certificate("00000000000000CA", Role::Authority, authority.public_key()),
        issue(authority, {middle, host.serial, Role::OffCard, host.key.public_key()})};
    Card card{parties()};
    Scp10Opening opening{host, request(), counting()};
    play(opening, card);
    ASSERT_TRUE(opening.is_open()) << opening.trouble();
    ASSERT_EQ(card.seen[0x22].size(), 3U);
    EXPECT_EQ(base::to_hex(card.seen[0x22][1].bytes()), "002281B60E830C0000000000000000000000CA");
    ASSERT_EQ(card.seen[0x2A].size(), 2U);
    const auto first = apdu::find(host.chain[0], 0x7F21).value();
    EXPECT_TRUE(std::equal(first.begin(), first.end(), card.seen[0x2A][0].data.begin(),
                           card.seen[0x2A][0].data.end()));
}

/// What a card is refused for.
std::string trouble(Card& card, Scp10Request asked = request()) {
    Scp10Opening opening{parties().host(), std::move(asked), counting()};
    play(opening, card);
    EXPECT_FALSE(opening.is_open());
    EXPECT_THROW((void)opening.channel(), std::logic_error);
    return opening.trouble();
}

constexpr const char* BadCertificate = "the card's certificate is not to be believed";
constexpr const char* BadToken = "the card has not proved that it has its key";

TEST(Scp10, CardWithoutASoundCertificateIsRefusedBeforeAnythingIsTold) {
    const auto stranger = RsaPrivateKey::draw(1024);
    const auto key = worked_rsa::icc().public_key();
    for (const Bytes& certificate :
         {issue(stranger, {parties().trust, serial(worked_rsa::SerialIcc), Role::Domain, key}),
          parties().certificate(worked_rsa::SerialIcc, Role::OffCard, key),
          parties().certificate(worked_rsa::SerialIcc, Role::Authority, key), Bytes{}}) {
        Card card{parties()};
        card.certificate = certificate;
        EXPECT_EQ(trouble(card), BadCertificate);
        EXPECT_EQ(card.seen.size(), 1U) << "the host has gone on";
    }
    Card card{parties()};
    auto asked = request();
    asked.card = serial("0000310086000013");
    EXPECT_EQ(trouble(card, asked), "this is another card");
}

TEST(Scp10, CardWithoutTheKeyOfItsCertificateIsRefused) {
    Card card{parties()};
    card.key = RsaPrivateKey::draw(1024);
    EXPECT_EQ(trouble(card), BadToken);
    EXPECT_FALSE(card.seen.contains(0x82)) << "the host's half went out";
}

TEST(Scp10, TokenOfAnEarlierRunIsRefused) {
    // The vector's answer belongs to the vector's challenge.
    Card card{parties()};
    card.spoil = [](std::uint8_t ins, apdu::Response& response) {
        if (ins == 0x88) response.data = hex(worked_rsa::TokenIcc);
    };
    EXPECT_EQ(trouble(card), BadToken);
}

TEST(Scp10, AnyRefusalOfTheCardEndsIt) {
    for (const auto option : {Scp10Option::KeyAgreement, Scp10Option::KeyTransport}) {
        for (std::size_t at = 0;; ++at) {
            Card card{parties()};
            std::size_t number = 0;
            bool met = false;
            card.spoil = [&](std::uint8_t, apdu::Response& response) {
                if (number++ != at) return;
                met = true;
                response = apdu::Sw::VerificationFailed;
            };
            Scp10Opening opening{parties().host(), request(option), counting()};
            play(opening, card);
            EXPECT_EQ(opening.is_open(), !met) << at;
            if (!met) break;
            EXPECT_TRUE(opening.trouble().ends_with(" was answered 6300")) << opening.trouble();
            EXPECT_EQ(number, at + 1) << "the host has gone on";
        }
    }
}

TEST(Scp10, AnswersOfTheWrongLengthEndIt) {
    for (const auto option : {Scp10Option::KeyAgreement, Scp10Option::KeyTransport}) {
        for (const std::uint8_t ins : {std::uint8_t{0x84}, std::uint8_t{0x82}}) {
            Card card{parties()};
            card.spoil = [&](std::uint8_t seen, apdu::Response& response) {
                if (seen == ins) response.data.push_back(0);
            };
            EXPECT_TRUE(trouble(card, request(option)).ends_with(" has no sound answer"));
        }
    }
    Scp10Opening opening{parties().host(), request(), counting()};
    opening.take({});
    EXPECT_EQ(opening.trouble(), "GET DATA [certificate] was not answered");
}

TEST(Scp10, HostsThatCannotBeAreRefusedAtOnce) {
    auto host = parties().host();
    EXPECT_THROW(Scp10Opening(host, request(Scp10Option::KeyAgreement, 0x11), counting()),
                 std::invalid_argument);
    EXPECT_THROW(Scp10Opening(host, request(Scp10Option::KeyTransport, 0x03), counting()),
                 std::invalid_argument);
    host.chain.push_back(hex("7F2100"));
    EXPECT_THROW(Scp10Opening(host, request(), counting()), std::invalid_argument);
    host.chain.assign(5, parties().host().chain[0]);
    EXPECT_THROW(Scp10Opening(host, request(), counting()), std::invalid_argument);
    host.chain.clear();
    EXPECT_THROW(Scp10Opening(host, request(), counting()), std::invalid_argument);
}

/// An open channel and the card's end of its messages.
struct Open {
    Open() {
        Scp10Opening opening{parties().host(), request(Scp10Option::KeyTransport), counting()};
        Card card{parties()};
        play(opening, card);
        channel.emplace(opening.channel());
    }
    /// `data` and `sw` as a card would protect them after `messages` messages.
    static Bytes answer(const Bytes& data, std::uint16_t sw, std::uint8_t messages) {
        const ScpKey enc{hex("000102030405060708090A0B0C0D0E0F")};
        const ScpKey mac{hex("101112131415161718191A1B1C1D1E1F")};
        Bytes objects;
        if (!data.empty()) {
            Bytes value{1};
            const Bytes cipher = des3_cbc(enc, padded(data, 8));
            value.insert(value.end(), cipher.begin(), cipher.end());
            apdu::append_tlv(objects, 0x87, value);
        }
        const Bytes status{static_cast<std::uint8_t>(sw >> 8U), static_cast<std::uint8_t>(sw)};
        apdu::append_tlv(objects, 0x99, status);
        Bytes input = hex("0102030405060708");
        input.back() = static_cast<std::uint8_t>(input.back() + messages);
        input.insert(input.end(), objects.begin(), objects.end());
        apdu::append_tlv(objects, 0x8E, retail_mac(mac, {}, input));
        return apdu::Response{objects, sw}.bytes();
    }
    std::optional<SecureChannel> channel{};
};

TEST(Scp10, AnswersOfTheChannelAreReadErrorsToo) {
    Open open;
    (void)open.channel->wrap_one(hex("80F28002024F0000"));
    const auto first = open.channel->unwrap(Open::answer(hex("E300"), 0x9000, 2));
    ASSERT_TRUE(first);
    EXPECT_EQ(base::to_hex(first->bytes()), "E3009000");
    (void)open.channel->wrap_one(hex("80CA006600"));
    const auto second = open.channel->unwrap(Open::answer({}, 0x6A88, 4));
    ASSERT_TRUE(second);
    EXPECT_EQ(base::to_hex(second->bytes()), "6A88");
    EXPECT_TRUE(open.channel->is_open());
}

TEST(Scp10, AnswerWithoutTheChannelsProtectionClosesIt) {
    Bytes altered = Open::answer(hex("E300"), 0x9000, 2);
    altered[4] ^= 1U;
    Bytes other_status = Open::answer({}, 0x6A88, 2);
    other_status.end()[-2] = 0x90;
    other_status.back() = 0x00;
    for (const Bytes& answer :
         {altered, other_status, Open::answer(hex("E300"), 0x9000, 1),
          Open::answer(hex("E300"), 0x9000, 4), hex("9000"), hex("6982"), Bytes{}}) {
        Open open;
        (void)open.channel->wrap_one(hex("80F28002024F0000"));
        EXPECT_FALSE(open.channel->unwrap(answer)) << base::to_hex(answer);
        EXPECT_FALSE(open.channel->is_open());
    }
}

TEST(Scp10, LongCommandsAreCutOrExtended) {
    Open open;
    const auto parts = open.channel->wrap({0x80, 0xD8, 0x00, 0x81, Bytes(250), 256});
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0][2], 0x80);
    EXPECT_EQ(parts[1][2], 0x00);
    const auto store = open.channel->wrap({0x80, 0xE2, 0xA8, 0x00, Bytes(250), {}});
    ASSERT_EQ(store.size(), 1U);
    const auto one = apdu::parse(store[0]).value();
    EXPECT_TRUE(one.extended);
    EXPECT_EQ(one.ne, apdu::MostNe);
}

TEST(Scp10, KeysGoUnderTheDekOfTheChannel) {
    // Blocks of eight bytes, as the DEK is a DES key.
    Open open;
    const ScpKey key{hex("404142434445464748494A4B4C4D4E4F4041424344454647")};
    const auto command = put_key(*open.channel, 0, 0x30, 1, KeyType::Aes, std::array{key});
    const Bytes cipher = open.channel->encrypt_data(key.expose());
    EXPECT_EQ(base::to_hex(command.data).substr(0, 2 + 6 + 48), "30881918" + base::to_hex(cipher));
}

}  // namespace
}  // namespace reader
