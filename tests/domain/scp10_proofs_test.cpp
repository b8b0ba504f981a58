// SCP10: commands, proofs and key blocks that are refused, and their limit (docs/choices.md,
// SCP10).
#include "scp10_steps.hpp"

namespace domain_test {
namespace {

struct BadCommand {
    const char* what;
    bool transport;
    std::size_t after;  ///< right steps before
    const char* command;
    const char* answer;
};

TEST(Scp10Proofs, CommandsThatSayTheWrongThing) {
    const std::vector<BadCommand> all{
        {"no data", false, 0, "002281B6", "6A80"},
        {"short name", false, 0, "002281B60A83080102030405060708", "6A80"},
        {"other tag", false, 0, "002281B60E840C000000000102030405060708", "6A80"},
        {"two names", false, 0, "002281B6108300830C000000000102030405060708", "6A80"},
        {"P1 P2", false, 0, "002281B70E830C000000000102030405060708", "6A86"},
        {"P1 P2", false, 0, "0022F301", "6A86"},
        {"self-descriptive", false, 0, "002A00BE0101", "6A86"},
        {"P1", false, 1, "002A80860101", "6A86"},
        {"other entity", false, 1, "0022C1A412830C000000000000000000000A0284021001", "6A88"},
        {"other version", false, 1, "0022C1A412830C000000000000000000000A0184021101", "6A88"},
        {"other id", false, 1, "0022C1A412830C000000000000000000000A0184021002", "6A88"},
        {"no entity", false, 1, "0022C1A40484021001", "6A80"},
        {"no key", false, 1, "0022C1A40E830C000000000000000000000A01", "6A80"},
        {"order", false, 1, "0022C1A41284021001830C000000000000000000000A01", "6A80"},
        {"one more", false, 1, "0022C1A414830C000000000000000000000A01840210018000", "6A80"},
        {"other serial", false, 2, "00880000103DE0938ADD6194FD0000000000000A0200", "6A80"},
        {"short", false, 2, "008800000F3DE0938ADD6194FD0000000000000A00", "6700"},
        {"long", false, 2, "00880000113DE0938ADD6194FD0000000000000A010000", "6700"},
        {"P2", false, 2, "00880001103DE0938ADD6194FD0000000000000A0100", "6A86"},
        {"16 bytes", false, 3, "0084000010", "6700"},
        {"no Le", false, 3, "00840000", "6700"},
        {"data", false, 3, "00840000010108", "6700"},
        {"P1", false, 3, "0084010008", "6A86"},
        {"short", false, 4, "008200000101", "6700"},
        {"P1", false, 4, "008201000101", "6A86"},
        {"entity too", true, 1, "002241B812830C000000000000000000000A0184021001", "6A80"},
        {"other version", true, 1, "002241B80484022001", "6A88"},
        {"short", true, 2, "002A80840101", "6700"},
        {"other entity", true, 3, "002281A40E830C000000000000000000000A02", "6A88"},
        {"no name", true, 3, "002281A40484021001", "6A80"},
        {"8 bytes", true, 4, "0084000008", "6700"},
        {"short", true, 5, "008200000101", "6700"},
    };
    for (const auto& bad : all) {
        SCOPED_TRACE(testing::Message() << bad.what << " " << bad.command);
        Card card = new_card();
        Scp10Host host{card, Entity::usual()};
        walk(host, bad.transport, bad.after);
        EXPECT_EQ(card.send(bad.command), bad.answer);
        expect_dropped(card);
    }
}

TEST(Scp10Proofs, ChallengeTakesTheMostAsLe) {
    for (const bool transport : {false, true}) {
        Card card = new_card();
        Scp10Host host{card, Entity::usual()};
        walk(host, transport, transport ? 4 : 3);
        EXPECT_EQ(card.send("0084000000").size(), transport ? 36U : 20U);
    }
}

/// What changes before EXTERNAL AUTHENTICATE.
void expect_no_proof(bool transport, const std::function<void(Scp10Host&)>& bend) {
    Card card = new_card();
    Scp10Host host{card, Entity::usual()};
    walk(host, transport, transport ? 5 : 4);
    bend(host);
    EXPECT_EQ(host.external(), "6300");
    expect_dropped(card);
}

TEST(Scp10Proofs, ProofOfAnythingElseIsRefused) {
    for (const bool transport : {false, true}) {
        SCOPED_TRACE(transport);
        expect_no_proof(transport, [](auto& host) { host.entity.key = Rsa{rsa::Other}; });
        expect_no_proof(transport, [](auto& host) { host.card_random[0] ^= 0x80; });
        expect_no_proof(transport, [](auto& host) { host.card_random.back() ^= 0x01; });
        expect_no_proof(transport, [](auto& host) { host.card_serial[7] ^= 0x01; });
    }
    expect_no_proof(false, [](auto& host) { host.card_key = Rsa{rsa::Other}; });
    expect_no_proof(true, [](auto& host) { host.aid.back() ^= 0x01; });
    expect_no_proof(true, [](auto& host) { host.heard[0] ^= 0x01; });
    expect_no_proof(true, [](auto& host) { host.heard.back() ^= 0x01; });
    expect_no_proof(true, [](auto& host) { host.heard.clear(); });
    expect_no_proof(true, [](auto& host) { host.heard.push_back(0x00); });
}

TEST(Scp10Proofs, BlocksInAnotherFrameAreRefused) {
    for (const auto& [begin, end] :
         {std::pair{"6B", "BC"}, {"4A", "BC"}, {"6A", "BD"}, {"6A", "BC"}}) {
        for (std::uint8_t i = 1; i <= 6; ++i) {
            Card card = new_card();
            Scp10Host host{card, Entity::usual()};
            walk(host, false, 4);
            host.host_prnd = Bytes{i};
            host.block_begin = begin;
            host.block_end = end;
            const bool right = begin == std::string_view{"6A"} && end == std::string_view{"BC"};
            EXPECT_EQ(host.external(), right ? "9000" : "6300") << begin << " " << end;
        }
    }
}

TEST(Scp10Proofs, LimitHoldsForOpeningsBesideEachOther) {
    Card card = new_card();
    std::vector<std::pair<domain::Session, Scp10Host>> all;
    for (unsigned i = 0; i < 17; ++i) {
        Scp10Host host{card, Entity::usual()};
        walk(host, i % 2 == 0, i % 2 == 0 ? 2 : 4);
        host.key_block = hex("00");
        host.entity.key = Rsa{rsa::Other};
        all.emplace_back(card.session, host);
        card.session.close();
    }
    for (unsigned i = 0; i < all.size(); ++i) {
        card.session = all[i].first;
        const auto answer = i % 2 == 0 ? all[i].second.decipher() : all[i].second.external();
        const auto* wrong = i % 2 == 0 ? "6A80" : "6300";
        EXPECT_EQ(answer, i < 15 ? wrong : "6983") << i;
    }
}

TEST(Scp10Proofs, ProofWithOneBitWrongIsRefused) {
    for (const bool transport : {false, true}) {
        Card card = new_card();
        Scp10Host host{card, Entity::usual()};
        walk(host, transport, transport ? 5 : 4);
        const Card before{card};
        ASSERT_EQ(host.external(), "9000");
        for (std::size_t place = 7; place < host.last_sent.size(); place += 23) {
            Card other{before};
            auto bent = host.last_sent;
            bent[place] ^= 0x10;
            EXPECT_EQ(text(other.send(bent)), "6300") << place;
        }
    }
}

TEST(Scp10Proofs, RecordedOpeningIsRefused) {
    for (const bool transport : {false, true}) {
        Card card = new_card();
        Scp10Host host{card, Entity::usual()};
        ASSERT_TRUE(transport ? host.transport() : host.agree());
        const auto proof = host.last_sent;
        walk(host, transport, transport ? 5 : 4);
        EXPECT_EQ(text(card.send(proof)), "6300");
        expect_dropped(card);
    }
}

TEST(Scp10Proofs, KeysThatSomebodyElsePutInAreNotTaken) {
    Card card = new_card();
    Scp10Host host{card, Entity::usual()};
    walk(host, true, 2);
    auto others = host.key_block;
    others[6] ^= 0xFF;
    (void)card.send(apdu::Command{0x00, 0x2A, 0x80, 0x84, oaep(host.card_key, others), {}}.bytes());
    host.heard = host.heard + oaep(host.card_key, host.key_block);
    EXPECT_EQ(host.choose_signer(), "9000");
    EXPECT_EQ(host.challenge().size(), 36U);
    EXPECT_EQ(host.external(), "6300");
}

TEST(Scp10Proofs, KeyBlocksOfAnotherFormAreRefused) {
    const std::string enc = "404142434445464748494A4B4C4D4E4F";
    const std::string mac = "505152535455565758595A5B5C5D5E5F";
    const std::vector<std::string> blocks{
        "",
        "95013C",
        "95013C8010" + enc,
        "9501348010" + enc + "8110" + mac,
        "9501308010" + enc,
        "95013C8110" + enc + "8010" + mac,
        "95013C800F" + enc.substr(2) + "8110" + mac,
        "95013C8010" + enc + "8111" + mac + "00",
        "95013C8010" + enc + "8110" + mac + "00",
        "95013C8010" + enc + "8110" + mac + "9100",
        "8010" + enc + "8110" + mac + "95013C",
        "9502003C8010" + enc + "8110" + mac,
    };
    for (const auto& block : blocks) {
        Card card = new_card();
        Scp10Host host{card, Entity::usual()};
        host.key_block = hex(block);
        walk(host, true, 2);
        EXPECT_EQ(host.decipher(), "6A80") << block;
        expect_dropped(card);
    }
}

TEST(Scp10Proofs, CryptogramsThatAreNoOaepLookTheSame) {
    Card card = new_card();
    Scp10Host host{card, Entity::usual()};
    walk(host, true, 2);
    const Card before{card};
    const auto right = oaep(host.card_key, host.key_block);
    auto flipped = right;
    flipped[100] ^= 0x01;
    auto front = Bytes(256, 0x00);
    front[0] = 0x01;  // a block whose first byte is not 00
    std::set<std::pair<std::string, store::Tick>> seen;
    for (const auto& cryptogram :
         {flipped, host.card_key.n, Bytes(256, 0x00), host.card_key.encrypt(front),
          oaep(Rsa{rsa::Other}, host.key_block), oaep(host.card_key, hex("00"))}) {
        Card other{before};
        const auto answer =
            other.send(apdu::Command{0x00, 0x2A, 0x80, 0x84, cryptogram, {}}.bytes());
        seen.emplace(text(answer), other.work.now - before.work.now);
    }
    EXPECT_EQ(seen.size(), 1U) << "neither the answer nor its time tells why";
    EXPECT_EQ(seen.begin()->first, "6A80");
}

TEST(Scp10Proofs, FifteenWrongProofsBlockTheSet) {
    for (const bool transport : {false, true}) {
        SCOPED_TRACE(transport);
        Card card = new_card();
        const auto wrong = [&](unsigned count) {
            for (unsigned i = 0; i < count; ++i) {
                Scp10Host host{card, Entity::usual()};
                walk(host, transport, transport ? 5 : 4);
                host.entity.key = Rsa{rsa::Other};
                ASSERT_EQ(host.external(), "6300") << i;
            }
        };
        wrong(14);
        Scp10Host host{card, Entity::usual()};
        ASSERT_TRUE(transport ? host.transport() : host.agree()) << "and the count is 0 again";
        wrong(15);
        card.power_cycle();
        ASSERT_EQ(host.certificates(), "9000");
        EXPECT_EQ(host.choose_agreement(), "6983");
        expect_dropped(card);
        ASSERT_EQ(host.certificates(), "9000");
        EXPECT_EQ(host.choose_transport(), "6983");
        EXPECT_TRUE((Host{card, 0x30, 0x33}.opened())) << "other sets are not concerned";
    }
}

TEST(Scp10Proofs, EachDecipheringIsCounted) {
    Card card = new_card();
    for (unsigned i = 0; i < 15; ++i) {
        Scp10Host host{card, Entity::usual()};
        walk(host, true, 2);
        host.key_block = hex("00");
        ASSERT_EQ(host.decipher(), "6A80");
    }
    Scp10Host host{card, Entity::usual()};
    walk(host, true, 1);
    EXPECT_EQ(host.choose_transport(), "6983");
}

TEST(Scp10Proofs, TryIsCountedBeforeItIsLookedAt) {
    Card card = new_card();
    Scp10Host host{card, Entity::usual()};
    walk(host, false, 4);
    host.entity.key = Rsa{rsa::Other};
    const Card before{card};
    ASSERT_EQ(host.external(), "6300");
    const auto ready = card.work.now;
    // Power goes while the card still reckons: the try is in the memory.
    unsigned tries = 0;
    for (Card other{before}; tries < 20; ++tries) {
        Scp10Host again{other, Entity::usual()};
        ASSERT_EQ(again.certificates(), "9000");
        if (again.choose_agreement() == "6983") break;
        ASSERT_EQ(status(again.internal()), "9000");
        ASSERT_EQ(status(again.challenge()), "9000");
        again.entity.key = Rsa{rsa::Other};
        const auto start = other.work.now;
        ASSERT_EQ(again.external(), "6300");
        other.cut(start + (ready - before.work.now) / 2);
    }
    EXPECT_EQ(tries, 15U);
}

}  // namespace
}  // namespace domain_test
