// Crypto1 and authentication over the air (test plan, CRY rows; CRY-01 and CRY-02 are tests of the
// room).
#include "mifare_cards.hpp"

namespace system_test {
namespace {

class Crypto1 : public LevelTest {
protected:
    static constexpr Tick FieldOff = 67'800;

    /// Sends what was recorded; the answer as bits.
    const Bits& play(std::string_view hex, std::string_view parity) {
        send(with_parity(hex, parity));
        return reply().bits;
    }
    /// AUTH in clear whose nonce is drawn `steps` bit times after the one of the AUTH at `first`.
    void next_auth_at(Tick first, Tick steps) { next_start(first + 128 * steps); }
};
ON_BOTH_LEVELS(Crypto1);

constexpr std::string_view Default = "FF FF FF FF FF FF";

/// "01 20! 45" -> bits, "!" = transmitted parity is not the odd parity of the byte, as proxmark
/// users write it.
Bits marked(std::string_view text) {
    Bits bits;
    for (std::size_t at = 0; at + 1 < text.size();) {
        if (text[at] == ' ') {
            ++at;
            continue;
        }
        Bits byte = bytes(text.substr(at, 2));
        at += 2;
        if (at < text.size() && text[at] == '!') {
            byte[8] ^= 1U;
            ++at;
        }
        bits.insert(bits.end(), byte.begin(), byte.end());
    }
    return bits;
}

/// The data bytes of whole bytes with parity, whatever the parity.
std::string data_of(const Bits& bits) {
    Bytes data;
    for (std::size_t at = 0; at + 9 <= bits.size(); at += 9) {
        std::uint8_t byte = 0;
        for (unsigned bit = 0; bit < 8; ++bit)
            byte = static_cast<std::uint8_t>(byte | bits[at + bit] << bit);
        data.push_back(byte);
    }
    return base::to_hex(data, " ");
}

Bits nibble(unsigned value) { return low_bits(value, 4); }

TEST_P(Crypto1, CRY_02_SuccessorsOfANonceFollowInTime) {
    place(with_nonce(c1k(), "01 20 01 45", first_nonce_step()));
    struct Vector {
        Tick steps;
        const char* nonce;
    };
    for (const Vector& vector :
         {Vector{0, "01 20 01 45"}, Vector{1, "00 90 80 A2"}, Vector{2, "00 48 40 51"},
          Vector{32, "C9 76 14 46"}, Vector{64, "63 E5 BC A7"}, Vector{96, "99 37 30 BD"},
          Vector{65'535, "01 20 01 45"}}) {
        field_off(FieldOff);
        to_active();
        wait(128 * vector.steps);
        send("60 04 D1 3D");
        EXPECT_EQ(data_of(reply().bits), vector.nonce) << vector.steps << " steps";
    }
}

TEST_P(Crypto1, CRY_03_NoncesComeFromTheGenerator) {
    place(c1k());
    std::uint32_t random = 0x14443;
    SCOPED_TRACE(testing::Message() << "seed " << random);
    for (int i = 0; i < 1000; ++i) {
        to_active();
        random = crypto1::xorshift(random);
        wait(random % 4096);
        send("60 04 D1 3D");
        ASSERT_EQ(reply().bits.size(), 36U);
        Bits n;
        for (unsigned bit = 0; bit < 36; ++bit)
            if (bit % 9 != 8) n.push_back(reply().bits[bit]);
        for (unsigned k = 0; k < 16; ++k)
            ASSERT_EQ(n[k + 16], n[k] ^ n[k + 2] ^ n[k + 3] ^ n[k + 5])
                << "nonce " << i << " bit " << k;
        EXPECT_EQ(short_frame(0x26), "silent");
    }
}

TEST_P(Crypto1, CRY_04_TheGeneratorStepsOnceInABitTime) {
    place(with_nonce(c1k(), "01 20 01 45", first_nonce_step()));
    to_active();
    EXPECT_EQ(send("60 04 D1 3D"), "01 20 01 45");
    const Tick first = reply().start;
    EXPECT_EQ(short_frame(0x26), "silent");
    to_active();
    next_auth_at(first, 1000 + 1024);
    send("60 04 D1 3D");
    const auto expected = crypto1::nonce_bytes(crypto1::successor(0x45012001, 1000 + 1024));
    EXPECT_EQ(reply().text(), base::to_hex(expected, " "));
}

TEST_P(Crypto1, CRY_05_SessionAIsReproduced) {
    Card card = with_uid(c1k(), "14 57 9F 69");
    card = with_block(card, 0x14, "C2 69 35 CF DB 95 C4 B4 A2 7A 84 B8 21 7A E9 E4");
    card = with_block(card, 0x15, "49 31 67 C5 36 C3 0F 8E 22 0B 09 67 56 87 06 7D");
    card = with_block(card, 0x16, "49 31 67 C5 36 C3 0F 8E 22 0B 09 67 56 87 06 7D");
    card = with_block(card, 0x17, "09 1E 63 9C B7 15 7E 17 88 69 00 00 00 00 00 00");
    place(with_nonce(card, "CE 84 42 61", first_nonce_step()));
    to_active();
    EXPECT_EQ(send("60 14 50 2D"), "CE 84 42 61");
    EXPECT_EQ(play("F8 04 9C CB 05 25 C8 4F", "10111100"), with_parity("94 31 CC 40", "0100"));
    send(marked("70 93 DF! 99"));
    EXPECT_EQ(reply().bits,
              marked("99 72! 42! 8C E2! E8 52! 3F! 45! 6B! 99 C8! 31 E7! 69! DC ED 09"));
    send(marked("8C A6! 82 7B!"));
    EXPECT_EQ(reply().bits, marked("AB 79 7F D3 69! E8 B9! 3A 86! 77! 6B 40 DA! E3 EF 68 6E! FD!"));
    send(marked("C3! C3! 81 BA!"));
    EXPECT_EQ(reply().bits,
              marked("49! E2! C9 DE F4 86! 8D! 17! 77 67! 0E 58 4C! 27! 23 02 86 F4!"));
    send(marked("FB DC D7! C1!"));
    EXPECT_EQ(reply().bits, marked("4A BD 96! 4B! 07 D3! 56! 3A A0! 66! ED 0A 2E AC! 7F 63 12 BF"));
    send(marked("9F 91 49! EA!"));
    EXPECT_EQ(reply().bits.size(), 36U) << "nested AUTH with key B";
}

TEST_P(Crypto1, CRY_06_SessionBWithThreeNestedAuthenticationsIsReproduced) {
    place(with_nonce(with_uid(c1k(), "9C 59 9B 32"), "82 A4 16 6C", first_nonce_step()));
    to_active();
    EXPECT_EQ(send("60 00 F5 7B"), "82 A4 16 6C");
    Tick auth = reply().start;
    send(marked("A1 E4! 58 CE! 6E EA! 41 E0!"));
    EXPECT_EQ(reply().bits, marked("5C! AD F4 39!"));
    struct Nested {
        const char *auth, *nonce, *token, *proof;
        Tick distance;
    };
    for (const Nested& nested : {Nested{"8E 0E! 5D! B9", "5A! 92 0D! 85!",
                                        "98! D7 6B! 77 D6 C6 E8 70", "CA 7E! 0B! 63!", 24'786},
                                 Nested{"3E! 70 9C! 8A", "36! 41 24! 79",
                                        "1B! 8C 3A! 48! 83 5A 4A! 27", "40! 6A! 99! 4B", 15'222},
                                 Nested{"C9 7C 64! 13!", "B5! AB! 1D! 2B",
                                        "7E! D2 5C! CA! 4B! 50! 88! C4", "BF DD 01 BE!", 53'339}}) {
        next_auth_at(auth, nested.distance);
        send(marked(nested.auth));
        auth = reply().start;
        EXPECT_EQ(reply().bits, marked(nested.nonce));
        send(marked(nested.token));
        EXPECT_EQ(reply().bits, marked(nested.proof));
    }
    send(marked("56 98 49 D6!"));
    EXPECT_EQ(reply().bits.size(), 18U * 9) << "READ of block 0";
}

TEST_P(Crypto1, CRY_08_SessionCNestedIsReproduced) {
    constexpr unsigned Later = 1000;
    Card card = with_uid(c1k(), "5C 46 7F 63");
    card = with_block(card, 7, "05 9E 29 05 BF CC FF 07 80 69 FF FF FF FF FF FF");
    place(with_nonce(card, "4B BF 8A 12", first_nonce_step() + Later));
    to_active();
    MifareSession session{*this};
    ASSERT_TRUE(session.request_nonce(0x60, 0));
    const Tick first = reply().start;
    ASSERT_NE(session.finish(session.token()), "silent");
    next_auth_at(first, Later);
    ASSERT_TRUE(session.request_nonce(0x60, 4, "05 9E 29 05 BF CC"));
    EXPECT_EQ(reply().bits, marked("AB! B3! 0B! D1"));
    // The record has nr encrypted only: 46 03 39 66.
    crypto1::Cipher cipher;
    cipher.load(base::SectorKey{{0x05, 0x9E, 0x29, 0x05, 0xBF, 0xCC}});
    constexpr std::array<std::uint8_t, 4> NonceAndUid{0x4B ^ 0x5C, 0xBF ^ 0x46, 0x8A ^ 0x7F,
                                                      0x12 ^ 0x63};
    for (const std::uint8_t byte : NonceAndUid) cipher.byte(byte);
    Bytes nr{0x46, 0x03, 0x39, 0x66};
    for (std::uint8_t& byte : nr)
        byte = static_cast<std::uint8_t>(byte ^ cipher.byte_encrypted(byte));
    const Bits token = session.token(base::to_hex(nr));
    EXPECT_EQ(Bits(token.begin() + 36, token.end()), marked("AD C1! 81 62!"));
    send(token);
    EXPECT_EQ(data_of(reply().bits), "2F 2B C3 74");
}

TEST_P(Crypto1, CRY_09_SessionDIsReproduced) {
    place(with_nonce(c1k(), "01 20 01 45", first_nonce_step()));
    to_active();
    EXPECT_EQ(send("60 04 D1 3D"), "01 20 01 45");
    EXPECT_EQ(play("CD 06 46 ED C6 9A 4D 00", "10000110"), with_parity("93 81 F6 AD", "1011"));
    EXPECT_EQ(play("5E 52 46 07", "1111"), nibble(0x3));
    EXPECT_EQ(play("6D 50 25 C0 F8 14 C1 83 A6 CF 4A D7 D7 1D F2 8A 15 B7", "001011111100001011"),
              nibble(0xA));
    EXPECT_EQ(play("EC F3 75 A2", "1100"), nibble(0xD));
    play("16 DA 0A B1 35 94", "110000");
    EXPECT_TRUE(reply().silent);
    EXPECT_EQ(play("A0 6C AC 24", "0001"), nibble(0xB));
    EXPECT_EQ(
        play("08 F2 77 B4", "1101"),
        with_parity("1C FA F8 39 C5 01 47 05 65 28 2B 3A 46 B2 0B 91 1C FF", "010101100011110010"));
    EXPECT_EQ(play("79 D0 69 B8", "1110"), nibble(0x2));
    EXPECT_EQ(text_of_block(memory(), 4), Value110);
}

TEST_P(Crypto1, CRY_10_RightParityOfAWrongTokenLeaksANak) {
    place(with_nonce(c1k(), "01 20 01 45", first_nonce_step()));
    to_active();
    EXPECT_EQ(send("60 04 D1 3D"), "01 20 01 45");
    EXPECT_EQ(play("00 00 00 00 00 00 00 00", "01110110"), nibble(0x3));
    expect_idle();
}

TEST_P(Crypto1, CRY_11_WrongParityOfATokenIsMetWithSilence) {
    place(with_nonce(c1k(), "01 20 01 45", first_nonce_step()));
    for (unsigned vector = 0; vector < 256; ++vector) {
        if (vector == 0b0110'1110) continue;  // 0 1 1 1 0 1 1 0, the first in bit 0
        SCOPED_TRACE(testing::Message() << "parity vector " << vector);
        field_off(FieldOff);
        to_active();
        ASSERT_EQ(send("60 04 D1 3D"), "01 20 01 45");
        std::string parity;
        for (unsigned i = 0; i < 8; ++i) parity += ((vector >> i) & 1U) != 0 ? '1' : '0';
        play("00 00 00 00 00 00 00 00", parity);
        ASSERT_TRUE(reply().silent);
        expect_idle();
    }
}

TEST_P(Crypto1, CRY_11_AHardenedCardIsAlwaysSilent) {
    Card card = with_nonce(c1k(), "01 20 01 45", first_nonce_step());
    card.profile.nak_silent = true;
    place(card);
    for (unsigned vector = 0; vector < 256; ++vector) {
        SCOPED_TRACE(testing::Message() << "parity vector " << vector);
        field_off(FieldOff);
        to_active();
        ASSERT_EQ(send("60 04 D1 3D"), "01 20 01 45");
        std::string parity;
        for (unsigned i = 0; i < 8; ++i) parity += ((vector >> i) & 1U) != 0 ? '1' : '0';
        play("00 00 00 00 00 00 00 00", parity);
        ASSERT_TRUE(reply().silent);
        expect_idle();
    }
}

TEST_P(Crypto1, CRY_12_AWrongProofOfAWokenCardLeadsToHalt) {
    place(c1k());
    to_active_star();
    MifareSession session{*this};
    ASSERT_TRUE(session.request_nonce(0x60, 4));
    EXPECT_EQ(session.finish(session.token("11 22 33 44", "00 00 00 00")), "5");
    expect_halted();
    select();
    EXPECT_EQ(send("30 04 26 EE"), "4") << "the cipher is off: a NAK in clear";
}

TEST_P(Crypto1, CRY_13_NestedAuthenticationMovesToAnotherSector) {
    place(with_block(c1k(), 11, "A0 A1 A2 A3 A4 A5 FF 07 80 69 FF FF FF FF FF FF"));
    to_active();
    MifareSession session{*this};
    ASSERT_TRUE(session.authenticate(0x60, 4));
    ASSERT_TRUE(session.authenticate(0x60, 8, "A0 A1 A2 A3 A4 A5"));
    EXPECT_EQ(session.command("30 08").size(), 18U * 3 - 1);
    EXPECT_EQ(session.command("30 04"), "4");
}

TEST_P(Crypto1, CRY_14_AFailedNestedAuthenticationEndsTheOldSession) {
    place(with_block(c1k(), 11, "A0 A1 A2 A3 A4 A5 FF 07 80 69 FF FF FF FF FF FF"));
    to_active();
    MifareSession session{*this};
    ASSERT_TRUE(session.authenticate(0x60, 4));
    EXPECT_FALSE(session.authenticate(0x60, 8, Default)) << "wrong key";
    expect_idle();
    select();
    EXPECT_EQ(send("30 04 26 EE"), "4") << "the cipher is off: a NAK in clear";
}

TEST_P(Crypto1, CRY_15_NestedAuthenticationChangesTheRights) {
    place(with_block(c1k(), 7, "FF FF FF FF FF FF 78 77 88 69 FF FF FF FF FF FF"));
    to_active();
    MifareSession session{*this};
    ASSERT_TRUE(session.authenticate(0x60, 4));
    ASSERT_TRUE(session.authenticate(0x61, 4));
    EXPECT_EQ(session.command("A0 04"), "A");
}

TEST_P(Crypto1, CRY_16_TheLastFourBytesOfADoubleUidCount) {
    place(with_nonce(c1k7(), "01 20 01 45", first_nonce_step(2)));
    to_active();
    MifareSession session{*this};
    ASSERT_TRUE(session.request_nonce(0x60, 4));
    const Bits token = session.token("11 22 33 44");
    EXPECT_EQ(data_of(token), "78 6E D9 94 F9 09 8D 37");
    send(token);
    EXPECT_EQ(data_of(reply().bits), "4D 5C B5 66");
}

TEST_P(Crypto1, CRY_17_TheNuidCountsWhenItIsPersonalised) {
    // Configuration byte 61: personalised as UIDF3 (docs/choices.md).
    store::SectorStore& store = place(with_nonce(c1k7(), "01 20 01 45", first_nonce_step(1)));
    port::Block configuration{};
    configuration[0] = 0x61;
    store.program(port::ConfigurationBlock, configuration, 0);
    to_ready();
    EXPECT_EQ(send(with_crc("93 70 4F 50 5D 7D 3F")), "08 B6 DD");
    MifareSession session{*this, "4F 50 5D 7D"};
    ASSERT_TRUE(session.request_nonce(0x60, 4));
    ASSERT_EQ(reply().text(), "01 20 01 45");
    const Bits token = session.token("11 22 33 44");
    EXPECT_EQ(data_of(token), "77 3E FA 70 0C B2 1E CC");
    send(token);
    EXPECT_EQ(data_of(reply().bits), "22 15 C7 6E");
}

TEST_P(Crypto1, CRY_18_ATokenOfAnotherLengthIsMetWithSilence) {
    place(c1k());
    for (int run = 0; run < 3; ++run) {
        SCOPED_TRACE(testing::Message() << "run " << run);
        to_active();
        MifareSession session{*this};
        ASSERT_TRUE(session.request_nonce(0x60, 4));
        Bits token = session.token();
        if (run == 0) token.resize(63);
        if (run == 1) {
            const Bits more = bytes("00");
            token.insert(token.end(), more.begin(), more.end());
        }
        if (run == 2) token = low_bits(0x26, 7);
        EXPECT_EQ(send(token), "silent");
        expect_idle();
        field_off(FieldOff);
    }
}

TEST_P(Crypto1, CRY_19_ABrokenAuthCommandIsMetWithSilence) {
    place(c1k());
    to_active();
    EXPECT_EQ(send("60 00 F5 7A"), "silent");
    expect_idle();
    field_off(FieldOff);
    to_active();
    EXPECT_EQ(send(flipped(bytes("60 00 F5 7B"), 8)), "silent");
    expect_idle();
}

TEST_P(Crypto1, CRY_20_ABrokenNestedAuthIsAnsweredWithFive) {
    place(c1k());
    to_active();
    MifareSession session{*this};
    ASSERT_TRUE(session.authenticate(0x60, 4));
    EXPECT_EQ(session.clear(bytes("60 08 BD F6")), "5");
    expect_idle();
}

TEST_P(Crypto1, CRY_21_IdleTimeClocksNothing) {
    place(c1k_with_value());
    to_active();
    MifareSession session{*this};
    ASSERT_TRUE(session.authenticate(0x60, 4));
    wait(1'356'000);  // 100 ms
    EXPECT_EQ(session.command("30 04"), with_crc_text(Value100));
}

/// A card that follows session A and notes what the reader sends.
class SessionACard {
public:
    std::optional<Bits> answer(const port::AirFrame& frame) {
        heard.push_back(frame.bits);
        if (frame.bits == bytes("60 14 50 2D")) return bytes("CE 84 42 61");
        if (frame.bits.size() == 72) return proof;
        return std::nullopt;
    }
    std::vector<Bits> heard{};
    Bits proof = with_parity("94 31 CC 40", "0100");
};

port::AuthRequest session_a(Tick start) {
    port::AuthRequest request;
    request.block = 0x14;
    request.key = base::SectorKey{{0x09, 0x1E, 0x63, 0x9C, 0xB7, 0x15}};
    request.uid = {0x14, 0x57, 0x9F, 0x69};
    request.nr = {0x76, 0xBD, 0xC1, 0x26};
    request.start = start;
    return request;
}

TEST_P(Crypto1, CRY_07_TheReaderReproducesSessionA) {
    SessionACard card;
    ScriptedAnswers script{[&card](const port::AirFrame& frame) { return card.answer(frame); }};
    place(script);
    field_on();
    const port::AuthAnswer answer = world().authenticate(session_a(next_start()));
    EXPECT_EQ(answer.status, port::AuthStatus::Ok);
    EXPECT_TRUE(world().crypto1_on());
    ASSERT_EQ(card.heard.size(), 2U);
    EXPECT_EQ(card.heard[1], with_parity("F8 04 9C CB 05 25 C8 4F", "10111100"));
}

TEST_P(Crypto1, CRY_22_TheReaderRefusesAWrongProof) {
    SessionACard card;
    card.proof[3] ^= 1U;
    ScriptedAnswers script{[&card](const port::AirFrame& frame) { return card.answer(frame); }};
    place(script);
    field_on();
    const port::AuthAnswer answer = world().authenticate(session_a(next_start()));
    EXPECT_EQ(answer.status, port::AuthStatus::Refused);
    EXPECT_FALSE(world().crypto1_on());
    port::Request request;
    request.data = {0x30, 0x14};
    request.tx_crc = true;
    request.start = answer.end + 2048;
    static_cast<void>(world().exchange(request));
    ASSERT_EQ(card.heard.size(), 3U);
    EXPECT_EQ(card.heard[2], bytes("30 14 A7 FE")) << "sent in clear";
}

}  // namespace
}  // namespace system_test
