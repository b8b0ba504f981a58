// MIFARE Classic commands of the card's RTL. Ids of the verification plan stand above each case.
#include <gtest/gtest.h>

#include "mifare_reader.hpp"
#include "picc_bench.hpp"

namespace picc_rtl {
namespace {

const Bytes Uid = hex("10E2F0A1");
const std::string Hundred = "640000009BFFFFFF6400000004FB04FB";
const std::string HundredTen = "6E00000091FFFFFF6E00000004FB04FB";
const Bytes Ten = hex("0A000000");
constexpr unsigned Ack = 0xA;

class PiccCommands : public testing::Test {
protected:
    void make(const Card& card = {}) {
        uid = card.uid;
        reader.reset();
        bench = std::make_unique<PiccBench>(card);
        reader = std::make_unique<MifareReader>(*bench);
        set(4, Hundred);
    }
    void SetUp() override { make(); }
    void set(std::size_t block, const std::string& text) {
        const Bytes bytes = hex(text);
        ASSERT_EQ(bytes.size(), 16U);
        std::copy(bytes.begin(), bytes.end(), bench->memory[block].begin());
    }
    std::string get(std::size_t block) {
        return to_text({bench->memory[block].begin(), bench->memory[block].end()});
    }
    /// Activation and authentication.
    void open(std::uint8_t block = 4, std::uint8_t code = 0x60,
              const Bytes& key = hex("FFFFFFFFFFFF")) {
        ASSERT_TRUE(reader->activate(uid));
        ASSERT_TRUE(reader->authenticate(code, block, key));
    }
    /// The next REQA is answered.
    void expect_idle() {
        reader->forget();
        EXPECT_FALSE(bench->exchange(short_frame(0x26)).silent()) << "not in IDLE";
        bench->exchange(short_frame(0x26));  // back to IDLE
    }
    void expect_halt() {
        reader->forget();
        EXPECT_TRUE(bench->exchange(short_frame(0x26)).silent());
        EXPECT_TRUE(bench->exchange(short_frame(0x26)).silent());
        EXPECT_FALSE(bench->exchange(short_frame(0x52)).silent());
        bench->exchange(short_frame(0x26));
    }
    void expect_nak(const Reply& reply, unsigned code) {
        ASSERT_TRUE(reply.nibble) << "no 4-bit answer";
        EXPECT_EQ(*reply.nibble, code);
        EXPECT_EQ(reply.air.index(), 9);
        expect_idle();
    }
    void expect_ack(const Reply& reply, std::int64_t index) {
        ASSERT_TRUE(reply.nibble) << "no 4-bit answer";
        EXPECT_EQ(*reply.nibble, Ack);
        EXPECT_EQ(reply.air.index(), index);
    }
    void expect_data(const Reply& reply, const std::string& text) {
        EXPECT_EQ(to_text(reply.data), to_text(with_crc(hex(text))));
        EXPECT_TRUE(reply.parity_ok);
        if (!reply.silent) {
            EXPECT_EQ(reply.air.index(), 18);
        }
    }
    [[nodiscard]] std::int64_t programmed() const {
        return 9 + static_cast<std::int64_t>(bench->program_ticks) / 128;
    }
    Reply part_two(const Bytes& operand) { return reader->send(operand); }
    void increment(std::uint8_t block, const Bytes& operand = Ten) {
        expect_ack(reader->send({0xC1, block}), 18);
        EXPECT_TRUE(part_two(operand).silent);
    }

