// Expected values: mifare-classic.md 1.3 and 1.4.
#include <gtest/gtest.h>

#include "classic/access.hpp"
#include "classic/geometry.hpp"
#include "classic/value.hpp"
#include "memory_store.hpp"

namespace classic {
namespace {

using model_test::block_of;

Access access_of(const std::string& bytes) {
    return Access{block_of("FFFFFFFFFFFF" + bytes + "69FFFFFFFFFFFF")};
}

TEST(Access, EncodingsOfTheSheet) {
    const std::pair<const char*, std::array<unsigned, 4>> cases[] = {
        {"FF0780", {0, 0, 0, 1}}, {"7F0788", {0, 0, 0, 3}}, {"787788", {4, 4, 4, 3}},
        {"08778F", {6, 6, 6, 3}}, {"0F078F", {2, 2, 2, 3}}, {"6E1789", {6, 0, 0, 3}},
        {"7F00F8", {1, 1, 1, 3}}, {"0F00FF", {3, 3, 3, 3}}, {"F0F0F0", {5, 5, 5, 5}},
        {"00F0FF", {7, 7, 7, 7}}, {"70FF08", {4, 4, 4, 6}}, {"59678A", {0, 6, 4, 3}},
        {"7E1788", {4, 0, 0, 3}}};
    for (const auto& [bytes, conditions] : cases) {
        const auto access = access_of(bytes);
        EXPECT_TRUE(access.consistent()) << bytes;
        for (unsigned group = 0; group < 4; ++group) {
            EXPECT_EQ(access.condition(group), conditions[group]) << bytes << " group " << group;
        }
    }
}

TEST(Access, AnyFlippedBitBlocks) {
    EXPECT_FALSE(access_of("4F8F0B").consistent());
    for (unsigned bit = 0; bit < 24; ++bit) {
        auto trailer = block_of("FFFFFFFFFFFFFF078069FFFFFFFFFFFF");
        trailer[6 + bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        const Access access{trailer};
        EXPECT_FALSE(access.consistent());
        EXPECT_FALSE(access.allows(0, Operation::Read, KeySlot::A));
        EXPECT_FALSE(access.trailer(KeySlot::A).read_access);
    }
}

// Who may read, write, increment, and decrement/transfer/restore; trailer 011 so that key B is a
// key.
TEST(Access, DataRightsOfTheSheet) {
    const std::pair<const char*, std::array<const char*, 4>> cases[] = {
        {"7F0788", {"AB", "AB", "AB", "AB"}}, {"0F078F", {"AB", "", "", ""}},
        {"787788", {"AB", "B", "", ""}},      {"08778F", {"AB", "B", "B", "AB"}},
        {"7F00F8", {"AB", "", "", "AB"}},     {"0F00FF", {"B", "B", "", ""}},
        {"7870F8", {"B", "", "", ""}},        {"0870FF", {"", "", "", ""}}};
    for (const auto& [bytes, rights] : cases) {
        const auto access = access_of(bytes);
        ASSERT_TRUE(access.consistent()) << bytes;
        for (unsigned op = 0; op < 4; ++op) {
            std::string who;
            who += access.allows(1, static_cast<Operation>(op), KeySlot::A) ? "A" : "";
            who += access.allows(1, static_cast<Operation>(op), KeySlot::B) ? "B" : "";
            EXPECT_EQ(who, rights[op]) << bytes << " operation " << op;
        }
    }
}

// Who may: write key A, read access bits, write them, read key B, write it. A readable key B is no
// key.
TEST(Access, TrailerRightsOfTheSheet) {
    const std::pair<const char*, std::array<const char*, 5>> cases[] = {
        {"FF0F00", {"A", "A", "", "A", "A"}},  {"7F0F08", {"", "A", "", "A", ""}},
        {"F78F00", {"B", "AB", "", "", "B"}},  {"778F08", {"", "AB", "", "", ""}},
        {"FF0780", {"A", "A", "A", "A", "A"}}, {"7F0788", {"B", "AB", "B", "", "B"}},
        {"F78780", {"", "AB", "B", "", ""}},   {"778788", {"", "AB", "", "", ""}}};
    for (const auto& [bytes, rights] : cases) {
        const auto access = access_of(bytes);
        ASSERT_TRUE(access.consistent()) << bytes;
        std::array<std::string, 5> who;
        for (const auto key : {KeySlot::A, KeySlot::B}) {
            const auto r = access.trailer(key);
            const bool has[] = {r.write_key_a, r.read_access, r.write_access, r.read_key_b,
                                r.write_key_b};
            for (unsigned i = 0; i < 5; ++i) {
                who[i] += has[i] ? (key == KeySlot::A ? "A" : "B") : "";
            }
        }
        for (unsigned i = 0; i < 5; ++i) {
            EXPECT_EQ(who[i], rights[i]) << bytes << " column " << i;
        }
    }
}

TEST(Geometry, GroupsOfBigSectors) {
    EXPECT_EQ(sector_of(0x7F), 31U);
    EXPECT_EQ(sector_of(0x80), 32U);
    EXPECT_EQ(sector_of(0xFF), 39U);
    EXPECT_EQ(trailer_of(0x81), 0x8F);
    EXPECT_EQ(group_of(0x84), 0U);
    EXPECT_EQ(group_of(0x85), 1U);
    EXPECT_EQ(group_of(0x8A), 2U);
    EXPECT_EQ(group_of(0x8F), 3U);
}

TEST(Value, BlocksOfTheSheet) {
    const std::tuple<const char*, std::int32_t, std::uint8_t> cases[] = {
        {"87D612007829EDFF87D6120011EE11EE", 1234567, 17},
        {"640000009BFFFFFF6400000004FB04FB", 100, 4},
        {"FFFFFFFF00000000FFFFFFFF04FB04FB", -1, 4}};
    for (const auto& [text, amount, address] : cases) {
        const auto value = read_value(block_of(text));
        ASSERT_TRUE(value) << text;
        EXPECT_EQ(value->amount, amount);
        EXPECT_EQ(value->address, address);
        EXPECT_EQ(value_block({amount, address}), block_of(text));
    }
}

TEST(Value, EveryByteCounts) {
    for (unsigned i = 0; i < 16; ++i) {
        auto block = block_of("640000009BFFFFFF6400000004FB04FB");
        block[i] ^= 1;
        EXPECT_FALSE(read_value(block)) << i;
    }
}

}  // namespace
}  // namespace classic
