// PUT KEY, DELETE [key] and what they do to channels (GP rows 17 to 26).
#include "card.hpp"

namespace domain_test {
namespace {

using reader::KeyType;

constexpr std::string_view AskKeys = "80CA00E000";
/// The card of the plan as it is delivered.
constexpr std::string_view Delivered =
    "E024C00401208010C00402208010C00403208010C00401308810C00402308810C00403308810";

bool opens(Card card, std::uint8_t version, std::uint8_t first, std::size_t size = 16) {
    card.session.close();
    return Host{card, version, 0x01, host_keys(first, size)}.opened();
}
std::string status(const std::string& answer) { return answer.substr(answer.size() - 4); }

TEST(Domain, GP_17_PutKeyAddsASet) {
    Card card;
    EXPECT_EQ(card.send(AskKeys), std::string{Delivered} + "9000");
    Host host{card, 0x20, 0x01};
    EXPECT_EQ(host.send("80D8008143218010B1446AAA6CD9DC3A256B97F833A3AB4003E933478010EBC4D6289AA8F6"
                        "1328F9A5B363DC2A6203B2EFCB80101999FF0F04271D3865B6B4A2F3DF17F303A2AAF400"),
              "21E93347B2EFCBA2AAF49000");
    card.session.close();
    EXPECT_EQ(card.send(AskKeys),
              "E036C00401208010C00402208010C00403208010C00401218010C00402218010C00403218010"
              "C00401308810C00402308810C004033088109000");
    EXPECT_TRUE(opens(card, 0x21, 0x70));
}

TEST(Domain, GP_18_WrongCheckValueChangesNothing) {
    Card card;
    Host host{card, 0x20, 0x01};
    EXPECT_EQ(host.send("80D8008143218010B1446AAA6CD9DC3A256B97F833A3AB4003E933478010EBC4D6289AA8F6"
                        "1328F9A5B363DC2A6203B2EFCA80101999FF0F04271D3865B6B4A2F3DF17F303A2AAF400"),
              "6982");
    card.session.close();
    EXPECT_EQ(card.send(AskKeys), std::string{Delivered} + "9000");
    EXPECT_EQ(card.send("8050210008112233445566778800"), "6A88");
    EXPECT_TRUE(opens(card, 0x20, 0x40));
}

TEST(Domain, GP_19_OneKeyOfASetReplaced) {
    Card card;
    Host host{card, 0x20, 0x01};
    EXPECT_EQ(host.send("80D8200217208010EBC4D6289AA8F61328F9A5B363DC2A6203B2EFCB00"),
              "20B2EFCB9000");
    const auto offer = card.send("8050200008112233445566778800");
    EXPECT_EQ(offer.substr(24, 4), "0000");
    card.session.close();
    EXPECT_EQ(card.send(AskKeys), std::string{Delivered} + "9000");
    const reader::ChannelKeys mixed{host_key(0x40), host_key(0x80), host_key(0x60)};
    EXPECT_TRUE((Host{card, 0x20, 0x01, mixed}.opened()));
}

TEST(Domain, GP_20_PutKeyRefusesWrongVersions) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.put_keys(0x22, 0x22, 0x70), "6A88");
    EXPECT_EQ(host.put_keys(0x00, 0x20, 0x70, KeyType::Des), "6A80");
    EXPECT_EQ(host.put_keys(0x00, 0x00, 0x70), "6A80");
    EXPECT_EQ(host.put_keys(0x00, 0x80, 0x70), "6A80");
    EXPECT_EQ(host.send(AskKeys), std::string{Delivered} + "9000");
}

TEST(Domain, GP_21_KeysKeepTypeAndSize) {
    Card card;
    Host host{card, 0x30, 0x01};
    EXPECT_EQ(host.put_keys(0x20, 0x20, 0x70, KeyType::Aes), "6A80");
    EXPECT_EQ(host.put_keys(0x30, 0x30, 0x70, KeyType::Aes, 32), "6A80");
    EXPECT_TRUE(opens(card, 0x20, 0x40));
    EXPECT_TRUE(opens(card, 0x30, 0x40));
}

