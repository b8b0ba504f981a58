// NDEF messages, whole, cut and broken. The records are those of the NFC Forum's text and URI
// types.
#include "terminal/ndef.hpp"

#include <gtest/gtest.h>

#include "chip_card.hpp"

namespace {

using bench::hex;

TEST(Ndef, ATextRecordIsRead) {
    const auto message = terminal::read_ndef(hex("0308D101045402656E41FE"));
    ASSERT_TRUE(message);
    EXPECT_TRUE(message->whole);
    ASSERT_EQ(message->records.size(), 1U);
    EXPECT_EQ(message->records[0].type, "text");
    EXPECT_EQ(message->records[0].text, "A");
}

TEST(Ndef, AnAddressHasItsPrefix) {
    // 04 stands for https://
    const auto message = terminal::read_ndef(hex("0000030AD1010655046E78702E61FE"));
    ASSERT_TRUE(message);
    ASSERT_EQ(message->records.size(), 1U);
    EXPECT_EQ(message->records[0].text, "https://nxp.a");
}

TEST(Ndef, EveryCutIsToldAndNeverReadBehind) {
    const base::Bytes whole = hex("0308D101045402656E41FE");
    for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
        const auto message = terminal::read_ndef(base::ByteView{whole}.first(size));
        EXPECT_FALSE(message && message->whole) << size;
    }
}

TEST(Ndef, WhatIsNoMessageIsNone) {
    EXPECT_FALSE(terminal::read_ndef({}));
    EXPECT_FALSE(terminal::read_ndef(hex("FE0308D101045402656E41")));
    EXPECT_FALSE(terminal::read_ndef(base::Bytes(48)));
}

}  // namespace
