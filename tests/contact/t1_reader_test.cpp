// T=1 at the reader against a card that misbehaves (ISO/IEC 7816-3:2006, 11; test plan, CONT-1).
#include <gtest/gtest.h>

#include "contact/scripted_card.hpp"
#include "contact/scripted_reader.hpp"

namespace contact_test {

namespace {

using Contact = CardTest;

constexpr Rate Slow{};
constexpr Cycle BlockWait = CardTest::BlockWait;

/// T=1 at 372 cycles, no S(IFS): the blocks of a test are all there is.
contact::SlotOptions plain() {
    contact::SlotOptions options;
    options.pps = false;
    options.ifsd = 32;
    return options;
}

const std::string Count0 = "00 00 05 80 03 00 00 01 87|";
const std::string Count1 = "00 40 05 80 03 00 00 01 C7|";
const Bytes Count = bytes("80 03 00 00 01");
const Say Answer0{"00 00 03 01 90 00 92"};
const Say Answer1{"00 40 03 02 90 00 D1"};
const Say Broken0{"00 00 03 01 90 00 93"};

TEST_F(Contact, CONT_1_11_GrantedTimeIsNeverMultipliedUp) {
    const Say wait{"00 C3 01 02 C0"};
    const auto late = [](Say say, Cycle delay) { return Say{say.hex, delay}; };
    ScriptedCard card{BlockAtr,
                      {{9, {wait}},
                       {5, {late(wait, 2 * BlockWait - 372)}},
                       {5, {late(wait, 2 * BlockWait - 372)}},
                       {5, {late(Answer0, 2 * BlockWait - 372)}}}};
    Slot slot{card, plain()};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(Count)), "01 90 00");
    const std::string grant = "00 E3 01 02 E0|";
    EXPECT_EQ(card.heard(), Count0 + grant + grant + grant);

    // Longer than that is too long, also the third time.
    ScriptedCard slower{BlockAtr,
                        {{9, {wait}},
                         {5, {late(wait, 2 * BlockWait - 372)}},
                         {5, {late(wait, 2 * BlockWait - 372)}},
                         {5, {late(Answer0, 2 * BlockWait + 372)}},
                         {4, {Answer0}}}};
    Slot other{slower, plain()};
    ASSERT_FALSE(other.power_on(0).empty());
    (void)other.transmit(Count);
    EXPECT_EQ(slower.heard().substr(0, card.heard().size() + 3), card.heard() + "00 ");
}

TEST_F(Contact, CONT_1_13_ReaderGoesFromRepairToResynchToReset) {
    ScriptedCard card{BlockAtr,
                      {{9, {Answer0}},
                       {9, {Broken0}},
                       {4, {Broken0}},
                       {4, {Broken0}},
                       {4, {Broken0}},
                       {4, {Broken0}},
                       {4, {Broken0}},
                       {9, {Answer0}}}};
    Slot slot{card, plain()};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(Count)), "01 90 00");
    EXPECT_TRUE(slot.transmit(Count).empty());
    const std::string resynch = "00 C0 00 C0|";
    EXPECT_EQ(card.heard(),
              Count0 + Count1 + "00 91 00 91|00 91 00 91|" + resynch + resynch + resynch);
    EXPECT_EQ(card.resets, 2U);
    EXPECT_EQ(slot.status(), Status::CardReset);
    EXPECT_TRUE(slot.powered());
    // Warm: the supply stayed on.
    for (std::size_t i = 5; i < card.pins.size(); ++i) EXPECT_EQ(card.pins[i].pin, Pin::Rst);
    EXPECT_EQ(text(slot.transmit(Count)), "01 90 00");
}

TEST(BlockReader, ResynchThatIsAnsweredStartsAnew) {
    ScriptedCard card{BlockAtr,
                      {{9, {Answer0}},
                       {9, {Answer1}},
                       {9, {Broken0}},
                       {4, {Broken0}},
                       {4, {Broken0}},
                       {4, {{"00 E0 00 E0"}}},
                       {9, {Answer0}}}};
    Slot slot{card, plain()};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(Count)), "01 90 00");
    EXPECT_EQ(text(slot.transmit(Count)), "02 90 00");
    EXPECT_TRUE(slot.transmit(Count).empty());
    EXPECT_EQ(slot.status(), Status::Resynchronised);
    EXPECT_EQ(card.resets, 1U);
    EXPECT_EQ(text(slot.transmit(Count)), "01 90 00");
    EXPECT_TRUE(card.heard().ends_with("00 C0 00 C0|" + Count0));
}

TEST(BlockReader, CardThatNeverAnswersABlockIsResetWithoutResynch) {
    ScriptedCard card{BlockAtr, {{9, {}}, {4, {}}, {4, {}}}};
    Slot slot{card, plain()};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_TRUE(slot.transmit(Count).empty());
    EXPECT_EQ(card.heard(), Count0 + "00 82 00 82|00 82 00 82|");
    EXPECT_EQ(card.resets, 2U);
    EXPECT_EQ(slot.status(), Status::CardReset);
}

TEST(BlockReader, DamagedAnswerIsAskedForAgain) {
    ScriptedCard card{BlockAtr,
                      {{9, {{"00 00 03 01 90 00 92", 0, true}}},
                       {4, {Answer0}},
                       {9, {Broken0}},
                       {4, {{"00 40 03 02 90 00 D1"}}}}};
    Slot slot{card, plain()};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(Count)), "01 90 00");
    EXPECT_EQ(text(slot.transmit(Count)), "02 90 00");
    EXPECT_EQ(card.heard(), Count0 + "00 81 00 81|" + Count1 + "00 91 00 91|");
    EXPECT_TRUE(card.refusals.empty());
}

