// Cases of ISO/IEC 14443-4, card side: R-blocks, S-blocks, CID, NAD and times. Each names the
// clause of iso14443.md, or the row of docs/choices.md, that its bytes come from.
#include "block_cases.hpp"

namespace system_test {
namespace {

class BlockRules : public BlockCases {
protected:
    static constexpr Tick ShortWait = 4096;  ///< FWT of FWI 0

    /// FWI 0: a card that asks for more time after 24 grid instants (choices, W).
    void start_slow(std::string_view rats = "E0 50", std::string_view ats = "06 75 77 01 02 80") {
        place_dep(with_ats(dep4(), ats), ShortWait);
        to_active();
        play({{std::string{rats}, std::string{ats}}});
    }
    /// After it the card waits for the reader's S(WTX).
    void start_waiting() {
        start_slow();
        play({{"02 80 02 00 08", "F2 01"}});
    }
    /// The reader grants time until the card answers.
    void expect_at_last(const std::string& answer, const std::string& extension = "F2 01") {
        std::string heard = block(extension);
        for (unsigned i = 0; i < 10 && heard == block_text(extension); ++i)
            heard = block(extension);
        EXPECT_EQ(heard, block_text(answer));
    }
    static Card with_nad() { return with_ats(dep4(), "06 75 77 81 03 80"); }
};
ON_BOTH_LEVELS(BlockRules);

// ---- 8.2, rules 11 to 13 ----

TEST_P(BlockRules, NakAndAckRepeatTheLastBlockAnyNumberOfTimes) {
    start();
    play({{"02 80 03 00 00 01", "02 01 90 00"},
          {"B2", "02 01 90 00"},
          {"A2", "02 01 90 00"},
          {"B2", "02 01 90 00"}});
}
TEST_P(BlockRules, NothingIsRepeatedBeforeAnyBlock) {
    start();
    play({{"B3", "silent"}, {"A3", "silent"}, {"02 80 03 00 00 01", "02 01 90 00"}});
}
TEST_P(BlockRules, AtsAndPpsAnswerAreNotRepeated) {
    start();
    play({{"D0 11 00", "D0"}, {"B3", "silent"}});
}
TEST_P(BlockRules, AckWithOtherNumberWithoutAChainIsSilence) {
    start();
    play({{"02 80 03 00 00 01", "02 01 90 00"}, {"A3", "silent"}, {"B2", "02 01 90 00"}});
}
TEST_P(BlockRules, AckWithOtherNumberBeforeAnyBlockIsSilence) {
    start();
    play({{"A2", "silent"}, {"02 80 03 00 00 01", "02 01 90 00"}});
}
TEST_P(BlockRules, AckToANakIsItselfRepeated) {
    start();
    play({{"B2", "A3"}, {"B3", "A3"}, {"A3", "A3"}, {"02 80 03 00 00 01", "02 01 90 00"}});
}
TEST_P(BlockRules, NakWithOtherNumberDoesNotToggle) {
    start();
    play({{"B2", "A3"}, {"B2", "A3"}, {"02 80 03 00 00 01", "02 01 90 00"}});
}
TEST_P(BlockRules, AckOfAPieceIsRepeatedOnAck) {
    start();
    play({{"12 80 03", "A2"}, {"A2", "A2"}, {"B2", "A2"}, {"03 00 00 01", "03 01 90 00"}});
}
TEST_P(BlockRules, NakWithOtherNumberLeavesTheReadersChain) {
    start();
    play({{"12 80 03", "A2"}, {"B3", "A2"}, {"03 00 00 01", "03 01 90 00"}});
}
TEST_P(BlockRules, NakInTheMiddleOfACardsChainRepeatsThePiece) {
    start();
    play({{"02 80 01 00 A0 00", "12 " + counting(0, 61)},
          {"A3", "13 " + counting(61, 122)},
          {"B3", "13 " + counting(61, 122)},
          {"A3", "13 " + counting(61, 122)},
          {"A2", "02 " + counting(122, 160) + " 90 00"}});
}
TEST_P(BlockRules, LostNextPieceIsAskedForByNak) {
    start();
    play({{"02 80 01 00 50 00", "12 " + counting(0, 61)},
          {"B3", "A2"},
          {"B3", "A2"},
          {"A3", "03 " + counting(61, 80) + " 90 00"}});
}

// ---- 8: coding of R- and S-blocks ----

TEST_P(BlockRules, AckWithDataIsSilence) {
    start();
    play({{"02 80 03 00 00 01", "02 01 90 00"}, {"A2 00", "silent"}, {"B2", "02 01 90 00"}});
}
TEST_P(BlockRules, NakWithDataIsSilence) {
    start();
    play({{"02 80 03 00 00 01", "02 01 90 00"}, {"B2 00", "silent"}});
}
TEST_P(BlockRules, AckWithoutFixedBitIsSilence) {
    start();
    play({{"02 80 03 00 00 01", "02 01 90 00"}, {"A0", "silent"}, {"B0", "silent"}});
}
TEST_P(BlockRules, AckWithNadBitIsSilence) {
    start();
    play({{"02 80 03 00 00 01", "02 01 90 00"}, {"A6", "silent"}, {"B6", "silent"}});
}
TEST_P(BlockRules, InformationWithBitSixIsSilence) {
    start();
    play({{"22 80 03 00 00 01", "silent"}, {"32 80 03", "silent"}, {"B2", "A3"}});
}
TEST_P(BlockRules, InformationWithoutFixedBitIsSilence) {
    start();
    play({{"00 80 03 00 00 01", "silent"}, {"01 80 03 00 00 01", "silent"}, {"B2", "A3"}});
}
TEST_P(BlockRules, DeselectWithNumberBitIsSilence) {
    start();
    play({{"C3", "silent"}, {"C6", "silent"}, {"E2", "silent"}, {"C2", "C2"}});
}
TEST_P(BlockRules, WaitingTimeNobodyAskedForIsSilence) {
    start();
    play({{"F2 01", "silent"}, {"02 80 03 00 00 01", "02 01 90 00"}, {"F2 01", "silent"}});
}

// ---- 8: S(DESELECT) ----

TEST_P(BlockRules, DeselectWithCidZeroIsAnsweredWithIt) {
    start();
    play({{"CA 00", "CA 00"}, {"CA 00", "silent"}});
    expect_halted();
}
TEST_P(BlockRules, DeselectWithoutCidDoesNotReachCidOne) {
    start("E0 51");
    play({{"C2", "silent"}, {"CA 01", "CA 01"}});
}
TEST_P(BlockRules, DeselectedCardHearsNoBlocks) {
    start();
    play({{"C2", "C2"}, {"02 80 03 00 00 01", "silent"}, {"B2", "silent"}, {"E0 50", "silent"}});
    expect_halted();
}
TEST_P(BlockRules, DeselectDropsTheReadersChain) {
    start();
    play({{"12 80 04 00 00 02 01", "A2"}, {"C2", "C2"}});
    to_ready(0x52);
    select();
    play({{"E0 50", "06 75 77 81 02 80"}, {"02 80 03 00 00 01", "02 01 90 00"}});
}
TEST_P(BlockRules, DeselectDropsTheCardsChainForGood) {
    start();
    play({{"02 80 01 01 00 00", "12 " + counting(0, 61)}, {"C2", "C2"}});
    to_ready(0x52);
    select();
    play({{"E0 50", "06 75 77 81 02 80"}, {"A2", "silent"}, {"B2", "A3"}});
}
// The chain is gone: a NAD is in a first piece again.
TEST_P(BlockRules, DeselectedCardTakesANadAgain) {
    start(with_nad());
    play({{"12 80 04 00 00 02 01", "A2"}, {"C2", "C2"}});
    to_ready(0x52);
    select();
    play({{"E0 50", "06 75 77 81 03 80"}, {"06 12 80 03 00 00 01", "06 21 01 90 00"}});
}
TEST_P(BlockRules, DeselectedCardTakesAnotherCid) {
    start("E0 51");
    play({{"CA 01", "CA 01"}});
    to_ready(0x52);
    select();
    play({{"E0 52", "06 75 77 81 02 80"},
          {"0A 01 80 03 00 00 01", "silent"},
          {"0A 02 80 03 00 00 01", "0A 02 01 90 00"}});
}
TEST_P(BlockRules, DeselectedCardTakesPpsAgain) {
    start();
    play({{"02 80 03 00 00 01", "02 01 90 00"}, {"C2", "C2"}});
    to_ready(0x52);
    select();
    play({{"E0 50", "06 75 77 81 02 80"}, {"D0 11 00", "D0"}});
}

// ---- 8, 8.2 rule 9: S(WTX) ----

TEST_P(BlockRules, WaitingTimeIsAskedForInTime) {
    start_slow();
    play({{"02 80 02 00 08", "F2 01", 24}, {"F2 01", "F2 01", 24}});
}
TEST_P(BlockRules, AnswerFollowsTheGrantedTime) {
    start_waiting();
    expect_at_last("02 90 00");
}
TEST_P(BlockRules, WaitingTimeIsRepeatedOnAckAndNak) {
    start_waiting();
    play({{"B2", "F2 01", 9}, {"A2", "F2 01", 9}});
    expect_at_last("02 90 00");
}
TEST_P(BlockRules, OtherNumberWhileWaitingIsSilence) {
    start_waiting();
    play({{"B3", "silent"}, {"A3", "silent"}});
    expect_at_last("02 90 00");
}
TEST_P(BlockRules, CommandWhileWaitingIsSilenceAndDoesNotToggle) {
    start_waiting();
    play({{"03 80 03 00 00 01", "silent"}, {"13 80", "silent"}, {"02 80 03 00 00 01", "silent"}});
    expect_at_last("02 90 00");
}
TEST_P(BlockRules, AnotherMultiplierDoesNotEndTheWait) {
    start_waiting();
    play({{"F2 02", "silent"}, {"F2 00", "silent"}, {"B2", "F2 01"}});
    for (const char* const other : {"F2 03", "F2 05", "F2 09", "F2 11", "F2 21"})
        play({{other, "silent"}});
    expect_at_last("02 90 00");
}
// From the reader the power bits are 00.
TEST_P(BlockRules, PowerBitsOfTheReaderAreSilence) {
    start_waiting();
    play({{"F2 41", "silent"}, {"F2 81", "silent"}, {"F2 C1", "silent"}});
    expect_at_last("02 90 00");
}
TEST_P(BlockRules, WaitingTimeOfWrongLengthIsSilence) {
    start_waiting();
    play({{"F2", "silent"}, {"F2 01 01", "silent"}});
    expect_at_last("02 90 00");
}
TEST_P(BlockRules, BrokenFrameDoesNotEndTheWait) {
    start_waiting();
    play({{"parity: F2 01", "silent"}, {"as is: F2 01 91 41", "silent"}});
    expect_at_last("02 90 00");
}
TEST_P(BlockRules, DeselectEndsTheWaitAndThrowsTheAnswerAway) {
    start_waiting();
    play({{"C2", "C2"}});
    to_ready(0x52);
    select();
    play({{"E0 50", "06 75 77 01 02 80"}, {"F2 01", "silent"}, {"B3", "silent"}});
}
TEST_P(BlockRules, WaitingTimeCarriesTheCid) {
    start_slow("E0 51");
    play({{"0A 01 80 02 00 08", "FA 01 01"}, {"F2 01", "silent"}, {"BA 01", "FA 01 01"}});
    expect_at_last("0A 01 90 00", "FA 01 01");
}
TEST_P(BlockRules, AnswerAfterAWaitIsRepeatedOnNak) {
    start_waiting();
    expect_at_last("02 90 00");
    play({{"B2", "02 90 00", 9}, {"F2 01", "silent"}});
}

// ---- 8: CID ----

TEST_P(BlockRules, CidWithPowerBitsIsAnotherCid) {
    start("E0 51");
    play({{"0A 41 80 03 00 00 01", "silent"},
          {"0A 11 80 03 00 00 01", "silent"},
          {"0A 01 80 03 00 00 01", "0A 01 01 90 00"}});
}
TEST_P(BlockRules, MissingCidByteIsSilence) {
    start();
    play({{"0A", "silent"}, {"AA", "silent"}, {"CA", "silent"}, {"B2", "A3"}});
}
TEST_P(BlockRules, ReceiveBlocksNeedTheRightCid) {
    start("E0 51");
    play({{"0A 01 80 03 00 00 01", "0A 01 01 90 00"},
          {"B2", "silent"},
          {"BA 02", "silent"},
          {"BA 01", "0A 01 01 90 00"},
          {"BB 01", "AA 01"}});
}
TEST_P(BlockRules, CidTakesAByteOfEachPiece) {
    start("E0 51");
    play({{"0A 01 80 01 00 78 00", "1A 01 " + counting(0, 60)},
          {"AB 01", "1B 01 " + counting(60, 120)},
          {"AA 01", "0A 01 90 00"}});
}
TEST_P(BlockRules, CidOfAReadersChain) {
    start("E0 51");
    play({{"1A 01 80 03", "AA 01"},
          {"0B 02 00 00 01", "silent"},
          {"0B 01 00 00 01", "0B 01 01 90 00"}});
}
// CID 0: each answer as the block that asked for it; a repeated block as it was (choices).
TEST_P(BlockRules, PieceHasTheCidOfTheAckThatAsksForIt) {
    start();
    play({{"0A 00 80 01 00 78 00", "1A 00 " + counting(0, 60)},
          {"A3", "13 " + counting(60, 120) + " 90"},
          {"AA 00", "0A 00 00"}});
}
TEST_P(BlockRules, RepeatedBlockKeepsItsCid) {
    start();
    play({{"0A 00 80 03 00 00 01", "0A 00 01 90 00"},
          {"B2", "0A 00 01 90 00"},
          {"03 80 03 00 00 01", "03 02 90 00"},
          {"BB 00", "03 02 90 00"},
          {"BA 00", "AB 00"}});
}
// Without CID support the CID of RATS binds PPS only (choices).
TEST_P(BlockRules, CardWithoutCidsIgnoresTheCidOfRats) {
    start(with_ats(dep4(), "06 75 77 81 00 80"), "E0 51");
    play({{"0A 01 80 03 00 00 01", "silent"},
          {"02 80 03 00 00 01", "02 01 90 00"},
          {"CA 01", "silent"},
          {"C2", "C2"}});
}

// ---- 8: NAD ----

TEST_P(BlockRules, NadIsAnsweredChangedOver) {
    start(with_nad());
    play({{"06 12 80 03 00 00 01", "06 21 01 90 00"}, {"B2", "06 21 01 90 00"}});
}
TEST_P(BlockRules, NoNadIsAnsweredByNoNad) {
    start(with_nad());
    play({{"06 12 80 03 00 00 01", "06 21 01 90 00"}, {"03 80 03 00 00 01", "03 02 90 00"}});
}
TEST_P(BlockRules, NadIsInTheFirstPieceOfAnAnswerOnly) {
    start(with_nad());
    play({{"06 12 80 01 00 78 00", "16 21 " + counting(0, 60)},
          {"A3", "13 " + counting(60, 120) + " 90"},
          {"A2", "02 00"}});
}
TEST_P(BlockRules, NadOfACommandsFirstPieceCounts) {
    start(with_nad());
    play({{"16 12 80 03", "A2"}, {"03 00 00 01", "07 21 01 90 00"}});
}
TEST_P(BlockRules, NadInALaterPieceIsSilence) {
    start(with_nad());
    play({{"16 12 80 03", "A2"}, {"07 12 00 00 01", "silent"}, {"03 00 00 01", "07 21 01 90 00"}});
}
TEST_P(BlockRules, NadWithReservedBitsIsSilence) {
    start(with_nad());
    play({{"06 80 80 03 00 00 01", "silent"},
          {"06 08 80 03 00 00 01", "silent"},
          {"06", "silent"},
          {"B2", "A3"}});
}
TEST_P(BlockRules, NoOtherByteIsTakenForTheNad) {
    start(with_nad());
    std::string all_ones;
    for (unsigned i = 0; i < 32; ++i) all_ones += " FF";
    play({{"06 12 80 04 00 00 20" + all_ones + " 00", "06 21" + all_ones + " 90 00"}});
}
TEST_P(BlockRules, CidComesBeforeNad) {
    start(with_nad(), "E0 51");
    play({{"0E 01 34 80 01 00 78 00", "1E 01 43 " + counting(0, 59)},
          {"AB 01", "1B 01 " + counting(59, 119)},
          {"AA 01", "0A 01 77 90 00"}});
}

// ---- Times (choices: frame delay, host time, GO) ----

TEST_P(BlockRules, AnswersOfTheProtocolItselfComeAtIndexNine) {
    start_active();
    play({{"E0 50", "06 75 77 81 02 80", 9},
          {"D0 11 00", "D0", 9},
          {"B2", "A3", 9},
          {"02 80 03 00 00 01", "02 01 90 00"},
          {"B2", "02 01 90 00", 9},
          {"C2", "C2", 9}});
}
// 1024 + H(5) + 256 + H(3) + 64 = 1504 ticks after G: n = 12.
TEST_P(BlockRules, AnswerComesWhenTheHostHasMovedIt) {
    start();
    play({{"02 80 03 00 00 01", "02 01 90 00", 12}});
}
// 1024 + H(6) + 64 = 1176: n = 10.
TEST_P(BlockRules, AckOfAPieceComesWhenTheHostHasIt) {
    start();
    play({{"12 80 04 00 00 05 01", "A2", 10}});
}
// 1024 + H(61) + 64 = 1396: n = 11.
TEST_P(BlockRules, NextPieceComesWhenTheHostHasMovedIt) {
    start();
    play({{"02 80 01 01 00 00", "12 " + counting(0, 61)}, {"A3", "13 " + counting(61, 122), 11}});
}
// 1024 + H(0) + H(0) + 64 = 1216: n = 10.
TEST_P(BlockRules, EmptyBlockCostsTheHostTwice) {
    start();
    play({{"02", "02", 10}});
}
// Blocks of 256 bytes in 3072 ticks: 1024 + H(253) = 2100 for the command; 1024 + H(253) + 64 for a
// piece.
TEST_P(BlockRules, LongestBlocksNeedNoMoreTimeThanFwi0Allows) {
    start_slow("E0 80", "06 78 77 01 02 80");
    const std::string data = counting(0, 247);
    play({{"12 80 04 00 00 F7 " + data, "A2", 17}, {"03 00", "03 " + data + " 90 00"}});
}
// 1024 + H(5) + 256 + H(253) + 64 = 2504: n = 20.
TEST_P(BlockRules, LongestAnswerIsSentInTime) {
    start_slow("E0 80", "06 78 77 01 02 80");
    play({{"02 80 01 00 FB 00", "02 " + counting(0, 251) + " 90 00", 20}});
}

}  // namespace
}  // namespace system_test
