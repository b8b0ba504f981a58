// Cases of ISO/IEC 14443-4, reader side: what sw/reader does about a card that loses blocks or
// breaks rules. Each names the clause of iso14443.md, or the row of docs/choices.md, that its bytes
// come from.
#include "block_script.hpp"

namespace system_test {
namespace {

class BlockReader : public BlockReaderTest {
protected:
    /// The card says `lines` to one APDU; `result` and the reader's frames after its first, without
    /// CRC.
    void play(std::initializer_list<BlockScript::Line> lines, std::string_view result,
              std::initializer_list<std::string_view> frames, std::string_view apdu = Apdu,
              std::optional<std::uint8_t> cid = {}, std::string_view ats = Ats) {
        card_.say(lines);
        EXPECT_EQ(run(apdu, ats, cid), result);
        std::string expected;
        for (const auto frame : frames) {
            expected += (expected.empty() ? "" : " | ") + block_text(frame);
        }
        const std::string text = sent_text();
        const auto first = text.find(" | ");
        EXPECT_EQ(first == std::string::npos ? "" : text.substr(first + 3), expected);
    }
    /// A rule is broken: S(DESELECT) at once, nothing is passed up.
    void expect_broken(const std::string& answer) { play({{answer}}, Broken, {"C2"}); }
    /// An invalid block: R(NAK), and the block sent again is the answer (rule 4).
    void expect_asked_again(const std::string& answer) {
        play({{answer}, {"02 90 00"}}, "90 00", {"B2"});
    }
};
ON_BOTH_LEVELS(BlockReader);

// ---- 8.2 rule 4: invalid blocks are asked for again ----

TEST_P(BlockReader, SilenceIsAskedAgain) { expect_asked_again("-"); }
TEST_P(BlockReader, WrongCrcIsAskedAgain) { expect_asked_again("!02 90 00 F1 08"); }
TEST_P(BlockReader, MissingCrcIsAskedAgain) { expect_asked_again("!02 90 00"); }
TEST_P(BlockReader, EmptyFrameIsAskedAgain) { expect_asked_again("!63 63"); }
TEST_P(BlockReader, FrameOfOneByteIsAskedAgain) { expect_asked_again("!02"); }
TEST_P(BlockReader, UnexpectedCidIsAskedAgain) { expect_asked_again("0A 00 90 00"); }
TEST_P(BlockReader, SecondAttemptMayFailToo) {
    play({{"-"}, {"-"}, {"02 90 00"}}, "90 00", {"B2", "B2"});
}
TEST_P(BlockReader, ErrorsAreCountedAnewForEachBlock) {
    play({{"-"}, {"-"}, {"12 11"}, {"-"}, {"-"}, {"03 22"}}, "11 22",
         {"B2", "B2", "A3", "A3", "A3"});
}
TEST_P(BlockReader, CardThatFallsSilentInItsChainIsGivenUp) {
    play({{"12 11"}}, "no answer", {"A3", "A3", "A3", "C2"});
}
TEST_P(BlockReader, WrongParityIsAskedAgain) {
    ScriptedAnswers spoiled{[again = false](const port::AirFrame&) mutable -> std::optional<Bits> {
        const Bits right = with_crc("02 90 00");
        return std::exchange(again, true) ? right : flipped(right, 8);
    }};
    world().remove(0);
    world().place(0, spoiled);
    EXPECT_EQ(run(), "90 00");
    EXPECT_EQ(text_of(sent().back().bits), "B2 67 C7");
}
TEST_P(BlockReader, FrameCutInAByteIsAskedAgain) {
    ScriptedAnswers spoiled{[again = false](const port::AirFrame&) mutable -> std::optional<Bits> {
        Bits bits = with_crc("02 90 00");
        if (!std::exchange(again, true)) bits.resize(bits.size() - 3);
        return bits;
    }};
    world().remove(0);
    world().place(0, spoiled);
    EXPECT_EQ(run(), "90 00");
    EXPECT_EQ(text_of(sent().back().bits), "B2 67 C7");
}

// ---- 8: control bytes that no card may send ----

TEST_P(BlockReader, ReservedControl00Breaks) { expect_broken("00 90 00"); }
TEST_P(BlockReader, ReservedControl22Breaks) { expect_broken("22 90 00"); }
TEST_P(BlockReader, ReservedControl42Breaks) { expect_broken("42 90 00"); }
TEST_P(BlockReader, ReservedControl82Breaks) { expect_broken("82 90 00"); }
TEST_P(BlockReader, ReservedControlE2Breaks) { expect_broken("E2 90 00"); }
TEST_P(BlockReader, ReservedControlD2Breaks) { expect_broken("D2"); }
TEST_P(BlockReader, ReservedControlF0Breaks) { expect_broken("F0"); }
TEST_P(BlockReader, ReservedAckA0Breaks) { expect_broken("A0"); }
TEST_P(BlockReader, ReservedAckA6Breaks) { expect_broken("A6"); }
TEST_P(BlockReader, ReservedAckA1Breaks) { expect_broken("A1"); }
TEST_P(BlockReader, ReservedAckA7Breaks) { expect_broken("A7"); }
TEST_P(BlockReader, NakWithOwnNumberBreaks) { expect_broken("B2"); }
TEST_P(BlockReader, NakWithOtherNumberBreaks) { expect_broken("B3"); }
TEST_P(BlockReader, DeselectNobodyAskedForBreaks) { expect_broken("C2"); }
TEST_P(BlockReader, NadNobodyUsedBreaks) { expect_broken("06 00 90 00"); }
TEST_P(BlockReader, AckWithDataBreaks) { expect_broken("A3 00"); }

// ---- 8.1 B, 8.2 rules 2, 6, 7, 10 ----

TEST_P(BlockReader, ChainedAnswerWithOtherNumberBreaks) { expect_broken("13 11"); }
TEST_P(BlockReader, SecondPieceWithOldNumberBreaks) {
    play({{"12 11"}, {"12 22"}}, Broken, {"A3", "C2"});
}
TEST_P(BlockReader, AckInACardsChainBreaks) { play({{"12 11"}, {"A3"}}, Broken, {"A3", "C2"}); }
TEST_P(BlockReader, AckWithOtherNumberInACardsChainBreaks) {
    play({{"12 11"}, {"A2"}}, Broken, {"A3", "C2"});
}
TEST_P(BlockReader, AnswerBeforeTheCommandIsWholeBreaks) {
    play({{"02 90 00"}}, Broken, {"C2"}, counting(0, 100));
}
TEST_P(BlockReader, AckWithOtherNumberRepeatsTheBlock) {
    play({{"A3"}, {"02 90 00"}}, "90 00", {"02 80 03 00 00 01"});
}
TEST_P(BlockReader, EndlessRepetitionIsBroken) {
    card_.then_always({"A3"});
    play({}, Broken, {"02 80 03 00 00 01", "02 80 03 00 00 01", "C2"});
}
TEST_P(BlockReader, LostPieceIsRepeatedNotTheNext) {
    play({{"A2"}, {"-"}, {"A2"}, {"03 90 00"}}, "90 00",
         {"03 " + counting(61, 100), "B3", "03 " + counting(61, 100)}, counting(0, 100));
}
TEST_P(BlockReader, EmptyAnswerIsAnAnswer) { play({{"02"}}, "", {}); }
TEST_P(BlockReader, EmptyLastPieceIsAPiece) { play({{"12 90 00"}, {"03"}}, "90 00", {"A3"}); }
TEST_P(BlockReader, NumbersGoOnFromCommandToCommand) {
    card_.say({{"12 11"}, {"03 22"}, {"02 33"}, {"03 44"}});
    recorder().frames.clear();
    auto open = channel();
    EXPECT_EQ(exchange_on(open), "11 22");
    EXPECT_EQ(exchange_on(open, "00"), "33");
    EXPECT_EQ(exchange_on(open, "00"), "44");
    EXPECT_EQ(sent_text(), block_text("02 80 03 00 00 01") + " | A3 6F C6 | " +
                               block_text("02 00") + " | " + block_text("03 00"));
}

// ---- 8: S(WTX) ----

TEST_P(BlockReader, WaitingTimeInTheReadersChain) {
    play({{"F2 01"}, {"A2"}, {"03 90 00"}}, "90 00", {"F2 01", "03 " + counting(61, 100)},
         counting(0, 100));
}
TEST_P(BlockReader, WaitingTimeInTheCardsChain) {
    play({{"12 11"}, {"F2 01"}, {"03 22"}}, "11 22", {"A3", "F2 01"});
}
TEST_P(BlockReader, ErrorAfterAGrantInTheCardsChainIsAcknowledged) {
    play({{"12 11"}, {"F2 01"}, {"-"}, {"03 22"}}, "11 22", {"A3", "F2 01", "A3"});
}
TEST_P(BlockReader, GrantEndsWithTheNextBlockSent) {
    play({{"F2 03"}, {"!02 90 00"}, {"-"}, {"02 90 00"}}, "90 00", {"F2 03", "B2", "B2"});
    EXPECT_EQ(waited(2), WaitingTime);
}
TEST_P(BlockReader, ErrorsAreCountedAnewAfterAGrant) {
    play({{"-"}, {"-"}, {"F2 01"}, {"-"}, {"-"}, {"02 90 00"}}, "90 00",
         {"B2", "B2", "F2 01", "B2", "B2"});
}
TEST_P(BlockReader, LargestMultiplierIsGranted) {
    play({{"F2 3B"}, {"02 90 00"}}, "90 00", {"F2 3B"});
}
TEST_P(BlockReader, WaitingTimeWithoutMultiplierBreaks) { expect_broken("F2"); }
TEST_P(BlockReader, WaitingTimeOfTwoBytesBreaks) { expect_broken("F2 01 01"); }
TEST_P(BlockReader, MultiplierZeroBreaks) { expect_broken("F2 00"); }
TEST_P(BlockReader, MultiplierSixtyBreaks) { expect_broken("F2 3C"); }
TEST_P(BlockReader, MultiplierSixtyThreeBreaks) { expect_broken("F2 3F"); }

// ---- 8: CID ----

TEST_P(BlockReader, CidGoesWithEveryKindOfBlock) {
    play({{"-"}, {"FA 01 01"}, {"1A 01 11"}, {"0B 01 22"}}, "11 22", {"BA 01", "FA 01 01", "AB 01"},
         Apdu, 1);
}
TEST_P(BlockReader, PowerLevelInTheCidByteIsNoOtherCid) {
    play({{"0A C1 90 00"}}, "90 00", {}, Apdu, 1);
}
TEST_P(BlockReader, CardWithoutCidsIsSpokenToWithout) {
    play({{"02 90 00"}}, "90 00", {}, Apdu, 1, "06 75 77 81 00 80");
    EXPECT_EQ(text_of(sent().at(0).bits), Command);
}

// ---- 7.1: FSC, FWT, SFGT ----

TEST_P(BlockReader, PiecesFillTheShortestFrame) {
    play({{"A2"}, {"A3"}, {"02 90 00"}}, "90 00",
         {"13 " + counting(13, 26), "02 " + counting(26, 30)}, counting(0, 30), {},
         "05 70 77 81 02");
}
TEST_P(BlockReader, ReservedFsciMeans256) {
    play({{"02 90 00"}}, "90 00", {}, counting(0, 200), {}, "05 7F 77 81 02");
}
TEST_P(BlockReader, ShortestFrameWaitingTime) {
    play({{"-"}, {"02 90 00"}}, "90 00", {"B2"}, Apdu, {}, "06 75 77 01 02 80");
    EXPECT_EQ(waited(0), 4096U);
}
TEST_P(BlockReader, ReservedFwiMeansTheDefault) {
    play({{"-"}, {"02 90 00"}}, "90 00", {"B2"}, Apdu, {}, "06 75 77 F1 02 80");
    EXPECT_EQ(waited(0), 65'536U);
}
// SFGI 1: 8192 ticks after the ATS.
TEST_P(BlockReader, GuardTimeIsKept) {
    card_.say({{"06 75 77 81 02 80"}, {"02 90 00"}});
    auto opened = reader::IsoDep::open(reader(), reader::Card{});
    ASSERT_TRUE(opened.channel);
    EXPECT_EQ(exchange_on(*opened.channel), "90 00");
    const auto& frames = recorder().frames;
    EXPECT_GE(frames.at(2).start - frames.at(1).end, 8192U);
}
TEST_P(BlockReader, RepeatedRatsMaySucceed) {
    card_.say({{"-"}, {"06 75 77 81 02 80"}});
    const auto opened = reader::IsoDep::open(reader(), reader::Card{});
    EXPECT_TRUE(opened.channel);
    EXPECT_EQ(sent_text(), "E0 50 BC A5 | E0 50 BC A5");
}
TEST_P(BlockReader, ChannelOfACidUsesIt) {
    card_.say({{"06 75 77 81 02 80"}, {"0A 01 90 00"}});
    auto opened = reader::IsoDep::open(reader(), reader::Card{}, 0x81);
    ASSERT_TRUE(opened.channel);
    EXPECT_EQ(exchange_on(*opened.channel), "90 00");
    EXPECT_EQ(sent_text(), "E0 81 B8 62 | 0A 01 80 03 00 00 01 4A D4");
}
TEST_P(BlockReader, BlockLongerThanPromisedIsAskedAgain) {
    card_.say({{"06 75 77 81 02 80"}, {"02 " + counting(0, 62)}, {"02 90 00"}});
    auto opened = reader::IsoDep::open(reader(), reader::Card{});
    ASSERT_TRUE(opened.channel);
    EXPECT_EQ(exchange_on(*opened.channel), "90 00");
    EXPECT_EQ(text_of(sent().back().bits), "B2 67 C7");
}

// ---- 8: S(DESELECT) ----

TEST_P(BlockReader, DeselectIsConfirmed) {
    card_.say({{"C2"}});
    auto open = channel();
    EXPECT_EQ(open.deselect(), reader::Status::Ok);
}
TEST_P(BlockReader, DeselectWithDataIsNoConfirmation) {
    card_.say({{"C2 00"}});
    auto open = channel();
    EXPECT_EQ(open.deselect(), reader::Status::Protocol);
}
TEST_P(BlockReader, SilentDeselectWaitsAsLongAsTheCardMayTake) {
    recorder().frames.clear();
    auto open = channel();
    EXPECT_EQ(open.deselect(), reader::Status::Silent);
    EXPECT_EQ(open.deselect(), reader::Status::Silent);
    EXPECT_EQ(waited(0), 71'680U);
}

}  // namespace
}  // namespace system_test
