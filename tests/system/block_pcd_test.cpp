// Block protocol, reader side (test plan, DEP-R rows). Expected blocks: iso14443.md, 7 and 8, and
// the plan.
#include "block_script.hpp"

namespace system_test {
namespace {

class BlockPcd : public BlockReaderTest {
protected:
    static std::string apdu_of(unsigned size) { return counting(0, size); }
    static std::string join(std::initializer_list<std::string_view> frames) {
        std::string text;
        for (const auto frame : frames) text += (text.empty() ? "" : " | ") + std::string{frame};
        return text;
    }
};
ON_BOTH_LEVELS(BlockPcd);

TEST_P(BlockPcd, DEP_R_01_LostCommandIsSentAgain) {
    card_.say({{"-"}, {"A3"}, {"02 90 00"}});
    EXPECT_EQ(run(), "90 00");
    EXPECT_EQ(sent_text(), join({Command, "B2 67 C7", Command}));
    EXPECT_EQ(waited(0), WaitingTime);
}

TEST_P(BlockPcd, DEP_R_02_BrokenAnswerIsAskedForAgain) {
    card_.say({{"!02 90 00 F1 08"}, {"02 90 00"}});
    EXPECT_EQ(run(), "90 00");
    EXPECT_EQ(sent_text(), join({Command, "B2 67 C7"}));
}

TEST_P(BlockPcd, DEP_R_03_BrokenChainedBlockIsAcknowledgedAgain) {
    card_.say({{"12 11 22"}, {"!03 33 90 00 00 00"}, {"03 33 90 00"}});
    EXPECT_EQ(run(), "11 22 33 90 00");
    EXPECT_EQ(sent_text(), join({Command, "A3 6F C6", "A3 6F C6"}));
}

TEST_P(BlockPcd, DEP_R_04_CardsChainIsJoined) {
    card_.say({{"12 11"}, {"13 22"}, {"02 33 90 00"}});
    EXPECT_EQ(run(), "11 22 33 90 00");
    EXPECT_EQ(sent_text(), join({Command, "A3 6F C6", "A2 E6 D7"}));
    // b6 is no chaining bit.
    card_.then_always({"22 11"});
    EXPECT_EQ(run(), Broken);
}

TEST_P(BlockPcd, DEP_R_05_SilentCardIsGivenUp) {
    EXPECT_EQ(run(), "no answer");
    const std::string text = sent_text();
    const std::string two = join({Command, "B2 67 C7", "B2 67 C7", "C2 E0 B4"});
    const std::string three = join({Command, "B2 67 C7", "B2 67 C7", "B2 67 C7", "C2 E0 B4"});
    EXPECT_TRUE(text == two || text == three) << text;
}

TEST_P(BlockPcd, DEP_R_06_AckOfAWholeCommandBreaksTheProtocol) {
    card_.then_always({"A2"});
    EXPECT_EQ(run(), Broken);
    EXPECT_EQ(sent_text(), join({Command, "C2 E0 B4"}));
}

TEST_P(BlockPcd, DEP_R_07_AnswerWithTheOtherNumberIsNotPassedUp) {
    card_.then_always({"03 90 00"});
    EXPECT_EQ(run(), Broken);
    EXPECT_EQ(sent_text(), join({Command, "C2 E0 B4"}));
}

TEST_P(BlockPcd, DEP_R_08_WaitingTimeIsExtendedForOneBlock) {
    card_.say({{"F2 02"}, {"02 90 00", WaitingTime * 19 / 10}});
    recorder().frames.clear();
    auto open = channel();
    EXPECT_EQ(exchange_on(open), "90 00");
    EXPECT_EQ(sent_text(), join({Command, "F2 02 0A 72"}));
    recorder().frames.clear();
    EXPECT_EQ(exchange_on(open), "no answer");
    EXPECT_EQ(waited(0), WaitingTime);
}

TEST_P(BlockPcd, DEP_R_09_ExtensionsDoNotMultiply) {
    constexpr unsigned Extensions = 50;
    card_.say({"F2 02"}, Extensions);
    EXPECT_EQ(run(), "no answer");
    const auto frames = sent();
    ASSERT_GT(frames.size(), Extensions + 1);
    for (unsigned i = 1; i <= Extensions; ++i)
        EXPECT_EQ(text_of(frames[i].bits), "F2 02 0A 72") << i;
    EXPECT_EQ(waited(Extensions), 2 * WaitingTime);
    // Second run: the answer comes.
    card_.say({"F2 02"}, Extensions);
    card_.say({"02 90 00"}, 1);
    EXPECT_EQ(run(), "90 00");
    EXPECT_EQ(sent().size(), 1 + Extensions);
}

TEST_P(BlockPcd, DEP_R_10_PowerLevelIsNotEchoed) {
    card_.say({{"F2 C3"}, {"02 90 00"}});
    EXPECT_EQ(run(), "90 00");
    EXPECT_EQ(sent_text(), join({Command, "F2 03 83 63"}));
}

TEST_P(BlockPcd, DEP_R_11_ReservedMultipliersBreakTheProtocol) {
    for (const std::string wrong : {"F2 00", "F2 3C"}) {
        SCOPED_TRACE(wrong);
        card_.say({{wrong}});
        EXPECT_EQ(run(), Broken);
        EXPECT_EQ(sent_text(), join({Command, "C2 E0 B4"}));
    }
}

TEST_P(BlockPcd, DEP_R_12_ExtensionEndsAtTheLongestWaitingTime) {
    // A broken rule spares the simulation the two time-outs that repairing would add.
    card_.say({{"F2 3B"}, {"-"}, {"A2"}});
    EXPECT_EQ(run(Apdu, "06 75 77 E1 02 80"), Broken);
    EXPECT_EQ(text_of(sent().at(1).bits), "F2 3B 48 DE");
    EXPECT_EQ(waited(1), 67'108'864U);
}

TEST_P(BlockPcd, DEP_R_13_LongCommandIsCutToTheCardsFrameSize) {
    card_.say({{"A2"}, {"03 90 00"}});
    EXPECT_EQ(run(apdu_of(100)), "90 00");
    EXPECT_EQ(sent_text(),
              join({block_text("12 " + counting(0, 61)), block_text("03 " + counting(61, 100))}));
    card_.say({{"AA 01"}, {"0B 01 90 00"}});
    EXPECT_EQ(run(apdu_of(100), Ats, 1), "90 00");
    EXPECT_EQ(sent_text(), join({block_text("1A 01 " + counting(0, 60)),
                                 block_text("0B 01 " + counting(60, 100))}));
}

TEST_P(BlockPcd, DEP_R_14_LostAckDoesNotRepeatThePiece) {
    card_.say({{"-"}, {"A2"}, {"03 90 00"}});
    EXPECT_EQ(run(apdu_of(100)), "90 00");
    EXPECT_EQ(sent_text(), join({block_text("12 " + counting(0, 61)), "B2 67 C7",
                                 block_text("03 " + counting(61, 100))}));
}

TEST_P(BlockPcd, DEP_R_15_ShortestAtsMeansTheDefaults) {
    card_.say({{"!01 77 40"}, {"A2"}, {"03 90 00"}});
    auto opened = reader::IsoDep::open(reader(), reader::Card{});
    ASSERT_TRUE(opened.channel);
    const reader::DepParameters expected{
        .frame_size = 32, .fwi = 4, .sfgi = 0, .cid = true, .nad = false};
    EXPECT_EQ(reader::parse_ats(opened.answer), expected);
    EXPECT_EQ(exchange_on(*opened.channel, apdu_of(30)), "90 00");
    // FSC 32; no PPS was sent: the rate stays fc/128.
    EXPECT_EQ(sent_text(),
              join({"E0 50 BC A5", block_text("12 " + counting(0, 29)), block_text("03 1D")}));
}

TEST_P(BlockPcd, DEP_R_16_BrokenAtsIsAskedForOnceMore) {
    for (const std::string wrong : {"!06 75 77 81 02 07 B5", "!06 75 77 81 02 80 02 F1"}) {
        SCOPED_TRACE(wrong);
        recorder().frames.clear();
        card_.say({{wrong}});
        const auto opened = reader::IsoDep::open(reader(), reader::Card{});
        EXPECT_NE(opened.status, reader::Status::Ok);
        EXPECT_FALSE(opened.channel);
        EXPECT_EQ(sent_text(), join({"E0 50 BC A5", "E0 50 BC A5", "C2 E0 B4", "50 00 57 CD"}));
    }
}

TEST_P(BlockPcd, DEP_R_17_CardWithoutAtsIsNoTarget) {
    constexpr Tick AtsTimeout = 71'680;
    card_.say({{"!04 00"}, {"!9C 59 9B 32 6C"}, {"20"}});
    const auto found = reader().activate(reader::Wake::Idle);
    ASSERT_TRUE(found.card.has_part4());
    recorder().frames.clear();
    const auto opened = reader::IsoDep::open(reader(), reader::Card{});
    EXPECT_FALSE(opened.channel);
    // The waits for an answer, which the plan bounds; HLTA waits for silence.
    Tick waits = 0;
    for (std::size_t i = 0; i + 1 < sent().size(); ++i) waits += waited(i);
    EXPECT_LE(waits, 3 * AtsTimeout);
}

TEST_P(BlockPcd, DEP_R_18_AnswersWithAnotherCidAreNotPassedUp) {
    for (const std::string wrong : {"02 90 00", "0A 02 90 00"}) {
        SCOPED_TRACE(wrong);
        card_.say({});
        card_.then_always({wrong});
        const std::string answer = run(Apdu, Ats, 1);
        EXPECT_NE(answer, "90 00");
        EXPECT_EQ(text_of(sent().back().bits), "CA 01 F3 38");
    }
}

TEST_P(BlockPcd, DEP_R_19_NakAndAckWithDataBreakTheProtocol) {
    for (const std::string wrong : {"B3", "A3 00"}) {
        SCOPED_TRACE(wrong);
        card_.say({{wrong}});
        EXPECT_EQ(run(), Broken);
        EXPECT_EQ(sent_text(), join({Command, "C2 E0 B4"}));
    }
}

// ---- Rows of time that need the block protocol ----

class Timing : public BlockReaderTest {
protected:
    /// Ticks from the end of the ATS to the first block; the card's ATS is `ats`.
    Tick gap_after(const std::string& ats) {
        recorder().frames.clear();
        card_.say({{ats}, {"02 90 00"}});
        auto opened = reader::IsoDep::open(reader(), reader::Card{});
        EXPECT_TRUE(opened.channel);
        if (!opened.channel) return 0;
        EXPECT_EQ(exchange_on(*opened.channel), "90 00");
        const auto& frames = recorder().frames;
        return frames.at(2).start - frames.at(1).end;
    }
};
ON_BOTH_LEVELS(Timing);

TEST_P(Timing, TIME_15_ReaderWaitsForALateAts) {
    card_.say({{"06 75 77 81 02 80", 70'000}});
    const auto opened = reader::IsoDep::open(reader(), reader::Card{});
    EXPECT_TRUE(opened.channel);
    EXPECT_EQ(sent_text(), "E0 50 BC A5");
}

TEST_P(Timing, TIME_16_GuardTimeAfterTheAts) {
    EXPECT_GE(gap_after("06 75 77 88 02 80"), 1'048'576U);
    EXPECT_LT(gap_after("06 75 77 80 02 80"), 65'536U);
}

TEST_P(Timing, TIME_17_AnswerMayUseTheWholeWaitingTime) {
    card_.say({{"02 90 00", 1'048'400}});
    EXPECT_EQ(run(), "90 00");
    card_.say({{"-"}, {"02 90 00"}});
    EXPECT_EQ(run(), "90 00");
    EXPECT_EQ(text_of(sent().at(1).bits), "B2 67 C7");
    EXPECT_GE(sent().at(1).start - sent().at(0).end, 1'048'576U);
}

TEST_P(Timing, TIME_18_ReservedTimesMeanTheDefaults) {
    EXPECT_LT(gap_after("06 75 77 FF 02 80"), 65'536U);
    card_.say({{"-"}, {"02 90 00"}});
    EXPECT_EQ(run(Apdu, "06 75 77 FF 02 80"), "90 00");
    EXPECT_EQ(waited(0), 65'536U);
}

}  // namespace
}  // namespace system_test
