// BER-TLV (ISO/IEC 7816-4, 5.2.2).
#include "apdu/tlv.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace {

base::Bytes hex(const char* text) { return *base::from_hex(text); }

TEST(Tlv, ReadsTagsOfOneToThreeBytes) {
    const auto bytes = hex("4F02A000 9F700107 5F2D02656E DF810100");
    const auto all = apdu::read_all(bytes);
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 4U);
    EXPECT_EQ((*all)[0].tag, 0x4FU);
    EXPECT_EQ((*all)[1].tag, 0x9F70U);
    EXPECT_EQ((*all)[2].tag, 0x5F2DU);
    EXPECT_EQ((*all)[3].tag, 0xDF8101U);
    EXPECT_EQ(base::to_hex(*apdu::find(bytes, 0x5F2D)), "656E");
    EXPECT_FALSE(apdu::find(bytes, 0x50));
}

TEST(Tlv, LengthsAreWrittenShortestAndReadBack) {
    for (const std::size_t length : {0U, 0x7FU, 0x80U, 0xFFU, 0x100U, 0xFFFFU}) {
        const auto bytes = apdu::tlv(0x53, base::Bytes(length, 0x5A));
        EXPECT_EQ(bytes.size(), 1 + (length < 0x80 ? 1U : length < 0x100 ? 2U : 3U) + length);
        EXPECT_EQ(apdu::find(bytes, 0x53)->size(), length);
    }
    EXPECT_THROW((void)apdu::tlv(0x53, base::Bytes(0x10000)), std::length_error);
}

TEST(Tlv, BrokenObjectsEndTheReading) {
    for (const char* text : {"4F", "9F", "9F80", "9F808001", "4F03A000", "4F80", "4F8400000001AA",
                             "4F81", "4F82FFFF00"}) {
        const auto bytes = hex(text);
        EXPECT_FALSE(apdu::read_all(bytes)) << text;
        apdu::TlvReader reader{bytes};
        EXPECT_FALSE(reader.next()) << text;
        EXPECT_FALSE(reader.ok()) << text;
    }
    EXPECT_TRUE(apdu::read_all({})->empty());
}

}  // namespace
