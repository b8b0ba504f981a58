// AUTHENTICATE of a type 2 memory on the card's RTL, against Crypto++ and a recorded session.
#include <cryptopp/aes.h>
#include <cryptopp/modes.h>

#include "recording.hpp"
#include "tag_bench.hpp"

namespace type2_rtl {
namespace {

using picc_rtl::short_frame;
using picc_rtl::standard_frame;
using picc_rtl::to_text;
using picc_rtl::with_crc;

constexpr std::int64_t OfStep = 35;  ///< n of both answers
constexpr Tick LongWait = 8000;

/// The reader's end: CBC, each message from a zero IV.
class Proof {
public:
    explicit Proof(Bytes key) : key_{std::move(key)} {}

    /// AF | E(RndB): RndB.
    Bytes first(const Bytes& answer) {
        begin();
        rnd_b_ = decrypt({answer.begin() + 1, answer.begin() + 17});
        return rnd_b_;
    }
    /// AF | E(RndA | RndB').
    Bytes second(const Bytes& rnd_a) {
        rnd_a_ = rnd_a;
        begin();
        Bytes plain = rnd_a;
        const Bytes turned = rotated(rnd_b_);
        plain.insert(plain.end(), turned.begin(), turned.end());
        Bytes frame{0xAF};
        for (std::size_t at = 0; at < 32; at += 16) {
            const Bytes block = encrypt({plain.begin() + static_cast<std::ptrdiff_t>(at),
                                         plain.begin() + static_cast<std::ptrdiff_t>(at) + 16});
            frame.insert(frame.end(), block.begin(), block.end());
        }
        return frame;
    }
    /// 00 | E(RndA') follows from what was sent.
    Bytes last() {
        begin();
        Bytes answer{0x00};
        const Bytes block = encrypt(rotated(rnd_a_));
        answer.insert(answer.end(), block.begin(), block.end());
        return answer;
    }
    /// RndA and RndB' of a proof somebody else made.
    Bytes overheard(const Bytes& frame) {
        begin();
        Bytes plain = decrypt({frame.begin() + 1, frame.begin() + 17});
        rnd_a_ = plain;
        const Bytes other = decrypt({frame.begin() + 17, frame.begin() + 33});
        plain.insert(plain.end(), other.begin(), other.end());
        return plain;
    }
    static Bytes rotated(Bytes bytes) {
        std::rotate(bytes.begin(), bytes.begin() + 1, bytes.end());
        return bytes;
    }

private:
    void begin() { chain_ = Bytes(16, 0); }
    Bytes encrypt(const Bytes& block) {
        CryptoPP::CBC_Mode<CryptoPP::AES>::Encryption aes{key_.data(), key_.size(), chain_.data()};
        Bytes out(16);
        aes.ProcessData(out.data(), block.data(), 16);
        chain_ = out;
        return out;
    }
    Bytes decrypt(const Bytes& block) {
        CryptoPP::CBC_Mode<CryptoPP::AES>::Decryption aes{key_.data(), key_.size(), chain_.data()};
        Bytes out(16);
        aes.ProcessData(out.data(), block.data(), 16);
        chain_ = block;
        return out;
    }
    Bytes key_, chain_, rnd_a_, rnd_b_;
};

/// Words of the generator as choices.md has it, lowest byte first.
Bytes random_bytes(std::uint32_t& u, std::size_t words) {
    Bytes bytes;
    for (std::size_t n = 0; n < words; ++n) {
        u ^= u << 13U;
        u ^= u >> 17U;
        u ^= u << 5U;
        for (unsigned i = 0; i < 4; ++i) bytes.push_back(static_cast<std::uint8_t>(u >> (8 * i)));
    }
    return bytes;
}

const Bytes RndA = hex("A0A1A2A3A4A5A6A7A8A9AAABACADAEAF");

class Type2Aes : public TagTest {
protected:
    void SetUp() override { make(Kind::UltralightAes); }
    /// Pages 30h to 33h, last byte of the key first.
    void set_key(const Bytes& key) {
        for (unsigned i = 0; i < 16; ++i) set(0x30 + i / 4, i % 4, key[15 - i]);
    }
    void authenticate(const Bytes& key) {
        Proof proof{key};
        const Reply one = send("1A 00", 20000);
        ASSERT_EQ(one.data.size(), 19U);
        EXPECT_EQ(one.data[0], 0xAF);
        EXPECT_EQ(one.data, with_crc({one.data.begin(), one.data.end() - 2}));
        EXPECT_EQ(one.air.index(), OfStep);
        EXPECT_TRUE(one.parity_ok);
        rnd_b = proof.first(one.data);
        const Reply two = reader->send(proof.second(RndA), LongWait);
        expect_data(two, to_text(proof.last()), OfStep);
    }
    Bytes rnd_b;
};

TEST_F(Type2Aes, BothStepsWithTheDefaultKey) {
    select();
    std::uint32_t u = 2463534242U;
    authenticate(Bytes(16, 0));
    EXPECT_EQ(to_text(rnd_b), to_text(random_bytes(u, 4)));
    // And again, with the next words; the field loss does not set the generator back.
    authenticate(Bytes(16, 0));
    EXPECT_EQ(to_text(rnd_b), to_text(random_bytes(u, 4)));
    bench->power_cycle();
    select();
    authenticate(Bytes(16, 0));
    EXPECT_EQ(to_text(rnd_b), to_text(random_bytes(u, 4)));
}

TEST_F(Type2Aes, KeyLiesWithItsLastByteFirst) {
    const Bytes key = hex("2B7E151628AED2A6ABF7158809CF4F3C");
    set_key(key);
    EXPECT_EQ(get(0x30), "3C4FCF09");
    select();
    for (const Tick latency : {1U, 3U, 15U}) {
        bench->store_latency = latency;
        authenticate(key);
    }
    bench->skips = false;
    authenticate(key);
}

TEST_F(Type2Aes, OpensWhatIsShutUntilTheSelectionEnds) {
    const Bytes key = hex("000102030405060708090A0B0C0D0E0F");
    set_key(key);
    set(0x29, 3, 0x10);
    set(0x2A, 0, 0x80);
    select();
    expect_nak(send("30 10"), 0);
    expect_nak(send("A2 10 01020304"), 0);
    authenticate(key);
    expect_data(send("30 10"), pages(0x10, 4));
    expect_written(send("A2 10 01020304", 20000));
    EXPECT_EQ(get(0x10), "01020304");
    // The key is never read, but can be changed.
    expect_data(send("30 2F"), pages(0x2F, 1) + "000000000000000000000000");
    expect_data(send("30 33"), "00000000" + pages(0x34, 3));
    expect_written(send("A2 33 AABBCCDD", 20000));
    authenticate(hex("DDCCBBAA 04050607 08090A0B 0C0D0E0F"));
    // Ends with the fall-back, with another first step, with HLTA.
    expect_nak(send("30 3C"), 0);
    expect_nak(send("30 10"), 0);
    authenticate(hex("DDCCBBAA 04050607 08090A0B 0C0D0E0F"));
    EXPECT_EQ(send("1A 00", 20000).data.size(), 19U);
    expect_nak(send("30 10"), 0);
    expect_nak(send("30 10"), 0);
    authenticate(hex("DDCCBBAA 04050607 08090A0B 0C0D0E0F"));
    EXPECT_TRUE(send("50 00").silent);
    ASSERT_TRUE(reader->activate(uid, true));
    EXPECT_EQ(send("30 10").nibble, 0U);
}

TEST_F(Type2Aes, WrongProofs) {
    set(0x29, 3, 0x10);
    set(0x2A, 0, 0x80);
    select();
    const auto try_proof = [&](const std::function<void(Bytes&)>& change) {
        Proof proof{Bytes(16, 0)};
        proof.first(send("1A 00", 20000).data);
        Bytes frame = proof.second(RndA);
        change(frame);
        const Reply reply = reader->send(frame, LongWait);
        expect_nak(reply, 0);
        expect_nak(send("30 10"), 0);
    };
    // Each byte of RndB' counts, the one before in the chain too.
    for (const std::size_t at : {1U, 16U, 17U, 22U, 27U, 32U})
        try_proof([at](Bytes& frame) { frame[at] ^= 0x10; });
    try_proof([](Bytes& frame) { frame[0] = 0xAE; });
    try_proof([](Bytes& frame) { frame.pop_back(); });
    try_proof([](Bytes& frame) { frame.push_back(0); });
    try_proof([](Bytes& frame) { frame.resize(97); });
    try_proof([](Bytes& frame) { frame.resize(1); });
    try_proof([](Bytes& frame) { frame.resize(17); });
    // RndB as it is, with the wrong key, and a proof of before.
    Bytes before;
    {
        Proof proof{Bytes(16, 1)};
        proof.first(send("1A 00", 20000).data);
        before = proof.second(RndA);
        expect_nak(reader->send(before, LongWait), 0);
    }
    {
        Proof proof{Bytes(16, 0)};
        proof.first(send("1A 00", 20000).data);
        before = proof.second(RndA);
        EXPECT_EQ(reader->send(before, LongWait).data.size(), 19U);
        EXPECT_EQ(send("1A 00", 20000).data.size(), 19U);
        expect_nak(reader->send(before, LongWait), 0);
    }
    // Without a first step there is no second.
    expect_nak(reader->send(before, LongWait), 0);
    // A wrong CRC after a right proof.
    Proof proof{Bytes(16, 0)};
    proof.first(send("1A 00", 20000).data);
    Bytes frame = with_crc(proof.second(RndA));
    frame.back() ^= 1;
    expect_nak(reader->send_raw(frame, {}, LongWait), 1);
    authenticate(Bytes(16, 0));
}

TEST_F(Type2Aes, BetweenTheStepsNothingElseCounts) {
    for (const char* frame : {"50 00", "60", "30 00", "1A 00", "A2 04 01020304"}) {
        SCOPED_TRACE(frame);
        select();
        EXPECT_EQ(send("1A 00", 20000).data.size(), 19U);
        expect_nak(send(frame, 20000), 0);
        EXPECT_TRUE(bench->exchange(short_frame(0x52)).bytes().size() <= 2);
        bench->power_cycle();
    }
    select();
    EXPECT_EQ(send("1A 00", 20000).data.size(), 19U);
    EXPECT_TRUE(bench->exchange(short_frame(0x26)).silent());
    expect_idle();
    EXPECT_TRUE(bench->program_requests.empty());
    // Field loss in the middle.
    select();
    EXPECT_EQ(send("1A 00", 20000).data.size(), 19U);
    bench->send_only(standard_frame(with_crc(Bytes(33, 0xAF))), 25000);
    bench->power_cycle();
    select();
    authenticate(Bytes(16, 0));
}

TEST_F(Type2Aes, OtherKeysAndOtherKinds) {
    select();
    for (const char* frame : {"1A 01", "1A 02", "1A FF"}) expect_nak(send(frame), 0);
    make(Kind::Ntag216);
    select();
    expect_nak(send("1A 00"), 0);
}

TEST_F(Type2Aes, RecordedSessionFitsTheSameFormulas) {
    const auto frames = recorded("hf_14a_mful_aes_defaultkey.trace");
    if (frames.empty()) GTEST_SKIP() << "CARTOUCHE_DATA is not set";
    ASSERT_EQ(frames.size(), 14U);
    // A card of the same UID goes the same way up to RndB.
    uid = hex("043F88C2451390");
    make(Kind::UltralightAes, uid);
    for (std::size_t n = 0; n < 10; n += 2) {
        SCOPED_TRACE(n);
        EXPECT_EQ(bench->exchange(frames[n].bits).bits, frames[n + 1].bits);
    }
    const Reply one = reader->decrypt(bench->exchange(frames[10].bits, {}, 20000));
    EXPECT_EQ(one.data.size(), 19U);
    EXPECT_EQ(one.data[0], 0xAF);
    // What the recorded card and reader said fits the formulas that the tests above hold the RTL
    // to.
    const auto bytes_of = [&](std::size_t n) {
        return picc_rtl::Answer{.bits = frames[n].bits}.bytes();
    };
    Proof proof{Bytes(16, 0)};
    const Bytes b = proof.first(bytes_of(11));
    const Bytes plain = proof.overheard(bytes_of(12));
    EXPECT_EQ(to_text({plain.begin() + 16, plain.end()}), to_text(Proof::rotated(b)));
    EXPECT_EQ(to_text(with_crc(proof.last())), to_text(bytes_of(13)));
}

}  // namespace
}  // namespace type2_rtl
