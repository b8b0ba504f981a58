// Access bits against the encodings that sheet 1.3 lists.
#include "dump/access_bits.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using dump::AccessBytes;
using dump::AccessGroups;

struct EncodingCase {
    const char* text;
    AccessBytes bytes;
};

// Sheet mifare-classic, 1.3, "Verified encodings".
constexpr EncodingCase Verified[] = {
    {"000,000,000/001", {0xFF, 0x07, 0x80}}, {"000,000,000/011", {0x7F, 0x07, 0x88}},
    {"100,100,100/011", {0x78, 0x77, 0x88}}, {"110,110,110/011", {0x08, 0x77, 0x8F}},
    {"010,010,010/011", {0x0F, 0x07, 0x8F}}, {"110,000,000/011", {0x6E, 0x17, 0x89}},
    {"001,001,001/011", {0x7F, 0x00, 0xF8}}, {"011,011,011/011", {0x0F, 0x00, 0xFF}},
    {"101,101,101/101", {0xF0, 0xF0, 0xF0}}, {"111,111,111/111", {0x00, 0xF0, 0xFF}},
    {"100,100,100/110", {0x70, 0xFF, 0x08}}, {"000,110,100/011", {0x59, 0x67, 0x8A}}};

TEST(AccessBits, EncodingsOfTheSheet) {
    for (const EncodingCase& each : Verified) {
        const auto groups = dump::decode_access(each.bytes);
        ASSERT_TRUE(groups.has_value()) << each.text;
        EXPECT_EQ(dump::access_text(*groups), each.text);
        EXPECT_EQ(dump::encode_access(*groups), each.bytes) << each.text;
    }
    EXPECT_FALSE(dump::decode_access({0x4F, 0x8F, 0x0B}).has_value());
}

TEST(Access, ACC_22_AccessBitsDecodeAndEncodeBack) {
    const auto worked = dump::decode_access({0x7E, 0x17, 0x88});
    ASSERT_TRUE(worked.has_value());
    EXPECT_EQ(dump::access_text(*worked), "100,000,000/011");

    std::set<AccessBytes> encodings;
    for (unsigned i = 0; i < 4096; ++i) {
        const AccessGroups groups{
            static_cast<std::uint8_t>(i & 7U), static_cast<std::uint8_t>(i >> 3U & 7U),
            static_cast<std::uint8_t>(i >> 6U & 7U), static_cast<std::uint8_t>(i >> 9U & 7U)};
        const AccessBytes bytes = dump::encode_access(groups);
        ASSERT_EQ(dump::decode_access(bytes), groups);
        encodings.insert(bytes);
    }
    EXPECT_EQ(encodings.size(), 4096U);
}

TEST(AccessBits, EveryFlippedBitIsNoticed) {
    for (const EncodingCase& each : Verified) {
        for (unsigned bit = 0; bit < 24; ++bit) {
            AccessBytes bytes = each.bytes;
            bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << bit % 8));
            EXPECT_FALSE(dump::decode_access(bytes).has_value()) << each.text << " bit " << bit;
        }
    }
}

}  // namespace
