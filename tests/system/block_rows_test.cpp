// Rows of other sections of the test plan that need a card with ISO-DEP (ANTI, TIME, COLL).
#include "test_application.hpp"

namespace system_test {
namespace {

class Anticol : public BlockTest {};
ON_BOTH_LEVELS(Anticol);

TEST_P(Anticol, ANTI_32_CardWithPartFourIgnoresOtherCommands) {
    place_dep();
    to_active();
    EXPECT_EQ(send("30 00 02 A8"), "silent");
    EXPECT_EQ(send("E0 80 31 73"), "06 75 77 81 02 80 02 F0");
}

TEST_P(Anticol, ANTI_33_StrictCardFallsBackToIdle) {
    Card card = dep4();
    card.profile.strict = true;
    place_dep(card);
    to_active();
    EXPECT_EQ(send("30 00 02 A8"), "silent");
    expect_idle();
    select();
    EXPECT_EQ(send("E0 80 31 73"), "06 75 77 81 02 80 02 F0");
}

class Timing : public BlockTest {
protected:
    /// Before 65536 ticks have passed, on the grid of 128 ticks (iso14443.md, 4.1, 7.1, 8).
    void expect_prompt() {
        EXPECT_LT(reply().fdt(), 65'536U);
        const Tick offset = reply().fdt() % 128;
        EXPECT_TRUE(offset == 20 || offset == 84) << offset;
    }
};
ON_BOTH_LEVELS(Timing);

TEST_P(Timing, TIME_14_AtsAndDeselectAreAnsweredPromptly) {
    place_dep();
    to_active();
    EXPECT_EQ(send("E0 80 31 73"), "06 75 77 81 02 80 02 F0");
    expect_prompt();
    send(Count0);
    EXPECT_EQ(send("C2 E0 B4"), "C2 E0 B4");
    expect_prompt();
}

class Collision : public BlockTest {
protected:
    /// Two cards in PROTOCOL with these RATS.
    void activate_two(std::string_view first, std::string_view second) {
        place_dep(dep4());
        place_dep(with_uid(dep4(), "14 57 9F 69"));
        const std::array<std::string_view, 2> rats{first, second};
        for (unsigned slot = 0; slot < rats.size(); ++slot) {
            short_frame(0x26);
            // Both answer the first request; the second card falls back when the first is selected.
            select(slot);
            EXPECT_EQ(send(with_crc(rats[slot])), "06 75 77 81 02 80 02 F0");
        }
    }
};
ON_BOTH_LEVELS(Collision);

TEST_P(Collision, COLL_12_BlockIsAnsweredByTheCardWithItsCid) {
    activate_two("E0 51", "E0 52");
    EXPECT_EQ(send("0A 01 80 03 00 00 01 4A D4"), block_text("0A 01 01 90 00"));
    EXPECT_EQ(send("0A 02 80 03 00 00 01 37 D8"), block_text("0A 02 01 90 00"));
    EXPECT_EQ(block("0B 02 80 03 00 00 01"), block_text("0B 02 02 90 00"));
}

TEST_P(Collision, COLL_13_BlockWithoutCidIsAnsweredByCidZero) {
    activate_two("E0 50", "E0 51");
    EXPECT_EQ(send("02 80 03 00 00 01 F4 81"), "02 01 90 00 F7 2C");
    EXPECT_EQ(block("0A 01 80 03 00 00 01"), block_text("0A 01 01 90 00"))
        << "COUNT ran on the other card";
}

}  // namespace
}  // namespace system_test
