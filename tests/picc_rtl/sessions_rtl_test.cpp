// Recorded and published MIFARE Classic sessions through the card's RTL, bit for bit with parity.
// Sources: fact sheet mifare-classic.md 3.1 to 3.7; $CARTOUCHE_DATA/crypto1/sessions.json.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "mifare_reader.hpp"
#include "picc_bench.hpp"

namespace picc_rtl {
namespace {

/// Air bits of "A1 E4! 58": a mark means that the parity bit differs from odd parity of that byte.
Bits air(const std::string& text) {
    Bits bits;
    for (std::size_t n = 0; n < text.size();) {
        if (text[n] == ' ') {
            ++n;
            continue;
        }
        const Bytes byte = hex(text.substr(n, 2));
        n += 2;
        const bool marked = n < text.size() && text[n] == '!';
        if (marked) ++n;
        const Bits one =
            standard_frame(byte, marked ? std::optional<std::size_t>{0} : std::nullopt);
        bits.insert(bits.end(), one.begin(), one.end());
    }
    return bits;
}

/// Air bits of bytes with their parity bits given as "0110".
Bits air(const std::string& bytes, const std::string& parity) {
    Bits bits;
    const Bytes all = hex(bytes);
    for (std::size_t n = 0; n < all.size(); ++n) {
        const Bits one = cut_frame({all[n]}, 8);
        bits.insert(bits.end(), one.begin(), one.end() - 1);
        bits.push_back(parity.at(n) == '1');
    }
    return bits;
}

Bits nibble(unsigned value) { return cut_frame({static_cast<std::uint8_t>(value)}, 4); }

/// Ticks from the start of a 4-byte frame to the start of its nt: the sheet's 4.1 and the air's one
/// tick.
constexpr Tick StartToNonce = 128 * 36 + 1300 + 34 + 1 + 128 * (35 - 9);

/// The generator's state at R that makes `nonce` the one of step `step`.
std::uint16_t seed_for(const Bytes& nonce, Tick step) {
    const Bytes at_start = successor(nonce, static_cast<unsigned>(65535 - step % 65535));
    return static_cast<std::uint16_t>(at_start[0] | (at_start[1] << 8));
}

/// The xorshift word before the step that ends in `nonce` (docs/choices.md, Nonces).
std::uint32_t word_before(const Bytes& nonce) {
    std::uint32_t word = 0;
    for (std::size_t n = 0; n < 4; ++n) word |= static_cast<std::uint32_t>(nonce[n]) << (8 * n);
    const auto undo = [&word](int left, int right) {
        std::uint32_t before = word;
        for (int n = 0; n < 32; ++n) before = word ^ (before << left >> right);
        word = before;
    };
    undo(5, 0);
    undo(0, 17);
    undo(13, 0);
    return word;
}

class Session {
public:
    Session(Card card, const Bytes& first_nonce) {
        // The first AUTH goes out at a fixed tick, so its step is known before the card is made.
        // Some recorded cards have nonces that no 16-bit LFSR makes.
        card.unpredictable = successor(first_nonce, 65535) != first_nonce;
        if (card.unpredictable) card.nonce_seed = word_before(first_nonce);
        card.prng_seed = seed_for(first_nonce, (FirstStart + StartToNonce) / 128);
        bench = std::make_unique<PiccBench>(card);
        reader = std::make_unique<MifareReader>(*bench);
        EXPECT_TRUE(reader->activate(card.uid));
        EXPECT_LT(bench->now(), bench->ready_tick() + FirstStart);
        bench->run_to(bench->ready_tick() + FirstStart);
    }
    void expect(const Bits& sent, const Bits& answer, std::int64_t index,
                std::optional<Tick> start = {}) {
        const Answer got = bench->exchange(sent, start, 5000);
        EXPECT_EQ(got.bits, answer) << to_text(got.bytes());
        if (!got.silent()) {
            EXPECT_EQ(got.index(), index);
        }
        last = got;
    }
    /// The start of a nested AUTH whose nonce comes `steps` after the one that began at
    /// `nonce_start`.
    [[nodiscard]] Tick start_after(Tick nonce_start, Tick steps) const {
        return nonce_start + 128 * steps - StartToNonce;
    }
    static constexpr Tick FirstStart = 90000;
    std::unique_ptr<PiccBench> bench;
    std::unique_ptr<MifareReader> reader;
    Answer last;
};

void set(PiccBench& bench, std::size_t block, const std::string& text) {
    const Bytes bytes = hex(text);
    ASSERT_EQ(bytes.size(), 16U);
    std::copy(bytes.begin(), bytes.end(), bench.memory[block].begin());
}

TEST(PiccSession, TestCipherKnowsThePublishedVectors) {
    // CRY-01 and CRY-02, for the reader's half that the other tests lean on.
    Crypto1 cipher;
    cipher.load(hex("FFFFFFFFFFFF"));
    Bytes stream;
    for (int n = 0; n < 4; ++n) stream.push_back(cipher.byte());
    EXPECT_EQ(stream, hex("FF3FE936"));
    EXPECT_EQ(cipher.state(), hex("FFFFA0ADE0F6"));
    cipher.load(hex("A0A1A2A3A4A5"));
    stream.clear();
    for (int n = 0; n < 4; ++n) stream.push_back(cipher.byte());
    EXPECT_EQ(stream, hex("70FDEA9D"));
    EXPECT_EQ(cipher.state(), hex("A4A5865F7B44"));
    const Bytes nonce = hex("01200145");
    EXPECT_EQ(successor(nonce, 1), hex("009080A2"));
    EXPECT_EQ(successor(nonce, 2), hex("00484051"));
    EXPECT_EQ(successor(nonce, 32), hex("C9761446"));
    EXPECT_EQ(successor(nonce, 64), hex("63E5BCA7"));
    EXPECT_EQ(successor(nonce, 96), hex("993730BD"));
    EXPECT_EQ(successor(nonce, 65535), nonce);
}

TEST(PiccSession, SessionA) {
    Card card;
    card.uid = hex("14579F69");
    Session session{card, hex("CE844261")};
    set(*session.bench, 20, "C26935CFDB95C4B4A27A84B8217AE9E4");
    set(*session.bench, 21, "493167C536C30F8E220B09675687067D");
    set(*session.bench, 22, "493167C536C30F8E220B09675687067D");
    set(*session.bench, 23, "091E639CB715 7E178869 B0B1B2B3B4B5");
    session.expect(air("60 14 50 2D"), air("CE 84 42 61"), 35);
    session.expect(air("F8049CCB0525C84F", "10111100"), air("9431CC40", "0100"), 9);
    session.expect(air("70 93 DF! 99"),
                   air("99 72! 42! 8C E2! E8 52! 3F! 45! 6B! 99 C8! 31 E7! 69! DC ED 09"), 18);
    session.expect(air("8C A6! 82 7B!"),
                   air("AB 79 7F D3 69! E8 B9! 3A 86! 77! 6B 40 DA! E3 EF 68 6E! FD!"), 18);
    session.expect(air("C3! C3! 81 BA!"),
                   air("49! E2! C9 DE F4 86! 8D! 17! 77 67! 0E 58 4C! 27! 23 02 86 F4!"), 18);
    session.expect(air("FB DC D7! C1!"),
                   air("4A BD 96! 4B! 07 D3! 56! 3A A0! 66! ED 0A 2E AC! 7F 63 12 BF"), 18);
    const Answer nested = session.bench->exchange(air("9F 91 49! EA!"), {}, 5000);
    EXPECT_EQ(nested.bits.size(), 36U);
    EXPECT_EQ(nested.index(), 35);
}

TEST(PiccSession, SessionB) {
    Card card;
    card.uid = hex("9C599B32");
    Session session{card, hex("82A4166C")};
    set(*session.bench, 0, "9C599B326C0804000000000000000000");
    session.expect(air("60 00 F5 7B"), air("82 A4 16 6C"), 35);
    Tick nonce = session.last.start;
    session.expect(air("A1 E4! 58 CE! 6E EA! 41 E0!"), air("5C! AD F4 39!"), 9);
    session.expect(air("8E 0E! 5D! B9"), air("5A! 92 0D! 85!"), 35,
                   session.start_after(nonce, 24786));
    nonce = session.last.start;
    session.expect(air("98! D7 6B! 77 D6 C6 E8 70"), air("CA 7E! 0B! 63!"), 9);
    session.expect(air("3E! 70 9C! 8A"), air("36! 41 24! 79"), 35,
                   session.start_after(nonce, 15222));
    nonce = session.last.start;
    session.expect(air("1B! 8C 3A! 48! 83 5A 4A! 27"), air("40! 6A! 99! 4B"), 9);
    session.expect(air("C9 7C 64! 13!"), air("B5! AB! 1D! 2B"), 35,
                   session.start_after(nonce, 53339));
    session.expect(air("7E! D2 5C! CA! 4B! 50! 88! C4"), air("BF DD 01 BE!"), 9);
    const Answer data = session.bench->exchange(air("56 98 49 D6!"), {}, 5000);
    EXPECT_EQ(data.bits.size(), 18U * 9U);
    EXPECT_EQ(data.index(), 18);
}

TEST(PiccSession, SessionC) {
    Card card;
    card.uid = hex("5C467F63");
    Session session{card, hex("4BBF8A12")};
    set(*session.bench, 7, "059E2905BFCC FF078069 000000000000");
    // A session with the transport key first; its own first nonce is the generator's one of that
    // tick. One period of the generator later the nested one is due.
    ASSERT_TRUE(session.reader->request_nonce(0x60, 0, hex("FFFFFFFFFFFF")));
    EXPECT_EQ(session.reader->nonce(), hex("4BBF8A12"));
    const Tick nonce = session.bench->now() - 1172 - 128 * 37;
    session.reader->open = false;
    const Bits proof = session.reader->proof(hex("11223344"));
    EXPECT_EQ(session.bench->exchange(proof).bits.size(), 36U);
    session.reader->open = true;
    for (int n = 0; n < 32; ++n) session.reader->cipher.step(false);  // {at}
    session.expect(session.reader->encrypt(with_crc({0x60, 0x04})), air("AB! B3! 0B! D1"), 35,
                   session.start_after(nonce, 65535));
    // The sheet marks the parity of {ar}; that of {nr} follows from nr 12345678 and the key.
    Crypto1 cipher;
    cipher.load(hex("059E2905BFCC"));
    const Bytes uid = hex("5C467F63");
    const Bytes nt = hex("4BBF8A12");
    const Bytes nr = hex("12345678");
    for (std::size_t n = 0; n < 4; ++n) cipher.byte(static_cast<std::uint8_t>(uid[n] ^ nt[n]));
    std::string parity;
    for (const std::uint8_t byte : nr) {
        cipher.byte(byte);
        parity += ((__builtin_popcount(byte) & 1) == 0) ^ cipher.key_bit() ? '1' : '0';
    }
    Bits sent = air("46033966", parity);
    const Bits ar = air("AD C1! 81 62!");
    sent.insert(sent.end(), ar.begin(), ar.end());
    const Answer at = session.bench->exchange(sent, {}, 2000);
    EXPECT_EQ(at.bytes(), hex("2F2BC374"));
    EXPECT_EQ(at.index(), 9);
}

TEST(PiccSession, SessionD) {
    Session session{Card{}, hex("01200145")};
    session.expect(air("60 04 D1 3D"), air("01 20 01 45"), 35);
    session.expect(air("CD0646EDC69A4D00", "10000110"), air("9381F6AD", "1011"), 9);
    session.expect(air("5E524607", "1111"), nibble(0x3), 9);
    session.expect(air("6D5025C0F814C183A6CF4AD7D71DF28A15B7", "001011111100001011"), nibble(0xA),
                   9 + 4);
    session.expect(air("ECF375A2", "1100"), nibble(0xD), 18);
    session.expect(air("16DA0AB13594", "110000"), {}, 0);
    session.bench->run(67800);
    session.expect(air("A06CAC24", "0001"), nibble(0xB), 9 + 4);
    session.expect(air("08F277B4", "1101"),
                   air("1CFAF839C501470565282B3A46B20B911CFF", "010101100011110010"), 18);
    session.expect(air("79D069B8", "1110"), nibble(0x2), 9);
    EXPECT_EQ(to_text({session.bench->memory[4].begin(), session.bench->memory[4].end()}),
              "6E00000091FFFFFF6E00000004FB04FB");
}

/// Session D up to {at}.
Session open_session_d(const Card& card = {}) {
    Session session{card, hex("01200145")};
    session.expect(air("60 04 D1 3D"), air("01 20 01 45"), 35);
    session.expect(air("CD0646EDC69A4D00", "10000110"), air("9381F6AD", "1011"), 9);
    return session;
}

TEST(PiccSession, AnswersOfThePlanAfterSessionD) {
    {
        SCOPED_TRACE("CLS-03");
        Session session = open_session_d();
        session.expect(air("CE163B1A", "1111"), nibble(0xD), 9);
    }
    {
        SCOPED_TRACE("CLS-17");
        Session session = open_session_d();
        session.expect(air("CE521B1F", "1101"), nibble(0xC), 9);
    }
    {
        SCOPED_TRACE("CLS-22");
        Session session = open_session_d();
        session.expect(air("AE566A3D", "1001"), {}, 9);
        EXPECT_TRUE(session.bench->exchange(short_frame(0x26)).silent());
        EXPECT_EQ(session.bench->exchange(short_frame(0x52)).bytes(), hex("0400"));
    }
    {
        SCOPED_TRACE("CLS-23");
        Session session = open_session_d();
        session.expect(air("50 00 57 CD"), nibble(0xC), 9);
        EXPECT_EQ(session.bench->exchange(short_frame(0x26)).bytes(), hex("0400"));
    }
}

TEST(PiccSession, ParityOfZeroProofLeaksFourKeystreamBits) {
    // CRY-10, CRY-11
    for (const bool silent : {false, true}) {
        Card card;
        card.nak_silent = silent;
        for (unsigned vector = 0; vector < 256; ++vector) {
            if (silent && vector % 8 != 6) continue;  // every eighth, the right one among them
            Session session{card, hex("01200145")};
            session.expect(air("60 04 D1 3D"), air("01 20 01 45"), 35);
            std::string parity;
            for (unsigned n = 0; n < 8; ++n) parity += ((vector >> (7 - n)) & 1) != 0 ? '1' : '0';
            const bool leaks = !silent && parity == "01110110";
            session.expect(air("0000000000000000", parity), leaks ? nibble(3) : Bits{}, 9);
            EXPECT_EQ(session.bench->exchange(short_frame(0x26)).bytes(), hex("0400"));
        }
    }
}

TEST(PiccSession, SevenByteUidFeedsItsSecondLevel) {
    // CRY-16
    Card card;
    card.uid = hex("04183F09321B85");
    card.atqa = 0x0044;
    Session session{card, hex("01200145")};
    session.expect(air("60 04 D1 3D"), air("01 20 01 45"), 35);
    Crypto1 cipher;
    cipher.load(hex("FFFFFFFFFFFF"));
    const Bytes uid = hex("09321B85"), nt = hex("01200145"), plain = hex("1122334463E5BCA7");
    for (std::size_t n = 0; n < 4; ++n) cipher.byte(static_cast<std::uint8_t>(uid[n] ^ nt[n]));
    Bytes sent;
    std::string parity;
    for (std::size_t n = 0; n < 8; ++n) {
        sent.push_back(
            static_cast<std::uint8_t>(plain[n] ^ cipher.byte(n < 4 ? plain[n] : std::uint8_t{0})));
        parity += ((__builtin_popcount(plain[n]) & 1) == 0) ^ cipher.key_bit() ? '1' : '0';
    }
    EXPECT_EQ(sent, hex("786ED994F9098D37"));
    const Answer answer = session.bench->exchange(air(to_text(sent), parity), {}, 2000);
    EXPECT_EQ(answer.bytes(), hex("4D5CB566"));
}

TEST(PiccSession, SharedSessionsFile) {
    const char* folder = std::getenv("CARTOUCHE_DATA");
    if (folder == nullptr) GTEST_SKIP() << "CARTOUCHE_DATA is not set";
    std::ifstream file{std::string{folder} + "/crypto1/sessions.json"};
    ASSERT_TRUE(file);
    int sessions = 0;
    for (const auto& entry : nlohmann::json::parse(file)) {
        if (entry.at("nested").get<bool>()) continue;  // session C above
        SCOPED_TRACE(entry.at("name").get<std::string>());
        const auto field = [&entry](const char* name) {
            return hex(entry.at(name).get<std::string>());
        };
        const auto block = static_cast<std::uint8_t>(entry.value("block", 0));
        Card card;
        card.uid = field("uid");
        Session session{card, field("nt")};
        auto& trailer = session.bench->memory[block / 4U * 4U + 3U];
        const Bytes key = field("key");
        std::copy(key.begin(), key.end(), trailer.begin());
        ASSERT_TRUE(session.reader->request_nonce(0x60, block, key));
        EXPECT_EQ(session.reader->nonce(), field("nt"));
        const Bits proof = session.reader->proof(field("nr"));
        Bytes sent = field("nr_enc");
        for (const std::uint8_t byte : field("ar_enc")) sent.push_back(byte);
        Answer as_bytes;
        as_bytes.bits = proof;
        EXPECT_EQ(as_bytes.bytes(), sent);
        const Answer answer = session.bench->exchange(proof, {}, 2000);
        session.reader->open = true;
        EXPECT_EQ(session.reader->decrypt(answer).data, field("at"));
        if (entry.contains("at_enc")) {
            EXPECT_EQ(answer.bytes(), field("at_enc"));
        }
        ++sessions;
        if (!entry.contains("frames")) continue;
        const auto& frames = entry.at("frames");
        // The blocks hold what the recording shows.
        for (std::size_t n = 0; n + 1 < frames.size(); n += 2) {
            const Bytes command = hex(frames[n].at("plain").get<std::string>());
            const Bytes data = hex(frames[n + 1].at("plain").get<std::string>());
            for (std::size_t at = 0; at < 16; ++at) {
                if (command[1] % 4 == 3 && (at < 6 || at > 9)) continue;  // keys read as zero
                session.bench->memory[command[1]][at] = data[at];
            }
        }
        for (std::size_t n = 0; n + 1 < frames.size(); n += 2) {
            const auto bits = [](const nlohmann::json& frame) {
                return air(frame.at("enc").get<std::string>(),
                           frame.at("parity_on_air").get<std::string>());
            };
            session.expect(bits(frames[n]), bits(frames[n + 1]), 18);
        }
    }
    EXPECT_EQ(sessions, 5);
}

}  // namespace
}  // namespace picc_rtl
