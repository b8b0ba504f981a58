// Every status word that the sector application gives has words of its own.
#include "terminal/refusal.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

TEST(Refusal, TellsHowManyTriesAreLeft) {
    EXPECT_EQ(terminal::explain(0x63C2).title, "Wrong PIN, 2 tries left");
    EXPECT_EQ(terminal::explain(0x63C1).title, "Wrong PIN, 1 try left");
    EXPECT_EQ(terminal::explain(0x63C1).tries, 1U);
    EXPECT_EQ(terminal::explain(0x63C0).tries, 0U);
    EXPECT_EQ(terminal::explain(0x6983).tries, 0U);
}

TEST(Refusal, EveryStatusOfTheApplicationHasItsOwnWords) {
    std::set<std::string> titles;
    const std::initializer_list<apdu::StatusWord> words = {0x6982, 0x6983, 0x6984, 0x6985, 0x6A82,
                                                           0x6A88, 0x63D4, 0x63E9, 0x63F3, 0x63F5,
                                                           0x6581, 0x6A80, 0x6700, 0x6D00};
    for (const auto sw : words) {
        const auto refusal = terminal::explain(sw);
        EXPECT_EQ(refusal.sw, sw);
        EXPECT_FALSE(refusal.advice.empty());
        EXPECT_TRUE(titles.insert(refusal.title).second) << refusal.title;
    }
    EXPECT_EQ(terminal::explain(0x6F42).title, "The card refused with 6F42");
}

TEST(Refusal, AWrongUnblockingCodeIsNoWrongPin) {
    const auto refusal = terminal::explain_unblocking(0x63C9);
    EXPECT_EQ(refusal.title, "Wrong unblocking code, 9 left");
    EXPECT_FALSE(refusal.tries);
    EXPECT_EQ(terminal::explain_unblocking(0x6983).title, "The unblocking code is used up");
    EXPECT_EQ(terminal::explain_unblocking(0x63F3).title, "A gate is using the sectors");
}

}  // namespace