TEST(Domain, GP_22_AesKeysComeInTwoForms) {
    Card card;
    Host host{card, 0x30, 0x01};
    const auto wrapped = text(host.channel().encrypt_data(hex("707172737475767778797A7B7C7D7E7F")));
    EXPECT_EQ(host.send("80D8000118"
                        "31"
                        "8811"
                        "10" +
                        wrapped + "03DCC3AC00"),
              "31DCC3AC9000");
    EXPECT_EQ(host.send("80D8000117"
                        "32"
                        "8810" +
                        wrapped + "03DCC3AC00"),
              "32DCC3AC9000");
    EXPECT_EQ(host.send("80D8000119"
                        "33"
                        "8812"
                        "1010" +
                        wrapped + "03DCC3AC00"),
              "6A80");
}

TEST(Domain, AesKeysOfAllSizes) {
    for (const std::size_t size : {16U, 24U, 32U}) {
        SCOPED_TRACE(size);
        Card card;
        Host host{card, 0x30, 0x33};
        const auto answer = host.put_keys(0, 0x35, 0x70, KeyType::Aes, size);
        EXPECT_EQ(status(answer), "9000");
        EXPECT_TRUE(opens(card, 0x35, 0x70, size));
    }
}

/// PUT KEY of an RSA key of 2048 bits, version 73, plain.
base::Bytes rsa_key(std::uint8_t version) {
    base::Bytes data{version, 0xA1, 0x82, 0x01, 0x00};
    for (int i = 0; i < 256; ++i) data.push_back(static_cast<std::uint8_t>(0xC0 | i));
    for (const auto byte : hex("A00301000100")) data.push_back(byte);
    return data;
}

TEST(Domain, GP_23_LongKeyComesInTwoParts) {
    for (const std::uint8_t level : {std::uint8_t{0x01}, std::uint8_t{0x33}}) {
        Card card;
        Host host{card, 0x30, level};
        const auto parts =
            host.channel().wrap(apdu::Command{0x80, 0xD8, 0x00, 0x01, rsa_key(0x73), 256});
        ASSERT_EQ(parts.size(), 2U);
        EXPECT_EQ(text(parts[0]).substr(0, 10), "84D88001FF");
        EXPECT_EQ(text(card.send(parts[0])), "9000");
        const auto answer = host.channel().unwrap(card.send(parts[1]));
        ASSERT_TRUE(answer);
        EXPECT_EQ(text(answer->bytes()), "739000");
        EXPECT_EQ(host.send(AskKeys).substr(0, 6), "E034C0");
    }
}

// The R-MAC of SCP02 covers the command, here with a length of three bytes.
TEST(Domain, LongKeyComesInTwoPartsUnderScp02WithRMac) {
    Card card;
    Host host{card, 0x20, 0x11};
    ASSERT_TRUE(host.opened());
    EXPECT_EQ(host.send(apdu::Command{0x80, 0xD8, 0x00, 0x01, rsa_key(0x73), 256}), "739000");
    EXPECT_EQ(host.send(AskKeys).substr(0, 6), "E034C0");
}

TEST(Domain, GP_24_BrokenChainIsDropped) {
    Card card;
    Host host{card, 0x30, 0x01};
    auto parts = host.channel().wrap(apdu::Command{0x80, 0xD8, 0x00, 0x01, rsa_key(0x73), 256});
    Card other{card};
    EXPECT_EQ(text(card.send(parts[0])), "9000");
    parts[1][3] = 0x02;
    EXPECT_EQ(text(card.send(parts[1])), "6985");
    parts[1][3] = 0x01;
    EXPECT_NE(text(card.send(parts[1])), "739000") << "the first part is gone";

    EXPECT_EQ(text(other.send(parts[0])), "9000");
    EXPECT_EQ(other.send("84F280020A4F00000000000000000000"), "6985");
    EXPECT_NE(text(other.send(parts[1])), "739000");
    for (auto* one : {&card, &other}) {
        one->session.close();
        EXPECT_EQ(one->send(AskKeys), std::string{Delivered} + "9000");
    }
}

TEST(Domain, ChainsHaveALimit) {
    Card card;
    Host host{card, 0x30, 0x01};
    const base::Bytes part(255, 0x11);
    std::string answer;
    for (int i = 0; i < 9; ++i) {
        answer = text(card.send(apdu::Command{0x84, 0xD8, 0x80, 0x01, part, {}}.bytes()));
        if (answer != "9000") break;
    }
    EXPECT_EQ(answer, "6A86");
}

