// Lock bits and protected pages of type 2 memory (docs/choices.md, Type 2 memory).
#include <gtest/gtest.h>

#include "page_card.hpp"

namespace type2_test {
namespace {

using port::CardKind;

TEST(Type2Rights, PageThreeOnlyGainsBits) {
    PageCard card{CardKind::Ultralight};
    EXPECT_EQ(card.send("A2 03 00 00 00 0F"), "A");
    EXPECT_EQ(card.page(3), "E110120F");
}

TEST(Type2Rights, LockBitsOnlyGainAndLock) {
    PageCard card{CardKind::Ultralight};
    EXPECT_EQ(card.send("A2 02 FF FF 10 80"), "A");
    EXPECT_EQ(card.page(2), "24481080");
    EXPECT_EQ(card.send("A2 02 00 00 00 00"), "A");
    EXPECT_EQ(card.page(2), "24481080");
    EXPECT_EQ(card.send("A2 04 01 01 01 01"), "0-");
    EXPECT_EQ(card.send("A2 0F 01 01 01 01"), "0-");
    EXPECT_EQ(card.send("A2 05 01 01 01 01"), "A");
    EXPECT_EQ(card.send("A2 03 00 00 00 01"), "A");
    EXPECT_EQ(card.send("A2 02 00 00 08 00"), "A");
    EXPECT_EQ(card.send("A2 03 00 00 00 02"), "0-");
}

TEST(Type2Rights, BlockLockBitsFreezeLockBits) {
    PageCard card{CardKind::Ultralight};
    EXPECT_EQ(card.send("A2 02 00 00 02 00"), "A");  // pages 4 to 9
    EXPECT_EQ(card.send("A2 02 00 00 F8 FF"), "A");
    EXPECT_EQ(card.page(2), "24480AFC");
    EXPECT_EQ(card.send("A2 04 01 01 01 01"), "A");
    EXPECT_EQ(card.send("A2 0A 01 01 01 01"), "0-");
}

TEST(Type2Rights, DynamicLockBitsOfNtag) {
    PageCard card{CardKind::Ntag213};
    card.set(40, "00 00 00 BD");
    EXPECT_EQ(card.send("A2 28 01 00 00 00"), "A");
    EXPECT_EQ(card.page(40), "010000BD");
    EXPECT_EQ(card.send("A2 10 01 01 01 01"), "0-");
    EXPECT_EQ(card.send("A2 11 01 01 01 01"), "0-");
    EXPECT_EQ(card.send("A2 12 01 01 01 01"), "A");
    EXPECT_EQ(card.send("A2 28 00 00 02 00"), "A");  // freezes bits 2 and 3
    EXPECT_EQ(card.send("A2 28 1C 00 00 00"), "A");
    EXPECT_EQ(card.page(40), "110002BD");

    PageCard large{CardKind::Ntag216};
    EXPECT_EQ(large.send("A2 E2 02 00 00 00"), "A");
    EXPECT_EQ(large.send("A2 1F 01 01 01 01"), "A");
    EXPECT_EQ(large.send("A2 20 01 01 01 01"), "0-");
    EXPECT_EQ(large.send("A2 2F 01 01 01 01"), "0-");
    EXPECT_EQ(large.send("A2 30 01 01 01 01"), "A");
}

TEST(Type2Rights, FromAuth0OnWritingNeedsThePassword) {
    PageCard card{CardKind::Ntag213};
    card.set(41, "04 00 00 06");
    card.set(43, "12 34 56 78");
    card.set(44, "AB DA 00 00");
    EXPECT_EQ(card.send("A2 05 01 01 01 01"), "A");
    EXPECT_EQ(card.send("A2 06 01 01 01 01"), "0-");
    EXPECT_EQ(card.send("30 06").size(), 32U);
    EXPECT_EQ(card.send("1B 12 34 56 78"), "ABDA");
    EXPECT_EQ(card.index, 18U);
    EXPECT_EQ(card.send("A2 06 01 01 01 01"), "A");
    card.leave();
    EXPECT_EQ(card.send("A2 06 01 01 01 01"), "0-");
}

TEST(Type2Rights, ReadingStopsAtAuth0WhenAccessSaysSo) {
    PageCard card{CardKind::Ntag213};
    card.set(41, "04 00 00 06");
    card.set(42, "80 05 00 00");
    card.set(5, "55 55 55 55");
    EXPECT_EQ(card.send("30 06"), "0-");
    EXPECT_EQ(card.send("30 04"), "000000005555555504AC6B4B72BA6C80");
    EXPECT_EQ(card.send("3A 04 06"), "0-");
    EXPECT_EQ(card.send("1B 00 00 00 00"), "0000");
    EXPECT_EQ(card.send("30 06").size(), 32U);
}

TEST(Type2Rights, SecretsReadAsZero) {
    PageCard card{CardKind::Ntag213};
    card.set(43, "12 34 56 78");
    card.set(44, "AB DA 00 00");
    EXPECT_EQ(card.send("1B 12 34 56 78"), "ABDA");
    EXPECT_EQ(card.send("3A 2B 2C"), "0000000000000000");

    PageCard aes{CardKind::UltralightAes};
    for (unsigned page = 0x30; page < 0x38; ++page) aes.set(page, "11 22 33 44");
    EXPECT_EQ(aes.send("30 30"), std::string(32, '0'));
    EXPECT_EQ(aes.send("30 34"), std::string(32, '0'));
}

TEST(Type2Rights, LockedConfigurationStays) {
    PageCard card{CardKind::Ntag213};
    EXPECT_EQ(card.send("A2 2A 40 00 00 00"), "A");
    EXPECT_EQ(card.send("A2 2A 00 00 00 00"), "0-");
    EXPECT_EQ(card.send("A2 29 00 00 00 10"), "0-");
    EXPECT_EQ(card.send("A2 2B 01 01 01 01"), "A");
}

}  // namespace
}  // namespace type2_test