    Bytes uid;
    std::unique_ptr<PiccBench> bench;
    std::unique_ptr<MifareReader> reader;
};

TEST_F(PiccCommands, WithoutAuthentication) {
    // CLS-01
    ASSERT_TRUE(reader->activate(uid));
    for (const char* known :
         {"30 00", "A0 04", "C1 04", "C0 04", "C2 04", "B0 04", "40 00", "43 00"}) {
        const Reply reply = reader->send(hex(known));
        ASSERT_TRUE(reply.nibble) << known;
        expect_nak(reply, 4);
        ASSERT_TRUE(reader->activate(uid));
    }
    for (const char* silent : {"70 04", "50 01", "E0 50", "30 00 00", "30"}) {
        EXPECT_TRUE(reader->send(hex(silent)).silent) << silent;
        expect_idle();
        ASSERT_TRUE(reader->activate(uid));
    }
    // A block beyond the card.
    expect_nak(reader->send({0x60, 0x40}), 4);
    // CRY-19
    ASSERT_TRUE(reader->activate(uid));
    EXPECT_TRUE(reader->send_raw(hex("60 00 F5 7A")).silent);
    expect_idle();
    for (std::size_t byte = 0; byte < 4; ++byte) {
        ASSERT_TRUE(reader->activate(uid));
        EXPECT_TRUE(reader->send_raw(hex("60 00 F5 7B"), byte).silent);
        expect_idle();
    }
}

TEST_F(PiccCommands, OtherSectorsAndUnknownCodes) {
    open();  // CLS-02
    expect_nak(reader->send({0x30, 0x00}), 4);
    open();  // CLS-26
    expect_nak(reader->send({0x70, 0x04}), 4);
    open();
    expect_nak(reader->send({0x43, 0x00}), 4);
    open();  // wrong length, right CRC
    expect_nak(reader->send({0x30, 0x04, 0x00}), 4);
    open();
    expect_nak(reader->send({}), 4);
    open();  // CLS-24
    EXPECT_TRUE(bench->exchange(short_frame(0x26)).silent());
    expect_idle();
    open();
    EXPECT_TRUE(bench->exchange(short_frame(0x52)).silent());
    expect_idle();
    open();  // whole bytes missing a bit
    Bits frame = reader->encrypt(with_crc({0x30, 0x04}));
    frame.pop_back();
    EXPECT_TRUE(bench->exchange(frame).silent());
    expect_idle();
    open();
    expect_nak(reader->send_raw(with_crc({0x30, 0x04}), 2), 5);
    open();  // CLS-22 is in the sessions; a halted card needs WUPA
    EXPECT_TRUE(reader->send({0x50, 0x00}).silent);
    expect_halt();
    // CLS-25
    make();
    ASSERT_TRUE(reader->activate(uid));
    EXPECT_TRUE(reader->send({0x50, 0x00}).silent);
    ASSERT_TRUE(reader->activate(uid, true));
    ASSERT_TRUE(reader->authenticate(0x60, 4));
    const Reply reply = reader->send({0x30, 0x00});
    ASSERT_EQ(reply.nibble, 4U);
    expect_halt();
}

TEST_F(PiccCommands, ProgrammingStartsAtItsTickAndEndsOnTheGrid) {
    for (const Tick ticks : {128U, 256U, 1024U, 27136U}) {
        make();
        bench->program_ticks = ticks;
        open();
        expect_ack(reader->send({0xA0, 0x05}), 9);
        const Bits frame = reader->encrypt(with_crc(Bytes(16, 0x33)));
        const Answer answer = bench->exchange(frame, {}, ticks + 3000);
        const Tick grid = bench->last_pause_end() + (answer.last_was_x ? 84 : 20);
        ASSERT_EQ(bench->program_requests.size(), 1U);
        EXPECT_EQ(bench->program_requests[0], grid + 1024);
        EXPECT_EQ(answer.start, grid + 128 * (9 + ticks / 128));
        // Some ticks more of the store are forgiven.
        bench->program_ticks = ticks + 60;
        reader->decrypt(answer);
        expect_ack(reader->send({0xA0, 0x05}), 9);
        const Answer late =
            bench->exchange(reader->encrypt(with_crc(Bytes(16, 0x44))), {}, ticks + 3000);
        EXPECT_EQ(late.index(), static_cast<std::int64_t>(9 + ticks / 128));
        reader->decrypt(late);
        EXPECT_EQ(get(5), std::string(32, '4'));
        expect_data(reader->send({0x30, 0x05}), std::string(32, '4'));
    }
}

TEST_F(PiccCommands, BrokenWritesChangeNothing) {
    const Bytes data(16, 0x55);
    open();  // CLS-04
    expect_ack(reader->send({0xA0, 0x04}), 9);
    Bytes wrong = with_crc(data);
    wrong.back() ^= 1;
    expect_nak(reader->send_raw(wrong), 5);
    open();
    expect_ack(reader->send({0xA0, 0x04}), 9);
    expect_nak(reader->send_raw(with_crc(data), 7), 5);
    for (const std::size_t size : {0U, 1U, 15U, 17U, 33U}) {  // CLS-05
        open();
        expect_ack(reader->send({0xA0, 0x04}), 9);
        expect_nak(part_two(Bytes(size, 0x55)), 4);
    }
    open();  // CLS-06
    expect_ack(reader->send({0xA0, 0x04}), 9);
    EXPECT_TRUE(bench->exchange(short_frame(0x26)).silent());
    expect_idle();
    open(0);  // CLS-07
    expect_nak(reader->send({0xA0, 0x00}), 4);
    EXPECT_EQ(get(4), Hundred);
    EXPECT_TRUE(bench->program_requests.empty());
    // The store refuses.
    open();
    bench->program_fails = true;
    expect_ack(reader->send({0xA0, 0x04}), 9);
    const Reply reply = part_two(data);
    EXPECT_EQ(reply.nibble, 4U);
    EXPECT_EQ(reply.air.index(), programmed());
    expect_idle();
}

TEST_F(PiccCommands, ValueOperations) {
    open();  // CLS-09
    increment(4);
    expect_ack(reader->send({0xB0, 0x04}), programmed());
    EXPECT_EQ(get(4), HundredTen);
    set(4, Hundred);  // CLS-10
    increment(4);
    expect_ack(reader->send({0xB0, 0x05}), programmed());
    EXPECT_EQ(get(5), HundredTen);
    EXPECT_EQ(get(4), Hundred);
    set(4, "640000009BFFFFFF640000002AD52AD5");  // CLS-11
    expect_ack(reader->send({0xC2, 0x04}), 18);
    EXPECT_TRUE(part_two(hex("00000000")).silent);
    expect_ack(reader->send({0xB0, 0x06}), programmed());
    EXPECT_EQ(get(6), "640000009BFFFFFF640000002AD52AD5");
    expect_ack(reader->send({0xC0, 0x04}), 18);
    EXPECT_TRUE(part_two(hex("65000000")).silent);
    expect_ack(reader->send({0xB0, 0x04}), programmed());
    EXPECT_EQ(get(4), "FFFFFFFF00000000FFFFFFFF2AD52AD5");
}

TEST_F(PiccCommands, ValuesAtTheEdgeOfTheirRange) {
    struct Case {
        std::uint8_t code;
        std::int64_t value;
        std::int64_t operand;
    };
    const auto block_of = [](std::int64_t value) {
        const auto word = static_cast<std::uint32_t>(value);
        Bytes bytes;
        for (const std::uint32_t part : {word, ~word, word}) {
            for (int n = 0; n < 4; ++n) bytes.push_back(static_cast<std::uint8_t>(part >> (8 * n)));
        }
        for (const std::uint8_t address : hex("04FB04FB")) bytes.push_back(address);
        return bytes;
    };
    constexpr std::int64_t Max = 2147483647;
    constexpr std::int64_t Min = -2147483648LL;
    for (const Case& c :
         {Case{0xC1, Max, 1}, Case{0xC0, Min, 1}, Case{0xC1, Max, 0}, Case{0xC0, Min, 0},
          Case{0xC1, Max - 1, 1}, Case{0xC0, Min + 1, 1}, Case{0xC1, Min, 0xFFFFFFFFLL},
          Case{0xC0, Max, 0xFFFFFFFFLL}, Case{0xC1, -1, 0x80000000LL}, Case{0xC1, 0, 0x80000000LL},
          Case{0xC0, 0, 0x80000000LL}, Case{0xC0, -1, 0x80000000LL}, Case{0xC1, 1000, 70000},
          Case{0xC0, 1000, 70000}, Case{0xC1, Min + 1, 0xFFFFFFFFLL},
          Case{0xC0, Max - 1, 0xFFFFFFFFLL}, Case{0xC0, -2, 0xFFFFFFFFLL},
          Case{0xC1, 5, 0xFFFFFFFFLL}}) {
        SCOPED_TRACE(testing::Message()
                     << int{c.code} << " value " << c.value << " operand " << c.operand);
        set(4, to_text(block_of(c.value)));
        open();
        expect_ack(reader->send({c.code, 0x04}), 18);
        Bytes operand;
        for (int n = 0; n < 4; ++n)
            operand.push_back(static_cast<std::uint8_t>(c.operand >> (8 * n)));
        const Reply reply = part_two(operand);
        const std::int64_t result = c.code == 0xC1 ? c.value + c.operand : c.value - c.operand;
        if (result < Min || result > Max) {  // CLS-21
            expect_nak(reply, 4);
            open();
            expect_nak(reader->send({0xB0, 0x04}), 4);
        } else {
            EXPECT_TRUE(reply.silent);
            expect_ack(reader->send({0xB0, 0x05}), programmed());
            EXPECT_EQ(get(5), to_text(block_of(result)));
            EXPECT_TRUE(reader->send({0x50, 0x00}).silent);
            bench->power_cycle();
        }
    }
}

TEST_F(PiccCommands, LifeOfTheTransferBuffer) {
    open();  // CLS-08
    increment(4);
    bench->power_cycle();
    open();
    expect_data(reader->send({0x30, 0x04}), Hundred);
    expect_nak(reader->send({0xB0, 0x04}), 4);  // CLS-12
    open();                                     // CLS-13
    increment(4);
    expect_ack(reader->send({0xB0, 0x04}), programmed());
    expect_nak(reader->send({0xB0, 0x05}), 4);
    set(4, Hundred);
    open();  // CLS-14
    increment(4);
    expect_data(reader->send({0x30, 0x04}), Hundred);
    expect_ack(reader->send({0xA0, 0x05}), 9);
    expect_ack(part_two(Bytes(16, 0x11)), programmed());
    expect_ack(reader->send({0xB0, 0x04}), programmed());
    EXPECT_EQ(get(4), HundredTen);
    increment(4);  // CLS-15
    ASSERT_TRUE(reader->authenticate(0x60, 4));
    expect_nak(reader->send({0xB0, 0x04}), 4);
    open();  // CLS-16
    increment(4);
    expect_nak(reader->send({0x30, 0x08}), 0);
    open();
    increment(4);
    Bytes wrong = with_crc({0x30, 0x04});
    wrong.back() ^= 1;
    expect_nak(reader->send_raw(wrong), 1);
    open();  // CLS-18
    increment(4);
    expect_nak(reader->send({0xB0, 0x08}), 0);
    open();  // a nested AUTH to nowhere
    increment(4);
    expect_nak(reader->send({0x60, 0x40}), 0);
    open();  // another value command's part 1 takes the buffer
    increment(4);
    expect_ack(reader->send({0xC0, 0x04}), 18);
    expect_nak(reader->send_raw(hex("0A000000AE8B")), 5);
    open();  // CLS-20
    expect_ack(reader->send({0xC0, 0x04}), 18);
    expect_nak(reader->send_raw(hex("0A000000AE8B")), 5);
    open();
    expect_nak(reader->send({0xB0, 0x04}), 4);
    open();
    expect_ack(reader->send({0xC0, 0x04}), 18);
    expect_nak(part_two(hex("0A0000")), 4);
}

TEST_F(PiccCommands, BrokenValueBlocks) {
    // CLS-19, every bit of the block
    for (std::size_t bit = 0; bit < 128; bit += 3) {
        set(4, Hundred);
        bench->memory[4][bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
        open();
        expect_nak(reader->send({0xC0, 0x04}), 4);
    }
}

TEST_F(PiccCommands, BlocksOfLargeCards) {
    Card card;
    card.kind = 2;
    make(card);
    for (std::size_t block = 0; block < 256; ++block) {
        if (block % 4 != 3 && (block < 128 || block % 16 != 15))
            bench->memory[block].fill(static_cast<std::uint8_t>(block));
    }
    const auto filled = [](unsigned block) {
        return to_text(Bytes(16, static_cast<std::uint8_t>(block)));
    };
    open(0xF0);  // CLS-27
    expect_data(reader->send({0x30, 0xF0}), filled(0xF0));
    expect_data(reader->send({0x30, 0xFE}), filled(0xFE));
    expect_nak(reader->send({0x30, 0xEF}), 4);
    open(0x7C);
    expect_data(reader->send({0x30, 0x7F}), "000000000000FF078069FFFFFFFFFFFF");
    expect_nak(reader->send({0x30, 0x80}), 4);
    open(0x80);
    expect_data(reader->send({0x30, 0x8E}), filled(0x8E));
    expect_nak(reader->send({0x30, 0x7F}), 4);

    card.kind = 0;
    make(card);
    open(0x13);
    expect_data(reader->send({0x30, 0x13}), "000000000000FF078069FFFFFFFFFFFF");
    expect_nak(reader->send({0x60, 0x14}), 4);
}

TEST_F(PiccCommands, NestedAuthentication) {
    set(11, "A0A1A2A3A4A5 FF078069 B0B1B2B3B4B5");
    bench->memory[8].fill(0x88);
    open();  // CRY-13
    ASSERT_TRUE(reader->authenticate(0x60, 8, hex("A0A1A2A3A4A5")));
    expect_data(reader->send({0x30, 0x08}), std::string(32, '8'));
    expect_nak(reader->send({0x30, 0x04}), 4);
    open();                               // CRY-14
    reader->judges_nonce_parity = false;  // decrypted with the wrong key
    ASSERT_TRUE(reader->request_nonce(0x60, 8, hex("FFFFFFFFFFFF")));
    const Answer refused = bench->exchange(reader->proof(hex("11223344")));
    EXPECT_TRUE(refused.bits.size() == 4 || refused.silent());
    reader->judges_nonce_parity = true;
    expect_idle();
    open();  // CRY-20
    expect_nak(reader->send_raw(hex("6008AABB")), 5);
    open();  // CRY-21
    bench->run(1356000);
    expect_data(reader->send({0x30, 0x04}), Hundred);
    // CRY-12
    make();
    ASSERT_TRUE(reader->activate(uid));
    EXPECT_TRUE(reader->send({0x50, 0x00}).silent);
    ASSERT_TRUE(reader->activate(uid, true));
    ASSERT_TRUE(reader->request_nonce(0x60, 4, hex("FFFFFFFFFFFF")));
    const Answer wrong = bench->exchange(reader->proof(hex("11223344"), hex("00000000")));
    reader->open = true;
    EXPECT_EQ(reader->decrypt(wrong).nibble, 5U);
    EXPECT_EQ(wrong.index(), 9);
    expect_halt();
}

TEST_F(PiccCommands, ProofOfAnotherLength) {
    // CRY-18
    for (int run = 0; run < 3; ++run) {
        ASSERT_TRUE(reader->activate(uid));
        ASSERT_TRUE(reader->request_nonce(0x60, 4, hex("FFFFFFFFFFFF")));
        Bits proof = reader->proof(hex("11223344"));
        if (run == 0) proof.resize(63);
        if (run == 1) {
            const Bits more = reader->encrypt({0x00});
            proof.insert(proof.end(), more.begin(), more.end());
        }
        if (run == 2) proof = short_frame(0x26);
        EXPECT_TRUE(bench->exchange(proof).silent());
        expect_idle();
    }
}

TEST_F(PiccCommands, NoncesFollowTheGenerator) {
    // CRY-03, CRY-04, TIME-06
    ASSERT_TRUE(reader->activate(uid));
    ASSERT_TRUE(reader->request_nonce(0x60, 4, hex("FFFFFFFFFFFF")));
    const Bytes first = reader->nonce();
    const Tick start = bench->now() - 1172 - 128 * 37;
    EXPECT_EQ(first, successor(hex("01200145"),
                               static_cast<unsigned>((start - bench->ready_tick()) / 128)));
    bench->exchange(short_frame(0x26));
    ASSERT_TRUE(reader->activate(uid));
    bench->run_to(start + 128000 - (128 * 36 + 1300 + 35 + 128 * 26));
    ASSERT_TRUE(reader->request_nonce(0x60, 4, hex("FFFFFFFFFFFF")));
    EXPECT_EQ(reader->nonce(), successor(first, 1000));
    for (unsigned n = 0; n < 40; ++n) {
        bench->exchange(short_frame(0x26));
        ASSERT_TRUE(reader->activate(uid));
        bench->run(n * 37);
        ASSERT_TRUE(reader->request_nonce(0x60, 4, hex("FFFFFFFFFFFF")));
        EXPECT_EQ(successor(reader->nonce(), 65535), reader->nonce());
        const Tick nonce = bench->now() - 1172 - 128 * 37;
        EXPECT_EQ(
            reader->nonce(),
            successor(hex("01200145"), static_cast<unsigned>((nonce - bench->ready_tick()) / 128)));
    }
}

std::uint32_t next_word(std::uint32_t word) {
    word ^= word << 13;
    word ^= word >> 17;
    word ^= word << 5;
    return word;
}

Bytes bytes_of(std::uint32_t word) {
    Bytes bytes;
    for (int n = 0; n < 4; ++n) bytes.push_back(static_cast<std::uint8_t>(word >> (8 * n)));
    return bytes;
}

TEST_F(PiccCommands, UnpredictableNoncesRunOnAcrossFieldLoss) {
    Card card;
    card.unpredictable = true;
    make(card);
    std::uint32_t word = card.nonce_seed;
    for (int n = 0; n < 6; ++n) {
        word = next_word(word);
        ASSERT_TRUE(reader->activate(uid));
        ASSERT_TRUE(reader->authenticate(0x60, 4)) << n;  // suc64 and suc96 of such a nonce too
        EXPECT_EQ(reader->nonce(), bytes_of(word));
        word = next_word(word);
        ASSERT_TRUE(reader->authenticate(0x61, 4)) << n;
        EXPECT_EQ(reader->nonce(), bytes_of(word));
        if (n == 2) {
            bench->power_cycle();
        } else {
            bench->exchange(short_frame(0x26));
        }
    }
}

TEST_F(PiccCommands, RandomUidLastsAsLongAsThePower) {
    // ANTI-31
    Card card;
    card.random_uid = true;
    make(card);
    std::uint32_t word = next_word(card.nonce_seed);
    const auto expected = [&word] {
        Bytes bytes = bytes_of(word);
        bytes[0] = 0x08;
        return bytes;
    };
    ASSERT_TRUE(reader->activate(expected()));
    EXPECT_EQ(reader->cipher_uid, expected());
    EXPECT_TRUE(reader->send({0x50, 0x00}).silent);
    ASSERT_TRUE(reader->activate(expected(), true));
    ASSERT_TRUE(reader->authenticate(0x60, 4));
    bench->power_cycle();
    word = next_word(word);
    ASSERT_TRUE(reader->activate(expected()));
    ASSERT_TRUE(reader->authenticate(0x60, 4));
}

class PiccUsage : public PiccCommands {
protected:
    void SetUp() override {
        Card card;
        card.uid = hex("04183F09321B85");
        card.atqa = 0x0044;
        make(card);
        bench->memory[0] = {0x04, 0x18, 0x3F, 0x09, 0x32, 0x1B, 0x85, 0x08};
    }
    void personalize(std::uint8_t usage) {
        ASSERT_TRUE(reader->activate(uid));
        ASSERT_TRUE(reader->authenticate(0x60, 0));
        expect_ack(reader->send({0x40, usage}), programmed());
        EXPECT_EQ(get(256),
                  to_text(Bytes{static_cast<std::uint8_t>(usage + 1)}) + std::string(30, '0'));
        // Not before the next activation.
        ASSERT_TRUE(reader->authenticate(0x60, 4));
        EXPECT_TRUE(reader->send({0x50, 0x00}).silent);
        reader->forget();
    }
};

TEST_F(PiccUsage, NuidInOneLevel) {
    personalize(0x60);  // CLS-28
    EXPECT_EQ(bench->exchange(short_frame(0x52)).bytes(), hex("0400"));
    EXPECT_EQ(bench->exchange(standard_frame(hex("9320"))).bytes(), hex("4F505D7D3F"));
    EXPECT_EQ(bench->exchange(standard_frame(with_crc(hex("93704F505D7D3F")))).bytes(),
              hex("08B6DD"));
    reader->cipher_uid = hex("4F505D7D");
    ASSERT_TRUE(reader->authenticate(0x60, 0));  // CRY-17
    const Reply again = reader->send({0x40, 0x00});
    EXPECT_EQ(again.nibble, 4U);
    bench->power_cycle();
    ASSERT_TRUE(reader->activate(hex("4F505D7D")));
    Card other;
    other.uid = hex("040D681AB52281");
    make(other);
    bench->memory[256][0] = 0x61;
    ASSERT_TRUE(reader->activate(hex("8F430FEF")));
}

TEST_F(PiccUsage, ShortcutReadsBlockZero) {
    personalize(0x40);
    EXPECT_EQ(bench->exchange(short_frame(0x52)).bytes(), hex("4400"));
    EXPECT_EQ(bench->exchange(standard_frame(with_crc(hex("93708804183FAB")))).bytes(),
              hex("04DA17"));
    const Answer data = bench->exchange(standard_frame(hex("300002A8")), {}, 4000);
    EXPECT_EQ(to_text(data.bytes()), to_text(with_crc(hex("04183F09321B85080000000000000000"))));
    EXPECT_TRUE(data.parity_is_odd());
    EXPECT_EQ(data.index(), 18);
    reader->cipher_uid = hex("8804183F");
    ASSERT_TRUE(reader->authenticate(0x60, 4));
    // The whole way is still open.
    bench->power_cycle();
    ASSERT_TRUE(reader->activate(uid));
    ASSERT_TRUE(reader->authenticate(0x60, 4));
}

TEST_F(PiccUsage, ShortcutNeedsASoundReadOfBlockZero) {
    personalize(0x40);
    for (const Bytes& other : {hex("300002A9"), with_crc(hex("3001")), with_crc(hex("300000"))}) {
        bench->exchange(short_frame(0x52));
        bench->exchange(standard_frame(with_crc(hex("93708804183FAB"))));
        EXPECT_TRUE(bench->exchange(standard_frame(other), {}, 4000).silent());
    }
}

TEST_F(PiccUsage, RandomIdFromTheNextActivationOn) {
    const Bytes plain = uid;
    personalize(0x20);
    const Bytes id = bytes_of(next_word(2463534242U));
    ASSERT_TRUE(reader->activate({}, true));
    EXPECT_EQ(reader->cipher_uid, (Bytes{0x08, id[1], id[2], id[3]}));
    ASSERT_TRUE(reader->authenticate(0x60, 4));
    bench->power_cycle();
    const Bytes other = bytes_of(next_word(next_word(2463534242U)));
    EXPECT_EQ(bench->exchange(short_frame(0x26)).bytes(), hex("0400"));
    bench->exchange(short_frame(0x26));
    ASSERT_TRUE(reader->activate({}));
    EXPECT_EQ(reader->cipher_uid, (Bytes{0x08, other[1], other[2], other[3]}));
}

TEST_F(PiccUsage, RefusedWhereItMayNot) {
    for (const std::uint8_t parameter : hex("011080A061")) {
        open(0);
        expect_nak(reader->send({0x40, parameter}), 4);
    }
    open(4);
    expect_nak(reader->send({0x40, 0x00}), 4);
    open(0);
    expect_ack(reader->send({0x40, 0x00}), programmed());
    expect_nak(reader->send({0x40, 0x00}), 4);
    make();  // a UID of 4 bytes
    open(0);
    expect_nak(reader->send({0x40, 0x60}), 4);
}

}  // namespace
}  // namespace picc_rtl
