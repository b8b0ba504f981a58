// T=1 at the card (ISO/IEC 7816-3:2006, 11; test plan, CONT-1).
#include <gtest/gtest.h>

#include <random>

#include "contact/block.hpp"
#include "contact/scripted_reader.hpp"

namespace contact_test {

namespace {

using Contact = CardTest;

constexpr std::string_view Count = "00 00 05 80 03 00 00 01 87";
constexpr std::string_view CountBroken = "00 00 05 80 03 00 00 01 86";

TEST_F(Contact, CONT_1_01_BrokenFirstBlockIsAskedForAgain) {
    to_t1();
    EXPECT_EQ(exchange("00 00 05 00 A4 04 00 00 A4"), "00 81 00 81");
    const auto answer = exchange("00 00 05 00 A4 04 00 00 A5");
    EXPECT_EQ(answer.substr(0, 9 + 32 * 3),
              "00 20 20 " + text(base::ByteView{Fci}.first(32)) + " ");
    EXPECT_EQ(application.commands.size(), 1U);
}

TEST_F(Contact, CONT_1_02_LostAnswerIsSentAgainWithoutRunning) {
    to_t1();
    EXPECT_EQ(exchange(Count), "00 00 03 01 90 00 92");
    EXPECT_EQ(exchange("00 81 00 81"), "00 00 03 01 90 00 92");
    EXPECT_EQ(application.count, 1);
}

TEST_F(Contact, CONT_1_03_BrokenSecondCommandIsAskedForByItsNumber) {
    to_t1();
    EXPECT_EQ(exchange(Count), "00 00 03 01 90 00 92");
    EXPECT_EQ(exchange("00 40 05 80 03 00 00 01 C6"), "00 91 00 91");
    EXPECT_EQ(application.count, 1);
}

TEST_F(Contact, CONT_1_04_CommandSentTwiceRunsOnce) {
    to_t1();
    EXPECT_EQ(exchange(Count), "00 00 03 01 90 00 92");
    EXPECT_EQ(exchange(Count), "00 92 00 92");
    EXPECT_EQ(application.count, 1);
}

TEST_F(Contact, CONT_1_05_SecondFailureIsMetWithSilence) {
    to_t1();
    EXPECT_EQ(exchange(CountBroken), "00 81 00 81");
    EXPECT_EQ(exchange(CountBroken), "silent");
    EXPECT_EQ(exchange(Count), "00 00 03 01 90 00 92");
    // A sound block ends the count of failures.
    EXPECT_EQ(exchange("00 40 05 80 03 00 00 01 C6"), "00 91 00 91");
}

TEST_F(Contact, CONT_1_06_CommandInThreeBlocks) {
    to_t1();
    EXPECT_EQ(exchange("00 20 06 80 04 00 00 05 01 A6"), "00 90 00 90");
    EXPECT_EQ(exchange("00 60 02 02 03 63"), "00 80 00 80");
    EXPECT_EQ(exchange("00 00 03 04 05 00 02"), "00 00 07 01 02 03 04 05 90 00 96");
    EXPECT_EQ(application.commands, std::vector<Bytes>{bytes("80 04 00 00 05 01 02 03 04 05 00")});
}

/// INF of a block in hexadecimal, LRC checked by the caller's eye: "00 20 20 <inf> <lrc>".
std::string inf_of(const std::string& block) { return block.substr(9, block.size() - 12); }

TEST_F(Contact, CONT_1_07_AnswerInThreeBlocks) {
    to_t1();
    const auto first = block("00 00 05 80 01 00 50 00");
    EXPECT_EQ(first.substr(0, 8), "00 20 20");
    EXPECT_EQ(inf_of(first), counting(0, 32));
    const auto second = exchange("00 90 00 90");
    EXPECT_EQ(second.substr(0, 8), "00 60 20");
    EXPECT_EQ(inf_of(second), counting(32, 64));
    const auto third = exchange("00 80 00 80");
    EXPECT_EQ(third.substr(0, 8), "00 00 12");
    EXPECT_EQ(inf_of(third), counting(64, 80) + " 90 00");
}

TEST_F(Contact, CONT_1_08_LongerBlocksAreAgreedOn) {
    to_t1();
    EXPECT_EQ(exchange("00 C1 01 FE 3E"), "00 E1 01 FE 1E");
    const auto answer = block("00 00 05 80 01 00 C8 00");
    EXPECT_EQ(answer.substr(0, 8), "00 00 CA");
    EXPECT_EQ(inf_of(answer), counting(0, 200) + " 90 00");
}

TEST_F(Contact, CONT_1_09_BlockTooLongForTheCard) {
    contact::Profile profile;
    profile.atr.groups[2].a = 32;
    make_card(profile);
    to_t1();
    EXPECT_EQ(block("00 00 21 " + counting(0, 33)), "00 82 00 82");
    EXPECT_EQ(exchange(Count), "00 00 03 01 90 00 92");
    reset();
    EXPECT_EQ(exchange("FF 11 95 7B"), "FF 11 95 7B");
    to_blocks();
    EXPECT_EQ(block("00 00 FF " + counting(0, 255)), "00 82 00 82");
    EXPECT_EQ(application.count, 1);
}

TEST_F(Contact, CONT_1_10_SlowCardAsksForTime) {
    to_t1();
    const Cycle wait = 11 * 32 + 16 * 960 * 372;
    send("00 00 04 80 02 00 02 84");
    EXPECT_EQ(listen(), "00 C3 01 02 C0");
    EXPECT_LE(heard.front().start, sent_edge + wait);
    send("00 E3 01 02 E0");
    EXPECT_EQ(listen(2 * wait), "00 00 02 90 00 92");
    EXPECT_LE(heard.front().start, sent_edge + 2 * wait);
    EXPECT_GT(heard.front().start, sent_edge + wait);
    // The longer time was for one answer only: the next command asks again.
    send("00 40 04 80 02 00 02 C4");
    EXPECT_EQ(listen(), "00 C3 01 02 C0");
    EXPECT_LE(heard.front().start, sent_edge + wait);
    EXPECT_EQ(application.commands.size(), 2U);
}

TEST_F(Contact, CONT_1_12_ResynchRestoresTheInitialState) {
    to_t1();
    EXPECT_EQ(exchange("00 C1 01 FE 3E"), "00 E1 01 FE 1E");
    EXPECT_EQ(exchange(Count), "00 00 03 01 90 00 92");
    EXPECT_EQ(exchange("00 C0 00 C0"), "00 E0 00 E0");
    // N = 0 and IFSD 32 again; the application is the same and goes on counting.
    EXPECT_EQ(exchange(Count), "00 00 03 02 90 00 91");
    EXPECT_EQ(block("00 40 05 80 01 00 50 00").substr(0, 8), "00 60 20");
    EXPECT_EQ(application.resets.size(), 1U);
}

TEST_F(Contact, CONT_1_12_ResynchDropsAChainOfTheReader) {
    to_t1();
    EXPECT_EQ(exchange("00 20 06 80 04 00 00 05 01 A6"), "00 90 00 90");
    EXPECT_EQ(exchange("00 C0 00 C0"), "00 E0 00 E0");
    EXPECT_EQ(exchange(Count), "00 00 03 01 90 00 92");
    EXPECT_EQ(application.commands, std::vector<Bytes>{bytes("80 03 00 00 01")});
}

TEST_F(Contact, CONT_1_14_AbortEndsTheCardsChain) {
    to_t1();
    EXPECT_EQ(block("00 00 05 80 01 00 50 00").substr(0, 8), "00 20 20");
    EXPECT_EQ(exchange("00 C2 00 C2"), "00 E2 00 E2");
    EXPECT_EQ(exchange("00 40 05 80 03 00 00 01 C7"), "00 40 03 01 90 00 D2");
}

TEST_F(Contact, CONT_1_15_RandomBlocksNeverUpsetTheCard) {
    constexpr unsigned Seed = 20'240'015;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    constexpr std::array<std::uint8_t, 12> Codes{0x00, 0x40, 0x20, 0x60, 0x80, 0x90,
                                                 0x81, 0x92, 0xC0, 0xC1, 0xC2, 0xE3};
    to_t1();
    const auto below = [&](unsigned bound) { return static_cast<unsigned>(random() % bound); };
    unsigned answers = 0;
    for (unsigned run = 0; run < 10'000 && !HasFailure(); ++run) {
        contact::Block block;
        block.nad = below(8) == 0 ? static_cast<std::uint8_t>(random()) : std::uint8_t{0};
        // Mostly codes there are, or the card would hardly ever come out of its silence.
        block.pcb =
            below(4) == 0 ? static_cast<std::uint8_t>(random()) : Codes[below(Codes.size())];
        if ((block.pcb & 0xC0) != 0x80) block.inf.resize(below(4) == 0 ? below(255) : below(8));
        for (auto& byte : block.inf) byte = static_cast<std::uint8_t>(random());
        auto data = block.bytes();
        if (below(8) == 0) data.resize(1 + below(static_cast<unsigned>(data.size())));
        if (below(8) == 0)
            data[below(static_cast<unsigned>(data.size()))] ^=
                static_cast<std::uint8_t>(1 + below(255));
        Cycle start = last_edge + rate.etus(22 + below(20));
        start = std::max(start, line().now());
        for (const auto byte : data) {
            ASSERT_FALSE(send_byte(byte, start, below(200) == 0 ? 1 : 0).has_value())
                << "run " << run;
            start += rate.etus(12 + below(20));
        }
        const Cycle end = last_edge;
        const auto answer = listen();
        if (answer == "silent") continue;
        ++answers;
        ASSERT_NE(answer.substr(3, 2), "C0") << "run " << run;
        ASSERT_GE(heard.front().start, end + rate.etus(22)) << "run " << run;
    }
    EXPECT_GT(answers, 1000U);
}

// ---- Beyond the plan ----

using BlockCard = CardTest;

TEST_F(BlockCard, PublishedBlocks) {
    using contact::Acknowledge;
    using contact::Block;
    using contact::Supervisory;
    EXPECT_EQ(text(Block::information(0, false, bytes("00 A4 04 00 00")).bytes()),
              "00 00 05 00 A4 04 00 00 A5");
    EXPECT_EQ(text(Block::information(1, false, bytes("90 00")).bytes()), "00 40 02 90 00 D2");
    EXPECT_EQ(text(Block::information(0, true, bytes("80 E2 00 00")).bytes()),
              "00 20 04 80 E2 00 00 46");
    EXPECT_EQ(text(Block::receive_ready(1, Acknowledge::Other).bytes()), "00 92 00 92");
    EXPECT_EQ(text(Block::request(Supervisory::Ifs, bytes("FE")).bytes()), "00 C1 01 FE 3E");
    EXPECT_EQ(text(Block::response(Supervisory::Wtx, bytes("02")).bytes()), "00 E3 01 02 E0");
    EXPECT_EQ(text(Block::response(Supervisory::Abort).bytes()), "00 E2 00 E2");
}

TEST_F(BlockCard, BlockThatBreaksOffIsNoticedByItsSilence) {
    to_t1();
    send("00 00 05 80 03");
    EXPECT_EQ(listen(), "00 82 00 82");
    // CWT of CWI 5: 43 etu.
    EXPECT_GT(heard.front().start, sent_edge + rate.etus(43));
    EXPECT_EQ(exchange(Count), "00 00 03 01 90 00 92");
}

TEST_F(BlockCard, WrongParityIsNotSignalledAndSpoilsTheBlock) {
    to_t1();
    for (std::size_t run = 0; run < 18; ++run) {
        const std::size_t damaged = run % 9;
        const std::uint16_t moment = run < 9 ? 0x001 : 0x100;
        SCOPED_TRACE(testing::Message() << "byte " << damaged << " moment " << moment);
        Cycle start = std::max(line().now(), last_edge + rate.etus(22));
        std::size_t i = 0;
        for (const auto byte : bytes(Count)) {
            EXPECT_FALSE(send_byte(byte, start, i++ == damaged ? moment : 0).has_value());
            start += rate.etus(12);
        }
        // With the length in doubt only silence ends the block, and no more is known about it.
        EXPECT_EQ(listen(), damaged == 2 ? "00 82 00 82" : "00 81 00 81");
        EXPECT_EQ(exchange("00 C0 00 C0"), "00 E0 00 E0");
    }
    EXPECT_EQ(application.count, 0);
}

TEST_F(BlockCard, NodeAddressIsSentBackTurnedRound) {
    to_t1();
    EXPECT_EQ(block("21 00 05 80 03 00 00 01"), "12 00 03 01 90 00 80");
    EXPECT_EQ(block("11 40 05 80 03 00 00 01"), "12 92 00 80");
    EXPECT_EQ(application.count, 1);
}

TEST_F(BlockCard, MalformedBlocksAreRefused) {
    for (const std::string_view wrong :
         {"00 01 00", "00 A0 00", "00 80 01 00", "00 C1 01 00", "00 C1 01 FF", "00 C1 00",
          "00 C3 01 01", "00 E3 01 01", "00 C0 01 00", "00 C4 00", "00 E0 00", "FF 00 00"}) {
        power_on();
        ASSERT_EQ(exchange("FF 11 95 7B"), "FF 11 95 7B");
        to_blocks();
        EXPECT_EQ(block(wrong), "00 82 00 82") << wrong;
    }
}

TEST_F(BlockCard, RequestForTimeIsRepeatedUntilItIsGranted) {
    to_t1();
    EXPECT_EQ(exchange("00 00 04 80 02 00 02 84"), "00 C3 01 02 C0");
    patience = 4 * BlockWait;
    EXPECT_EQ(exchange("00 80 00 80"), "00 C3 01 02 C0");
    EXPECT_EQ(exchange("00 E3 01 02 E1"), "00 C3 01 02 C0");
    EXPECT_EQ(exchange("00 E3 01 03 E1"), "silent");  // the second failure in succession
    EXPECT_EQ(exchange("00 E3 01 02 E0"), "00 00 02 90 00 92");
    EXPECT_EQ(application.commands.size(), 1U);
}

TEST_F(BlockCard, VerySlowCardAsksMoreThanOnce) {
    application.waiting_time *= 2;  // SLOW 200: 400 waiting times
    to_t1();
    EXPECT_EQ(block("00 00 04 80 02 00 C8"), "00 C3 01 FF 3D");
    EXPECT_EQ((send("00 E3 01 FF 1D"), listen(256 * BlockWait)), "00 C3 01 91 53");
    EXPECT_EQ((send("00 E3 01 91 73"), listen(256 * BlockWait)), "00 00 02 90 00 92");
}

TEST_F(BlockCard, EmptyBlocksAreAllowedInAChain) {
    to_t1();
    EXPECT_EQ(exchange("00 20 00 20"), "00 90 00 90");
    EXPECT_EQ(exchange("00 60 04 80 03 00 00 E7"), "00 80 00 80");
    EXPECT_EQ(exchange("00 20 00 20"), "00 90 00 90");
    EXPECT_EQ(exchange("00 40 01 01 40"), "00 00 03 01 90 00 92");
}

TEST_F(BlockCard, CommandLongerThanAnyApduIsAnswered6700) {
    to_t1();
    unsigned number = 0;
    const std::string inf = counting(0, 254);
    for (unsigned i = 0; i < 259; ++i, number ^= 1U)
        ASSERT_EQ(block((number == 0 ? "00 20 FE " : "00 60 FE ") + inf).substr(0, 5),
                  number == 0 ? "00 90" : "00 80");
    EXPECT_EQ(block("00 40 01 00"), "00 00 02 67 00 65");
    EXPECT_TRUE(application.commands.empty());
    EXPECT_EQ(exchange(Count), "00 40 03 01 90 00 D2");
}

}  // namespace

}  // namespace contact_test
