// Random numbers and UIDs of a MIFARE Classic card's RTL. Ids of the verification plan stand above
// each case.
#include <gtest/gtest.h>

#include "commands_fixture.hpp"

namespace picc_rtl {
namespace {

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