TEST(Domain, GP_25_ReplacingTheChannelsOwnKeysEndsIt) {
    for (const std::uint8_t level : {std::uint8_t{0x01}, std::uint8_t{0x33}}) {
        Card card;
        Host host{card, 0x30, level};
        EXPECT_EQ(status(host.put_keys(0x30, 0x30, 0x70)), "9000") << "protected as before";
        EXPECT_EQ(host.send("80F28002024F0000"), "6982");
        EXPECT_FALSE(opens(card, 0x30, 0x40));
        EXPECT_TRUE(opens(card, 0x30, 0x70));
    }
}

TEST(Domain, RotatedAwayAndBack) {
    Card card;
    {
        Host host{card, 0x30, 0x01};
        EXPECT_EQ(status(host.put_keys(0x30, 0x31, 0x70)), "9000");
    }
    EXPECT_FALSE(opens(card, 0x30, 0x40));
    {
        Host host{card, 0x31, 0x01, host_keys(0x70)};
        ASSERT_TRUE(host.opened());
        EXPECT_EQ(status(host.put_keys(0x31, 0x30, 0x40)), "9000");
    }
    EXPECT_TRUE(opens(card, 0x30, 0x40));
    EXPECT_EQ(card.send(AskKeys), std::string{Delivered} + "9000");
}

TEST(Domain, FactoryKeysMakeWayForTheOwners) {
    auto factory = domain::test_card();
    factory.keys = {{0xFF, true, factory.keys[1].enc, factory.keys[1].mac, factory.keys[1].dek, 0}};
    Card card{factory};
    EXPECT_EQ(card.send("8050000008112233445566778800").substr(20, 6), "FF0370");
    {
        Host host{card, 0x00, 0x01};
        ASSERT_TRUE(host.opened());
        EXPECT_EQ(status(host.put_keys(0x00, 0x30, 0x70)), "9000");
        EXPECT_EQ(host.send("80F28002024F0000"), "6982") << "its keys are gone";
    }
    EXPECT_EQ(card.send("8050FF0008112233445566778800"), "6A88");
    EXPECT_TRUE(opens(card, 0x30, 0x70));
}

TEST(Domain, GP_26_KeysAreDeletedButNotTheLastSet) {
    Card card;
    {
        Host host{card, 0x30, 0x01};
        EXPECT_EQ(status(host.put_keys(0, 0x21, 0x70, KeyType::Des)), "9000");
        EXPECT_EQ(host.send("80E4000006D00101D2012100"), "009000");
        EXPECT_EQ(host.send(AskKeys).substr(0, 4), "E030");
        EXPECT_EQ(host.send("80E4000003D2012100"), "009000");
        EXPECT_EQ(host.send(AskKeys), std::string{Delivered} + "9000");
        EXPECT_EQ(host.send("80E4000003D2012100"), "6A88");
        EXPECT_EQ(host.send("80E4000003D2012000"), "009000");
        EXPECT_EQ(host.send("80E4000003D2013000"), "6985");
        EXPECT_EQ(host.send("80E4000006D00102D2013000"), "6985");
        EXPECT_EQ(host.send("80E4000003D0010300"), "6985");
        EXPECT_EQ(host.send(AskKeys), "E012C00401308810C00402308810C004033088109000");
    }
    EXPECT_TRUE(opens(card, 0x30, 0x40));
}

TEST(Domain, Scp03CounterGoesOnWhileAnOldKeyStays) {
    Card card;
    {
        Host host{card, 0x30, 0x01};
        const auto wrapped =
            text(host.channel().encrypt_data(hex("707172737475767778797A7B7C7D7E7F")));
        EXPECT_EQ(host.send("80D8300218"
                            "30"
                            "881110" +
                            wrapped + "03DCC3AC00"),
                  "30DCC3AC9000");
    }
    const auto offer = card.send("8050300008112233445566778800");
    EXPECT_EQ(offer.substr(offer.size() - 10), "0000049000")
        << "the challenge comes from counter and encryption key: it must not come twice";
}

}  // namespace
}  // namespace domain_test
