// Commands of type 2 memory; expected values: docs/choices.md (Type 2 memory), the dumps and
// recordings of others.
#include <gtest/gtest.h>

#include "page_card.hpp"

namespace type2_test {
namespace {

using port::CardKind;

TEST(Type2, ReadsFourPagesAndGoesOnAtTheFirst) {
    PageCard card{CardKind::Ultralight};
    card.set(14, "11 22 33 44");
    card.set(15, "55 66 77 88");
    EXPECT_EQ(card.send("30 00"), "04AC6B4B72BA6C8024480000E1101200");
    EXPECT_EQ(card.index, 18U);
    EXPECT_EQ(card.send("30 0E"), "112233445566778804AC6B4B72BA6C80");
    EXPECT_EQ(card.send("30 10"), "0-");
    EXPECT_EQ(card.index, 9U);
}

TEST(Type2, FastReadIsOfNtag) {
    PageCard card{CardKind::Ntag213};
    EXPECT_EQ(card.send("3A 00 01"), "04AC6B4B72BA6C80");
    EXPECT_EQ(card.send("3A 01 00"), "0-");
    EXPECT_EQ(card.send("3A 00 2D"), "0-");
    EXPECT_EQ(card.send("3A 00 2C").size(), 2U * 4 * 45);
    EXPECT_EQ((PageCard{CardKind::Ultralight}.send("3A 00 01")), "silent-");
}

TEST(Type2, WriteIsAcknowledgedWhenItIsDone) {
    PageCard card{CardKind::Ultralight};
    EXPECT_EQ(card.send("A2 04 DE AD BE EF"), "A");
    EXPECT_EQ(card.page(4), "DEADBEEF");
    EXPECT_EQ(card.page(5), "00000000");
    EXPECT_EQ(card.send("A2 10 DE AD BE EF"), "0-");
    EXPECT_EQ(card.send("A2 01 DE AD BE EF"), "0-");
    card.store().worn = true;
    EXPECT_EQ(card.send("A2 04 00 00 00 00"), "5-");
}

TEST(Type2, CompatibilityWriteTakesFourOfSixteenBytes) {
    PageCard card{CardKind::Ultralight};
    EXPECT_EQ(card.send("A0 05"), "A");
    EXPECT_EQ(card.index, 9U);
    EXPECT_EQ(card.send("01 02 03 04 FF FF FF FF FF FF FF FF FF FF FF FF"), "A");
    EXPECT_EQ(card.page(5), "01020304");
    EXPECT_EQ(card.page(6), "00000000");
    EXPECT_EQ(card.send("A0 05"), "A");
    EXPECT_EQ(card.send("01 02 03 04"), "0-");
    EXPECT_EQ(card.send("A0 01"), "0-");
}

TEST(Type2, VersionTellsTheKind) {
    EXPECT_EQ(PageCard{CardKind::Ntag213}.send("60"), "0004040201000F03");  // Ntag213_locked.nfc
    EXPECT_EQ(PageCard{CardKind::Ntag215}.send("60"), "0004040201001103");
    EXPECT_EQ(PageCard{CardKind::Ntag216}.send("60"), "0004040201001303");  // ntag216-empty.json
    EXPECT_EQ(PageCard{CardKind::UltralightAes}.send("60"), "0004030104000F03");
    EXPECT_EQ(PageCard{CardKind::Ultralight}.send("60"), "silent-");
}

TEST(Type2, WhatIsNoCommandEndsTheSelection) {
    for (const auto* hex : {"00", "30", "30 00 00", "A2 04", "50 01", "39 02", "3C 00", "1A 00"})
        EXPECT_EQ(PageCard{CardKind::Ntag213}.send(hex), "0-") << hex;
}

TEST(Type2, HltaIsSilent) { EXPECT_EQ(PageCard{CardKind::Ntag213}.send("50 00"), "halt"); }

TEST(Type2, DamagedFramesAreRefused) {
    PageCard card{CardKind::Ultralight};
    auto bits = frame::standard_bits_with_crc(base::Bytes{0x30, 0x00});
    bits[8] ^= 1;  // parity
    EXPECT_EQ(card.raw(bits), "1-");
    EXPECT_EQ(card.raw(frame::standard_bits(base::Bytes{0x30, 0x00, 0x02, 0xA9})), "1-");
    EXPECT_EQ(card.raw(frame::short_bits(0x26)), "silent-");
}

}  // namespace
}  // namespace type2_test
