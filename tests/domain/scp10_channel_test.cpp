// SCP10: what the open channel lets through, and what ends it (docs/choices.md, SCP10).
#include "apdu/tlv.hpp"
#include "scp10_steps.hpp"

namespace domain_test {
namespace {

/// A card, and a host in a channel with it; both can be copied together.
struct Scene {
    explicit Scene(bool encrypts = true) : card{scp10_card()}, host{card, Entity::usual()} {
        opened = encrypts ? host.agree() : host.transport(false);
    }
    Card card;
    Scp10Host host;
    bool opened = false;
};

void expect_over(Card& card, Messaging channel) {
    EXPECT_FALSE(card.session.authenticated());
    EXPECT_EQ(text(card.send(channel.wrap(*apdu::parse(hex(Level))))), "6982");
    EXPECT_EQ(card.send("80F28002024F0000"), "6982");
}

/// A command with these objects and a right MAC over them.
Bytes with_objects(Messaging& channel, std::string_view header, const Bytes& objects) {
    channel.step();
    const auto h = hex(header);
    const auto block = h + hex("80000000");
    const auto mac =
        retail_mac(channel.mac, objects.empty() ? channel.ssc + h : channel.ssc + block + objects);
    return apdu::Command{h[0], h[1], h[2], h[3], objects + apdu::tlv(0x8E, mac), 256}.bytes();
}

TEST(Scp10Channel, EveryBitOfACommandCounts) {
    for (const bool encrypts : {true, false}) {
        Scene scene{encrypts};
        ASSERT_TRUE(scene.opened);
        const auto command = scene.host.channel.wrap(*apdu::parse(hex("80E290000742051122334455")));
        {
            Card card{scene.card};
            Messaging channel = scene.host.channel;
            EXPECT_EQ(channel.unwrap(card.send(command)), "9000");
        }
        for (std::size_t bit = 0; bit < 8 * (command.size() - 1); ++bit) {
            if (bit / 8 == 4) continue;                       // Lc
            if (bit == 6 || bit == 7 || bit == 13) continue;  // channel; INSTALL in parts
            auto bent = command;
            bent[bit / 8] ^= static_cast<std::uint8_t>(0x80U >> (bit % 8));
            Card card{scene.card};
            const auto answer = text(card.send(bent));
            EXPECT_TRUE(answer == "6982" || (bit < 8 && answer == "6E00")) << bit << " " << answer;
            card.session.close();
            EXPECT_EQ(card.send("80CA004200"), "6A88") << "nothing was done, bit " << bit;
        }
    }
}

TEST(Scp10Channel, ReplayedSkippedAndReorderedCommandsEndIt) {
    Scene scene;
    const auto first = scene.host.channel.wrap(*apdu::parse(hex(Level)));
    EXPECT_EQ(scene.host.channel.unwrap(scene.card.send(first)), "D301B39000");
    {
        Card card{scene.card};
        EXPECT_EQ(text(card.send(first)), "6982") << "again";
        expect_over(card, scene.host.channel);
    }
    {
        Card card{scene.card};
        Messaging channel = scene.host.channel;
        (void)channel.wrap(*apdu::parse(hex(Level)));
        const auto late = channel.wrap(*apdu::parse(hex(Level)));
        EXPECT_EQ(text(card.send(late)), "6982") << "one was left out";
        expect_over(card, channel);
    }
    {
        Card card{scene.card};
        Messaging channel = scene.host.channel;
        (void)card.send(channel.wrap(*apdu::parse(hex(Level))));
        const auto next = channel.wrap(*apdu::parse(hex(Level)));
        EXPECT_EQ(text(card.send(next)), "6982") << "the answer counts too";
    }
}

TEST(Scp10Channel, CommandOfAnotherChannelIsRefused) {
    Scene scene;
    const auto old = scene.host.channel.wrap(*apdu::parse(hex(Level)));
    ASSERT_TRUE(scene.host.agree());
    EXPECT_EQ(text(scene.card.send(old)), "6982");
    expect_over(scene.card, scene.host.channel);
}

TEST(Scp10Channel, WithoutProtectionOrWithAnotherItEnds) {
    for (const auto* command :
         {"80CA00D300", "00CA00D300", "80F28002024F0000", "84CA00D308112233445566778800",
          "88CA00D308112233445566778800", "8CCA00D300", "8CCA00D3038E010000",
          "8CCA00D30A8E081122334455667788"
          "00"}) {
        Scene scene;
        const auto answer = scene.card.send(command);
        EXPECT_TRUE(answer == "6982" || (answer == "6E00" && command[1] == '8')) << command;
        if (answer == "6982") expect_over(scene.card, scene.host.channel);
    }
}

TEST(Scp10Channel, EachProtocolHasItsClass) {
    for (const auto* header : {"8CCA00D3", "84CA00D3"}) {
        Scene scene;
        const auto command = with_objects(scene.host.channel, header, hex("970100"));
        const bool right = header == std::string_view{"8CCA00D3"};
        EXPECT_EQ(text(scene.card.send(command)) == "6982", !right);
        EXPECT_EQ(scene.card.session.authenticated(), right);
    }
    Card card{scp10_card()};
    Host host{card, 0x30, 0x01};
    ASSERT_TRUE(host.opened());
    auto command = host.channel().wrap(*apdu::parse(hex(Level))).front();
    command[0] = 0x8C;  // the C-MAC of SCP03 always covers 84
    EXPECT_EQ(text(card.send(command)), "6982");
    EXPECT_FALSE(card.session.authenticated());
}

TEST(Scp10Channel, ObjectsThatAreNotThoseOfTheLevel) {
    const auto plain =
        hex("8105"
            "4203112233");
    const auto length = hex("970100");
    for (const bool encrypts : {true, false}) {
        Scene scene{encrypts};
        ASSERT_TRUE(scene.opened);
        const auto& key = scene.host.channel.enc;
        const auto cryptogram = [&](std::string_view data) {
            return encrypts ? apdu::tlv(0x87, hex("01") + des3(key, hex(data), true)) : plain;
        };
        const auto good = cryptogram("4203112233800000");
        const auto expect = [&](const char* what, const Bytes& objects, bool right) {
            Card card{scene.card};
            Messaging channel = scene.host.channel;
            const auto answer = card.send(with_objects(channel, "8CE29000", objects));
            if (right) {
                EXPECT_EQ(channel.unwrap(answer), "9000") << what;
            } else {
                EXPECT_EQ(text(answer), "6982") << what;
                expect_over(card, channel);
            }
        };
        expect("as it should be", good, true);
        expect("with Le", good + length, true);
        expect("order", length + good, false);
        expect("twice", good + good, false);
        expect("two lengths", good + length + length, false);
        expect("length of three bytes", good + hex("9703000001"), false);
        expect("length of none", good + hex("9700"), false);
        expect("unknown object",
               good + hex("9901"
                          "00"),
               false);
        expect("empty object", hex("8700"), false);
        expect("empty object", hex("8100"), false);
        expect("broken object",
               hex("8155"
                   "00"),
               false);
        if (!encrypts) {
            expect("encrypted", hex("870901A6F59B30DE1F979B"), false);
            continue;
        }
        expect("in plain", plain, false);
        expect("other padding",
               apdu::tlv(0x87, hex("02") + des3(key, hex("4203112233800000"), true)), false);
        expect("no whole block", hex("870801A6F59B30DE1F97"), false);
        expect("only the indicator", hex("870101"), false);
        expect("no padding", cryptogram("4206112233445566"), false);
        expect("only padding", cryptogram("8000000000000000"), false);
    }
}

TEST(Scp10Channel, AnswersAreProtectedErrorsToo) {
    for (const bool encrypts : {true, false}) {
        Scene scene{encrypts};
        auto& host = scene.host;
        EXPECT_EQ(host.ask("80CA00FE00"), "6A88");
        EXPECT_EQ(host.ask("80AA000000"), "6D00");
        EXPECT_EQ(host.ask("80F28002034F000000"), "6A80");
        EXPECT_EQ(host.ask("80E400000A4F08D276000118AA109900"), "6A88");
        EXPECT_EQ(host.ask("80E29000084206112233445566"), "9000");
        EXPECT_EQ(host.ask("80CA004200"), "42061122334455669000");
        EXPECT_EQ(host.ask("807A300100"), "6985") << "R-MAC is always on";
        EXPECT_EQ(host.ask("8078000300"), "6985");
        EXPECT_EQ(host.ask(Level), encrypts ? "D301B39000" : "D301919000") << "and it goes on";
    }
}

TEST(Scp10Channel, LongAnswersAreProtectedAsAWhole) {
    auto factory = scp10_card();
    factory.cin = Bytes(300, 0x5A);
    Card card{factory};
    Scp10Host host{card, Entity::usual()};
    ASSERT_TRUE(host.agree());
    const auto answer = host.ask("80CA004500");
    EXPECT_EQ(answer.size(), 2U * (4 + 300 + 2));
    EXPECT_EQ(host.ask(Level), "D301B39000");
}

/// Key field of PUT KEY, the key under the channel's DEK.
std::string field(const Messaging& channel, const char* type, std::string_view key,
                  const char* check) {
    return type + text(des3(channel.dek, hex(key), true)) + "03" + check;
}

TEST(Scp10Channel, PutKeyOpensOtherChannels) {
    for (const bool encrypts : {true, false}) {
        Scene scene{encrypts};
        auto& host = scene.host;
        const auto aes = [&](std::string_view key, const char* check) {
            return field(host.channel, "8810", key, check);
        };
        const auto des = [&](std::string_view key, const char* check) {
            return field(host.channel, "8010", key, check);
        };
        constexpr std::string_view Key7 = "707172737475767778797A7B7C7D7E7F";
        constexpr std::string_view Key8 = "808182838485868788898A8B8C8D8E8F";
        constexpr std::string_view Key9 = "909192939495969798999A9B9C9D9E9F";
        const auto command = [](const std::string& data) {
            return apdu::Command{0x80, 0xD8, 0x00, 0x81, hex(data), 256};
        };
        EXPECT_EQ(host.ask(command("31" + aes(Key7, "DCC3AD") + aes(Key8, "F28388") +
                                   aes(Key9, "7A4A6E"))),
                  "6982")
            << "a wrong check value";
        EXPECT_EQ(host.ask(command("31" + aes(Key7, "DCC3AC") + aes(Key8, "F28388") +
                                   aes(Key9, "7A4A6E"))),
                  "31DCC3ACF283887A4A6E9000");
        EXPECT_EQ(host.ask(command("21" + des(Key7, "E93347") + des(Key8, "B2EFCB") +
                                   des(Key9, "A2AAF4"))),
                  "21E93347B2EFCBA2AAF49000");
        EXPECT_TRUE((Host{scene.card, 0x31, 0x33, host_keys(0x70)}.opened()));
        EXPECT_TRUE((Host{scene.card, 0x21, 0x13, host_keys(0x70)}.opened()));
    }
}

// Three blocks of DES: no length before them, as there would be for AES.
TEST(Scp10Channel, KeyOf24BytesIsWholeBlocks) {
    Scene scene;
    auto& host = scene.host;
    // Check value: openssl enc -aes-192-ecb over sixteen bytes 01.
    const auto key =
        field(host.channel, "8818", "404142434445464748494A4B4C4D4E4F5051525354555657", "FFCD73");
    EXPECT_EQ(host.ask(apdu::Command{0x80, 0xD8, 0x00, 0x01, hex("32" + key), 256}),
              "32FFCD739000");
}

TEST(Scp10Channel, LongPutKeyComesWholeOrInParts) {
    const auto data = hex("11A1820100") + hex(rsa::Other.modulus) + hex("A00301000100");
    Scene whole;
    EXPECT_EQ(whole.host.ask(apdu::Command{0x80, 0xD8, 0x00, 0x02, data, 256}), "119000");

    Scene parts;
    const auto command =
        *apdu::parse(parts.host.channel.wrap(apdu::Command{0x80, 0xD8, 0x00, 0x02, data, 256}));
    const auto cut = command.data.begin() + 200;
    EXPECT_EQ(text(parts.card.send(
                  apdu::Command{0x8C, 0xD8, 0x80, 0x02, {command.data.begin(), cut}, {}}.bytes())),
              "9000");
    EXPECT_EQ(parts.host.channel.unwrap(parts.card.send(
                  apdu::Command{0x8C, 0xD8, 0x00, 0x02, {cut, command.data.end()}, 256}.bytes())),
              "119000");
}

TEST(Scp10Channel, ReplacingItsOwnTrustPointEndsItProtected) {
    Scene scene;
    const auto data = hex("10A1820100") + hex(rsa::Other.modulus) + hex("A00301000100");
    EXPECT_EQ(scene.host.ask(apdu::Command{0x80, 0xD8, 0x10, 0x02, data, 256}), "109000");
    expect_over(scene.card, scene.host.channel);
    EXPECT_EQ(scene.host.certificates(), "6A88") << "the old trust point";
    Scp10Host heir{scene.card, Entity::usual(Rsa{rsa::Other})};
    EXPECT_TRUE(heir.agree());
}

TEST(Scp10Channel, LogicalChannelBitsAreNotSigned) {
    Scene scene;
    auto command = scene.host.channel.wrap(*apdu::parse(hex(Level)));
    command[0] |= 0x01;
    EXPECT_EQ(scene.host.channel.unwrap(scene.card.send(command)), "D301B39000");
}

}  // namespace
}  // namespace domain_test
