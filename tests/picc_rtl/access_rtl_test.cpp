// Access conditions of the card's RTL: the tables of the fact sheet, 1.3, against every operation.
#include <gtest/gtest.h>

#include "mifare_reader.hpp"
#include "picc_bench.hpp"

namespace picc_rtl {
namespace {

const Bytes Uid = hex("10E2F0A1");
const Bytes KeyA = hex("A0A1A2A3A4A5");
const Bytes KeyB = hex("B0B1B2B3B4B5");
const std::string Hundred = "640000009BFFFFFF6400000004FB04FB";

/// Bytes 6 to 8 for C1C2C3 of the three groups and the trailer (fact sheet 1.3).
Bytes access_bytes(const std::array<unsigned, 4>& groups) {
    unsigned c1 = 0;
    unsigned c2 = 0;
    unsigned c3 = 0;
    for (unsigned g = 0; g < 4; ++g) {
        c1 |= ((groups[g] >> 2) & 1) << g;
        c2 |= ((groups[g] >> 1) & 1) << g;
        c3 |= (groups[g] & 1) << g;
    }
    return {static_cast<std::uint8_t>(((~c2 & 15) << 4) | (~c1 & 15)),
            static_cast<std::uint8_t>((c1 << 4) | (~c3 & 15)),
            static_cast<std::uint8_t>((c3 << 4) | c2)};
}

/// Who may: 'A' either key, 'B' key B, '-' nobody.
struct DataRow {
    unsigned bits;
    char read, write, increment, decrement;
};
constexpr std::array<DataRow, 8> DataTable{{{0b000, 'A', 'A', 'A', 'A'},
                                            {0b010, 'A', '-', '-', '-'},
                                            {0b100, 'A', 'B', '-', '-'},
                                            {0b110, 'A', 'B', 'B', 'A'},
                                            {0b001, 'A', '-', '-', 'A'},
                                            {0b011, 'B', 'B', '-', '-'},
                                            {0b101, 'B', '-', '-', '-'},
                                            {0b111, '-', '-', '-', '-'}}};

/// Who may write which field: 'a' key A only, 'b' key B only, '-' nobody.
struct TrailerRow {
    unsigned bits;
    char key_a, access, key_b;
    bool b_readable;
};
constexpr std::array<TrailerRow, 8> TrailerTable{{{0b000, 'a', '-', 'a', true},
                                                  {0b010, '-', '-', '-', true},
                                                  {0b100, 'b', '-', 'b', false},
                                                  {0b110, '-', '-', '-', false},
                                                  {0b001, 'a', 'a', 'a', true},
                                                  {0b011, 'b', 'b', 'b', false},
                                                  {0b101, '-', 'b', '-', false},
                                                  {0b111, '-', '-', '-', false}}};

class PiccAccess : public testing::Test {
protected:
    void set(std::size_t block, const std::string& text) {
        const Bytes bytes = hex(text);
        ASSERT_EQ(bytes.size(), 16U);
        std::copy(bytes.begin(), bytes.end(), bench.memory[block].begin());
    }
    std::string get(std::size_t block) {
        return to_text({bench.memory[block].begin(), bench.memory[block].end()});
    }
    void trailer(std::size_t block, const Bytes& access) {
        set(block, to_text(KeyA) + to_text(access) + "69" + to_text(KeyB));
    }
    void open(std::uint8_t block, bool b) {
        reader.forget();
        bench.power_cycle(2048);
        ASSERT_TRUE(reader.activate(Uid));
        ASSERT_TRUE(reader.authenticate(b ? 0x61 : 0x60, block, b ? KeyB : KeyA));
    }
    /// One operation in a session of its own; false when it was refused with NAK 4.
    bool may(std::uint8_t code, std::uint8_t block, bool b) {
        open(block, b);
        const Reply reply = reader.send({code, block});
        if (code == 0x30 && reply.data.size() == 18) return true;
        if (reply.nibble == 0xAU) return true;
        EXPECT_EQ(reply.nibble, 4U) << int{code};
        EXPECT_EQ(reply.air.index(), 9);
        return false;
    }
    /// TRANSFER, with a buffer filled from block 5, whose group allows everything.
    bool may_transfer(std::uint8_t block, bool b) {
        open(block, b);
        EXPECT_EQ(reader.send({0xC2, 0x05}).nibble, 0xAU);
        EXPECT_TRUE(reader.send({0, 0, 0, 0}).silent);
        const Reply reply = reader.send({0xB0, block});
        EXPECT_TRUE(reply.nibble == 0xAU || reply.nibble == 0U);
        return reply.nibble == 0xAU;
    }
    PiccBench bench;
    MifareReader reader{bench};
};

TEST_F(PiccAccess, TheEncodingsOfTheSheet) {
    EXPECT_EQ(access_bytes({0, 0, 0, 1}), hex("FF0780"));
    EXPECT_EQ(access_bytes({0, 0, 0, 3}), hex("7F0788"));
    EXPECT_EQ(access_bytes({4, 4, 4, 3}), hex("787788"));
    EXPECT_EQ(access_bytes({6, 0, 0, 3}), hex("6E1789"));
    EXPECT_EQ(access_bytes({0, 6, 4, 3}), hex("59678A"));
    EXPECT_EQ(access_bytes({4, 4, 4, 6}), hex("70FF08"));
}

TEST_F(PiccAccess, DataBlocksByBothKeys) {
    // ACC-01 to ACC-07, and each of the eight rows in each trailer where key B is a key.
    for (const DataRow& row : DataTable) {
        for (const unsigned of_trailer : {0b011U, 0b100U, 0b110U, 0b101U, 0b111U}) {
            if (of_trailer != 0b011U && row.bits % 3 != of_trailer % 3) continue;
            for (const bool b : {false, true}) {
                SCOPED_TRACE(testing::Message()
                             << row.bits << " trailer " << of_trailer << " key " << b);
                const auto granted = [b](char who) { return who == 'A' || (who == 'B' && b); };
                set(4, Hundred);
                set(5, Hundred);
                trailer(7, access_bytes({row.bits, 0, 0b111, of_trailer}));
                EXPECT_EQ(may(0x30, 4, b), granted(row.read));
                EXPECT_EQ(may(0xA0, 4, b), granted(row.write));
                EXPECT_EQ(may(0xC1, 4, b), granted(row.increment));
                EXPECT_EQ(may(0xC0, 4, b), granted(row.decrement));
                EXPECT_EQ(may(0xC2, 4, b), granted(row.decrement));
                EXPECT_EQ(may_transfer(4, b), granted(row.decrement));
            }
        }
    }
}

TEST_F(PiccAccess, TrailersByBothKeys) {
    // ACC-08 to ACC-15
    const std::string fresh = "C0C1C2C3C4C5 7F078877 D0D1D2D3D4D5";
    for (const TrailerRow& row : TrailerTable) {
        for (const bool b : {false, true}) {
            SCOPED_TRACE(testing::Message() << row.bits << " key " << b);
            const Bytes access = access_bytes({0, 0, 0, row.bits});
            set(4, Hundred);
            trailer(7, access);
            open(7, b);
            const Reply read = reader.send({0x30, 0x07});
            if (b && row.b_readable) {
                EXPECT_EQ(read.nibble, 4U);
                EXPECT_FALSE(may(0x30, 4, b));
                EXPECT_FALSE(may(0xA0, 7, b));
                continue;
            }
            const std::string shown = std::string(12, '0') + to_text(access) + "69" +
                                      (row.b_readable ? to_text(KeyB) : std::string(12, '0'));
            EXPECT_EQ(to_text(read.data), to_text(with_crc(hex(shown))));
            const auto granted = [b](char who) { return who == (b ? 'b' : 'a'); };
            const bool any = granted(row.key_a) || granted(row.access) || granted(row.key_b);
            const Reply first = reader.send({0xA0, 0x07});
            ASSERT_EQ(first.nibble, any ? 0xAU : 4U);
            if (any) {
                EXPECT_EQ(reader.send(hex(fresh)).nibble, 0xAU);
                EXPECT_EQ(get(7), (granted(row.key_a) ? "C0C1C2C3C4C5" : to_text(KeyA)) +
                                      (granted(row.access) ? "7F078877" : to_text(access) + "69") +
                                      (granted(row.key_b) ? "D0D1D2D3D4D5" : to_text(KeyB)));
            }
            trailer(7, access);
            for (const std::uint8_t code : hex("C0C1C2B0"))
                EXPECT_FALSE(may(code, 7, b)) << int{code};
        }
    }
}

TEST_F(PiccAccess, OneFlippedBitBlocksTheSector) {
    // ACC-16
    for (unsigned bit = 0; bit < 24; ++bit) {
        SCOPED_TRACE(bit);
        Bytes access = access_bytes({0, 0, 0, 3});
        access[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
        trailer(7, access);
        trailer(11, access_bytes({0, 0, 0, 3}));
        for (const bool b : {false, true}) {
            EXPECT_FALSE(may(0x30, 4, b));
            EXPECT_FALSE(may(0xA0, 7, b));
        }
        EXPECT_TRUE(may(0x30, 8, false));
        open(4, true);
        ASSERT_TRUE(reader.authenticate(0x61, 8, KeyB));
        EXPECT_EQ(reader.send({0x30, 0x08}).data.size(), 18U);
    }
}

TEST_F(PiccAccess, NewRightsCountAtOnceAndForEver) {
    trailer(7, access_bytes({0, 0, 0, 3}));
    open(4, true);  // ACC-17
    ASSERT_EQ(reader.send({0xA0, 0x07}).nibble, 0xAU);
    ASSERT_EQ(reader.send(hex("A0A1A2A3A4A5 4F8F0B69 B0B1B2B3B4B5")).nibble, 0xAU);
    EXPECT_EQ(reader.send({0x30, 0x04}).nibble, 4U);
    EXPECT_FALSE(may(0x30, 4, false));
    EXPECT_FALSE(may(0xA0, 7, true));
    trailer(7, access_bytes({0, 0, 0, 3}));
    open(4, true);  // ACC-20, ACC-21
    ASSERT_EQ(reader.send({0xA0, 0x07}).nibble, 0xAU);
    ASSERT_EQ(reader.send(hex("C0C1C2C3C4C5 0F078F69 B0B1B2B3B4B5")).nibble, 0xAU);
    EXPECT_EQ(reader.send({0x30, 0x04}).data.size(), 18U);
    EXPECT_EQ(reader.send({0xA0, 0x04}).nibble, 4U);
    reader.forget();
    ASSERT_TRUE(reader.activate(Uid));
    EXPECT_FALSE(reader.authenticate(0x60, 4, KeyA));
    ASSERT_TRUE(reader.activate(Uid));
    EXPECT_TRUE(reader.authenticate(0x60, 4, hex("C0C1C2C3C4C5")));
}

TEST_F(PiccAccess, TheTargetOfTransferCounts) {
    // ACC-19
    set(4, Hundred);
    set(5, Hundred);
    trailer(7, hex("4E178B"));
    open(4, true);
    ASSERT_EQ(reader.send({0xC1, 0x04}).nibble, 0xAU);
    EXPECT_TRUE(reader.send(hex("01000000")).silent);
    EXPECT_EQ(reader.send({0xB0, 0x05}).nibble, 0U);
    EXPECT_EQ(get(5), Hundred);
}

TEST(PiccAccessLarge, GroupsOfFiveBlocks) {
    // ACC-18
    Card card;
    card.kind = 2;
    PiccBench bench{card};
    MifareReader reader{bench};
    const Bytes trailer = hex("A0A1A2A3A4A5 5F078A69 B0B1B2B3B4B5");
    std::copy(trailer.begin(), trailer.end(), bench.memory[0x8F].begin());
    for (const std::uint8_t block : hex("8084 8589 8A8E")) {
        reader.forget();
        bench.power_cycle(2048);
        ASSERT_TRUE(reader.activate(Uid));
        ASSERT_TRUE(reader.authenticate(0x60, block, KeyA));
        const bool writable = block <= 0x84 || block >= 0x8A;
        EXPECT_EQ(reader.send({0xA0, block}).nibble, writable ? 0xAU : 4U) << int{block};
    }
}

}  // namespace
}  // namespace picc_rtl