TEST(BlockReader, DamagedCommandIsSentAgain) {
    ScriptedCard card{BlockAtr, {{9, {{"00 81 00 81"}}}, {9, {Answer0}}}};
    Slot slot{card, plain()};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(Count)), "01 90 00");
    EXPECT_EQ(card.heard(), Count0 + Count0);
}

TEST(BlockReader, SilenceIsABadAnswer) {
    ScriptedCard card{BlockAtr, {{9, {{Answer0.hex, BlockWait + 372}}}, {4, {Answer0}}}};
    Slot slot{card, plain()};
    ASSERT_FALSE(slot.power_on(0).empty());
    (void)slot.transmit(Count);
    EXPECT_EQ(card.heard().substr(0, Count0.size() + 11), Count0 + "00 82 00 82");
    // Just in time is in time.
    ScriptedCard timely{BlockAtr, {{9, {{Answer0.hex, BlockWait}}}}};
    Slot other{timely, plain()};
    ASSERT_FALSE(other.power_on(0).empty());
    EXPECT_EQ(text(other.transmit(Count)), "01 90 00");
}

TEST(BlockReader, GapInsideABlockBreaksItAfterTheCharacterWait) {
    // CWI 5: 43 etu from start edge to start edge.
    ScriptedCard timely{BlockAtr, {{9, {{"00 00 03"}, {"01 90 00 92", 43 * 372}}}}};
    Slot slot{timely, plain()};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(Count)), "01 90 00");
    ScriptedCard late{BlockAtr, {{9, {{"00 00 03"}}}, {4, {Answer0}}}};
    Slot other{late, plain()};
    ASSERT_FALSE(other.power_on(0).empty());
    EXPECT_EQ(text(other.transmit(Count)), "01 90 00");
    EXPECT_EQ(late.heard(), Count0 + "00 82 00 82|");
    EXPECT_GT(late.edges[9], late.edges[8] + (22 + 2 * 12 + 43) * 372U);
}

TEST(BlockReader, ChainsBothWays) {
    // IFSC 32 after the card's S(IFS); ECHO of 40 bytes in two pieces each way.
    const auto inf = [](unsigned from, unsigned to) { return counting(from, to); };
    const auto with_lrc = [](const std::string& hex) {
        auto data = bytes(hex);
        std::uint8_t lrc = 0;
        for (const auto byte : data) lrc = static_cast<std::uint8_t>(lrc ^ byte);
        data.push_back(lrc);
        return text(data);
    };
    const auto apdu = bytes("80 04 00 00 28 " + inf(0, 40) + " 00");
    ScriptedCard card{BlockAtr,
                      {{9, {{"00 C1 01 20 E0"}}},
                       {5, {Answer0}},
                       {36, {{"00 80 00 80"}}},
                       {18, {{with_lrc("00 60 20 " + inf(0, 32))}}},
                       {4, {{with_lrc("00 00 0A " + inf(32, 40) + " 90 00")}}}}};
    Slot slot{card, plain()};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(Count)), "01 90 00");
    EXPECT_EQ(text(slot.transmit(apdu)), inf(0, 40) + " 90 00");
    EXPECT_EQ(card.heard(), Count0 + "00 E1 01 20 C0|" +
                                with_lrc("00 60 20 80 04 00 00 28 " + inf(0, 27)) + "|" +
                                with_lrc("00 00 0E " + inf(27, 40) + " 00") + "|00 80 00 80|");
}

TEST(BlockReader, AbortedChainIsReported) {
    ScriptedCard card{
        BlockAtr, {{9, {{"00 C2 00 C2"}}}, {4, {{"00 90 00 90"}}}, {9, {{"00 00 02 90 00 92"}}}}};
    Slot slot{card, plain()};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_TRUE(slot.transmit(Count).empty());
    EXPECT_EQ(slot.status(), Status::Aborted);
    EXPECT_EQ(card.heard(), Count0 + "00 E2 00 E2|");
    EXPECT_EQ(text(slot.transmit(Count)), "90 00");
}

TEST(BlockReader, AnnouncesItsBlockSizeFirst) {
    auto options = plain();
    options.ifsd = 254;
    ScriptedCard card{BlockAtr,
                      {{5, {{"00 E1 01 FE 1F"}}}, {5, {{"00 E1 01 FE 1E"}}}, {9, {Answer0}}}};
    Slot slot{card, options};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(Count)), "01 90 00");
    EXPECT_EQ(card.heard(), "00 C1 01 FE 3E|00 C1 01 FE 3E|" + Count0);
}

TEST(BlockReader, KeepsTheBlockGuardTime) {
    ScriptedCard card{BlockAtr, {{9, {Answer0}}, {9, {Answer1}}}};
    Slot slot{card, plain()};
    ASSERT_FALSE(slot.power_on(0).empty());
    (void)slot.transmit(Count);
    (void)slot.transmit(Count);
    ASSERT_EQ(card.edges.size(), 18U);
    // Seven characters of the answer, the first 22 etu after the command.
    EXPECT_EQ(card.edges[9] - card.edges[8], Slow.etus(22 + 6 * 12 + 22));
    EXPECT_EQ(card.edges[10] - card.edges[9], Slow.etus(12));
}

}  // namespace

}  // namespace contact_test
