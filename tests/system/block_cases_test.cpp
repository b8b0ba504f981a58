// Cases of ISO/IEC 14443-4, card side: activation, PPS, frames, I-blocks and chaining. Each names
// the clause of iso14443.md, or the row of docs/choices.md, that its bytes come from.
#include "block_cases.hpp"

namespace system_test {
namespace {

ON_BOTH_LEVELS(BlockCases);

// ---- 7.1: FSD, table of frame sizes: no block is longer than the reader can take ----

TEST_P(BlockCases, Fsdi0Means16) { EXPECT_EQ(longest_answer("E0 00"), 16U); }
TEST_P(BlockCases, Fsdi1Means24) { EXPECT_EQ(longest_answer("E0 10"), 24U); }
TEST_P(BlockCases, Fsdi2Means32) { EXPECT_EQ(longest_answer("E0 20"), 32U); }
TEST_P(BlockCases, Fsdi3Means40) { EXPECT_EQ(longest_answer("E0 30"), 40U); }
TEST_P(BlockCases, Fsdi4Means48) { EXPECT_EQ(longest_answer("E0 40"), 48U); }
TEST_P(BlockCases, Fsdi5Means64) { EXPECT_EQ(longest_answer("E0 50"), 64U); }
TEST_P(BlockCases, Fsdi6Means96) { EXPECT_EQ(longest_answer("E0 60"), 96U); }
TEST_P(BlockCases, Fsdi7Means128) { EXPECT_EQ(longest_answer("E0 70"), 128U); }
TEST_P(BlockCases, Fsdi8Means256) { EXPECT_EQ(longest_answer("E0 80"), 256U); }
TEST_P(BlockCases, Fsdi9IsReservedAndMeans256) { EXPECT_EQ(longest_answer("E0 90"), 256U); }
TEST_P(BlockCases, Fsdi15IsReservedAndMeans256) { EXPECT_EQ(longest_answer("E0 F0"), 256U); }

// ---- 7.1: FSC, the same table in T0 ----

TEST_P(BlockCases, Fsci0Means16) { expect_frame_size(with_ats(dep4(), "05 70 77 81 02"), 16); }
TEST_P(BlockCases, Fsci1Means24) { expect_frame_size(with_ats(dep4(), "05 71 77 81 02"), 24); }
TEST_P(BlockCases, Fsci2Means32) { expect_frame_size(with_ats(dep4(), "05 72 77 81 02"), 32); }
TEST_P(BlockCases, Fsci3Means40) { expect_frame_size(with_ats(dep4(), "05 73 77 81 02"), 40); }
TEST_P(BlockCases, Fsci4Means48) { expect_frame_size(with_ats(dep4(), "05 74 77 81 02"), 48); }
TEST_P(BlockCases, Fsci6Means96) { expect_frame_size(with_ats(dep4(), "05 76 77 81 02"), 96); }
TEST_P(BlockCases, Fsci7Means128) { expect_frame_size(with_ats(dep4(), "05 77 77 81 02"), 128); }
TEST_P(BlockCases, Fsci8Means256) { expect_frame_size(with_ats(dep4(), "05 78 77 81 02"), 256); }
TEST_P(BlockCases, Fsci9IsReservedAndMeans256) {
    expect_frame_size(with_ats(dep4(), "05 79 77 81 02"), 256);
}
// T0 is missing: FSCI 2.
TEST_P(BlockCases, ShortestAtsMeansFsc32) { expect_frame_size(with_ats(dep4(), "01"), 32); }

// ---- 7.1: RATS ----

TEST_P(BlockCases, RatsWithCid14IsAnswered) {
    start_active();
    play({{"E0 5E", "06 75 77 81 02 80"}, {"0A 0E 80 03 00 00 01", "0A 0E 01 90 00"}});
}
// CID 15 is RFU; the frame is none of the card's, and RATS still counts (choices).
TEST_P(BlockCases, RatsWithCid15IsSilence) {
    start_active();
    play({{"E0 5F", "silent"}, {"E0 50", "06 75 77 81 02 80"}});
}
TEST_P(BlockCases, RatsOfThreeBytesIsSilence) {
    start_active();
    play({{"E0", "silent"}, {"E0 50", "06 75 77 81 02 80"}});
}
TEST_P(BlockCases, RatsOfFiveBytesIsSilence) {
    start_active();
    play({{"E0 50 00", "silent"}, {"E0 50", "06 75 77 81 02 80"}});
}
// The first error-free RATS counts.
TEST_P(BlockCases, RatsWithWrongParityDoesNotCount) {
    start_active();
    play({{"parity: E0 50", "silent"}, {"E0 51", "06 75 77 81 02 80"}, {"C2", "silent"}});
}
TEST_P(BlockCases, RatsCutShortDoesNotCount) {
    start_active();
    play({{"cut: E0 50", "silent"}, {"E0 50", "06 75 77 81 02 80"}});
}
// 5: any frame other than a valid RATS or HLTA is ignored and the card keeps listening.
TEST_P(BlockCases, RequestInActiveIsIgnored) {
    start_active();
    play({{"short: 26", "silent"}, {"short: 52", "silent"}, {"E0 50", "06 75 77 81 02 80"}});
}
TEST_P(BlockCases, SelectInActiveIsIgnored) {
    start_active();
    play({{"93 70 9C 59 9B 32 6C", "silent"}, {"E0 50", "06 75 77 81 02 80"}});
}
TEST_P(BlockCases, BlockBeforeRatsIsIgnored) {
    start_active();
    play({{"02 80 03 00 00 01", "silent"}, {"C2", "silent"}, {"E0 50", "06 75 77 81 02 80"}});
}
TEST_P(BlockCases, PpsBeforeRatsIsIgnored) {
    start_active();
    play({{"D0 01", "silent"}, {"E0 50", "06 75 77 81 02 80"}});
}
TEST_P(BlockCases, HaltInsteadOfRatsHalts) {
    start_active();
    play({{"50 00", "silent"}, {"E0 50", "silent"}});
    expect_halted();
}
TEST_P(BlockCases, CardWokenFromHaltSpeaksBlocks) {
    start_active();
    play({{"50 00", "silent"}});
    to_ready(0x52);
    select();
    play({{"E0 50", "06 75 77 81 02 80"}, {"02 80 03 00 00 01", "02 01 90 00"}});
}
TEST_P(BlockCases, SevenByteUidSpeaksBlocks) {
    start(dep7());
    play({{"02 80 03 00 00 01", "02 01 90 00"}});
}
TEST_P(BlockCases, TenByteUidSpeaksBlocks) {
    start(dep10());
    play({{"02 80 03 00 00 01", "02 01 90 00"}});
}
// Field loss ends PROTOCOL; the card's number starts at 1 again and COUNT at 0.
TEST_P(BlockCases, FieldLossEndsTheProtocol) {
    start();
    play({{"02 80 03 00 00 01", "02 01 90 00"}});
    field_off(67'800);
    EXPECT_EQ(block("02 80 03 00 00 01"), "silent");
    to_active();
    play({{"E0 50", "06 75 77 81 02 80"}, {"B3", "silent"}, {"02 80 03 00 00 01", "02 01 90 00"}});
}
TEST_P(BlockCases, HistoricalBytesAreCutToTheReadersFrame) {
    start_active(with_ats(dep4(), "14 75 77 81 02 A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 AA AB AC AD AE"));
    play({{"E0 00", "0E 75 77 81 02 A0 A1 A2 A3 A4 A5 A6 A7 A8"}});
}
TEST_P(BlockCases, LongestAtsFitsAFrameOf24) {
    const std::string ats = "14 75 77 81 02 A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 AA AB AC AD AE";
    start_active(with_ats(dep4(), ats));
    play({{"E0 10", ats}});
}

// ---- SAK 28: MIFARE Classic until RATS (choices) ----

TEST_P(BlockCases, ClassicCardThatSpeaksBlocksAuthenticates) {
    Card card = dep4();
    card.profile.sak = 0x28;
    start_active(card);
    MifareSession session{*this};
    EXPECT_TRUE(session.authenticate(0x60, 4));
    EXPECT_EQ(session.command("E0 50"), "4") << "RATS in a session is an unknown code";
}
TEST_P(BlockCases, BrokenFrameLeavesRatsToAClassicCard) {
    Card card = dep4();
    card.profile.sak = 0x28;
    start_active(card);
    play({{"as is: 60 00 F5 7A", "silent"}, {"E0 50", "06 75 77 81 02 80"}});
}
TEST_P(BlockCases, ClassicCommandsEndWithRats) {
    Card card = dep4();
    card.profile.sak = 0x28;
    start(card);
    play({{"60 04", "silent"}, {"30 04", "silent"}, {"02 80 03 00 00 01", "02 01 90 00"}});
}
TEST_P(BlockCases, UnknownCommandTakesAClassicCardToIdle) {
    Card card = dep4();
    card.profile.sak = 0x28;
    start_active(card);
    play({{"E0 5F", "silent"}});
    expect_idle();
}

// ---- 7.2: PPS ----

TEST_P(BlockCases, PpsWithoutRatesIsAnswered) {
    start();
    play({{"D0 01", "D0"}, {"02 80 03 00 00 01", "02 01 90 00"}});
}
TEST_P(BlockCases, PpsIsAnsweredWithTheCid) {
    start("E0 51");
    play({{"D1 11 00", "D1"}});
}
TEST_P(BlockCases, SecondPpsIsSilence) {
    start();
    play({{"D0 11 00", "D0"}, {"D0 11 00", "silent"}});
}
TEST_P(BlockCases, PpsAfterABrokenFrameIsSilence) {
    start();
    play({{"as is: 02 80 03", "silent"}, {"D0 11 00", "silent"}});
}
TEST_P(BlockCases, PpsForRatesThatTheAtsLacksIsSilence) {
    start(with_ats(dep4(), "06 75 00 81 02 80"));
    play({{"D0 11 05", "silent"}, {"02 80 03 00 00 01", "02 01 90 00"}});
}
TEST_P(BlockCases, PpsWithReservedPps0IsSilence) {
    start();
    play({{"D0 21", "silent"}});
}
TEST_P(BlockCases, PpsWithReservedPps1IsSilence) {
    start();
    play({{"D0 11 10", "silent"}});
}
TEST_P(BlockCases, PpsWithoutItsPps1IsSilence) {
    start();
    play({{"D0 11", "silent"}});
}
TEST_P(BlockCases, PpsWithTooManyBytesIsSilence) {
    start();
    play({{"D0 11 00 00", "silent"}});
}

// ---- 3, 8.2: only whole error-free frames count; the card never starts recovery ----

TEST_P(BlockCases, WrongParityIsSilence) {
    start();
    play({{"parity: 02 80 03 00 00 01", "silent"}, {"B2", "A3"}});
}
TEST_P(BlockCases, MissingBitIsSilence) {
    start();
    play({{"cut: 02 80 03 00 00 01", "silent"}, {"B2", "A3"}});
}
TEST_P(BlockCases, MissingCrcIsSilence) {
    start();
    play({{"as is: 02 80 03 00 00 01", "silent"}, {"B2", "A3"}});
}
TEST_P(BlockCases, CrcAloneIsSilence) {
    start();
    play({{"as is: 63 63", "silent"}, {"02 80 03 00 00 01", "02 01 90 00"}});
}
TEST_P(BlockCases, ShortFrameIsSilence) {
    start();
    play({{"short: 02", "silent"}, {"02 80 03 00 00 01", "02 01 90 00"}});
}
TEST_P(BlockCases, SilenceChangesNothing) {
    start();
    play({{"02 80 03 00 00 01", "02 01 90 00"},
          {"as is: B2 67 C6", "silent"},
          {echo_of(65), "silent"},
          {"B2", "02 01 90 00"}});
}

// ---- 8.1: numbers ----

TEST_P(BlockCases, NumbersAlternate) {
    start();
    play({{"02 80 03 00 00 01", "02 01 90 00"},
          {"03 80 03 00 00 01", "03 02 90 00"},
          {"02 80 03 00 00 01", "02 03 90 00"},
          {"03 80 03 00 00 01", "03 04 90 00"}});
}
// D: the card toggles on every I-block, whatever its number.
TEST_P(BlockCases, NumberTogglesInTheReadersChain) {
    start();
    play({{"12 80", "A2"}, {"12 03 00", "A3"}, {"12 00", "A2"}, {"02 01", "03 01 90 00"}});
}
// E: the card toggles on R(ACK) with the other number only.
TEST_P(BlockCases, RepetitionDoesNotToggle) {
    start();
    play({{"02 80 03 00 00 01", "02 01 90 00"},
          {"B2", "02 01 90 00"},
          {"A2", "02 01 90 00"},
          {"03 80 03 00 00 01", "03 02 90 00"}});
}

// ---- 8.2: chaining ----

TEST_P(BlockCases, LastPieceOfACommandMayBeEmpty) {
    start();
    play({{"12 80 03 00 00 01", "A2"}, {"03", "03 01 90 00"}});
}
TEST_P(BlockCases, FirstPieceOfACommandMayBeEmpty) {
    start();
    play({{"12", "A2"}, {"03 80 03 00 00 01", "03 01 90 00"}});
}
// All pieces empty: no command, no answer (choices).
TEST_P(BlockCases, ChainOfEmptyPiecesIsNoCommand) {
    start();
    play({{"12", "A2"}, {"03", "03"}, {"02 80 03 00 00 01", "02 01 90 00"}});
}
// 59 + 2 bytes fill a block of 64: nothing to chain.
TEST_P(BlockCases, AnswerThatFitsIsNotChained) {
    start();
    play({{"02 80 01 00 3B 00", "02 " + counting(0, 59) + " 90 00"}, {"A3", "silent"}});
}
TEST_P(BlockCases, AnswerOneByteTooLongIsChained) {
    start();
    play({{"02 80 01 00 3C 00", "12 " + counting(0, 60) + " 90"}, {"A3", "03 00"}});
}
TEST_P(BlockCases, BothSidesChain) {
    start("E0 00");
    play({{"12 80 04 00 00 0C 01 02", "A2"},
          {"13 03 04 05 06 07 08", "A3"},
          {"02 09 0A 0B 0C 00", "12 01 02 03 04 05 06 07 08 09 0A 0B 0C 90"},
          {"A3", "03 00"}});
}
TEST_P(BlockCases, CommandInACardsChainDropsTheChain) {
    start();
    play({{"02 80 01 01 00 00", "12 " + counting(0, 61)},
          {"02 80 03 00 00 01", "03 01 90 00"},
          {"A2", "silent"},
          {"B3", "03 01 90 00"}});
}
TEST_P(BlockCases, PieceInACardsChainBeginsANewCommand) {
    start();
    play({{"02 80 01 01 00 00", "12 " + counting(0, 61)},
          {"12 80 03", "A3"},
          {"A2", "silent"},
          {"03 00 00 01", "02 01 90 00"}});
}
TEST_P(BlockCases, LastPieceOfACardsChainEndsIt) {
    start();
    play({{"02 80 01 00 50 00", "12 " + counting(0, 61)},
          {"A3", "03 " + counting(61, 80) + " 90 00"},
          {"A2", "silent"},
          {"B3", "03 " + counting(61, 80) + " 90 00"},
          {"02 80 03 00 00 01", "02 01 90 00"}});
}

}  // namespace
}  // namespace system_test
