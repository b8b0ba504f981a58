// MIFARE Classic commands of the card's RTL. Ids of the verification plan stand above each case.
#include <gtest/gtest.h>

#include "commands_fixture.hpp"

namespace picc_rtl {
namespace {

const Bytes Uid = hex("10E2F0A1");
const std::string HundredTen = "6E00000091FFFFFF6E00000004FB04FB";

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
    // Every phase of its clock of 128 ticks.
    for (unsigned n = 0; n < 128; ++n) {
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

}  // namespace
}  // namespace picc_rtl
