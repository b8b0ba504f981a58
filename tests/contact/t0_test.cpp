// T=0, both sides (ISO/IEC 7816-3:2006, 7.3, 10, 12.2; test plan, CONT-0).
#include <gtest/gtest.h>

#include "contact/scripted_card.hpp"
#include "contact/scripted_reader.hpp"

namespace contact_test {

namespace {

using Contact = CardTest;

constexpr std::string_view CharacterAtr = "3B 00";  ///< T=0, 372 cycles, WI 10
constexpr Cycle WorkWait = CardTest::WorkWait;
constexpr Cycle Second = 3'571'200;
constexpr Cycle Etu = 372;

TEST_F(Contact, CONT_0_01_SlowCardSendsNullInTime) {
    application.store_data_ticks = 5 * base::CarrierHz / 2;
    power_on();
    EXPECT_EQ(exchange("80 E2 90 00 03"), "E2");
    EXPECT_EQ(exchange("42 01 AA"), "60 60 60 90 00");
    Cycle before = sent_edge;
    for (const auto& character : heard) {
        EXPECT_LE(character.start - before, Second);
        before = character.start;
    }
    // Not before the command is done.
    EXPECT_GE(heard[3].start, sent_edge + 5 * Second / 2);
}

TEST_F(Contact, CONT_0_02_ReaderSendsByteByByteWhenAskedTo) {
    ScriptedCard card{CharacterAtr,
                      {{5, {{"1D"}}}, {1, {{"1D"}}}, {1, {{"1D"}}}, {1, {{"90 00"}}}}};
    Slot slot{card, {}};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(bytes("80 E2 90 00 03 42 01 AA"))), "90 00");
    EXPECT_EQ(card.heard(), "80 E2 90 00 03|42|01|AA|");
}

TEST_F(Contact, CONT_0_03_NullRestartsTheWaitingTime) {
    const Say null{"60", WorkWait * 9 / 10};
    ScriptedCard card{CharacterAtr, {{5, {null, null, null, {"E2"}}}, {3, {{"90 00"}}}}};
    Slot slot{card, {}};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(bytes("80 E2 90 00 03 42 01 AA"))), "90 00");

    ScriptedCard late{CharacterAtr, {{5, {{"E2", WorkWait * 11 / 10}}}}};
    Slot other{late, {}};
    ASSERT_FALSE(other.power_on(0).empty());
    EXPECT_TRUE(other.transmit(bytes("80 E2 90 00 03 42 01 AA")).empty());
    EXPECT_EQ(other.status(), Status::TimeOut);
    EXPECT_EQ(late.heard(), "80 E2 90 00 03|");
    EXPECT_EQ(last_pins(late), Deactivated);
}

TEST_F(Contact, CONT_0_04_SenselessProcedureByteEndsTheCommand) {
    ScriptedCard card{CharacterAtr, {{5, {{"5A"}}}}};
    Slot slot{card, {}};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_TRUE(slot.transmit(bytes("80 E2 90 00 03 42 01 AA")).empty());
    EXPECT_EQ(slot.status(), Status::ProtocolError);
    EXPECT_EQ(card.heard(), "80 E2 90 00 03|");
}

TEST_F(Contact, CONT_0_05_WrongLengthIsCorrectedWithoutRunningTwice) {
    power_on();
    EXPECT_EQ(exchange("80 01 00 0A 05"), "6C 0A");
    EXPECT_EQ(exchange("80 01 00 0A 0A"), "01 00 01 02 03 04 05 06 07 08 09 90 00");
    EXPECT_EQ(application.commands, std::vector<Bytes>{bytes("80 01 00 0A 00")});
    // Any other command ends the wait for the right length.
    EXPECT_EQ(exchange("80 03 00 00 02"), "6C 01");
    EXPECT_EQ(exchange("80 01 00 01 01"), "01 00 90 00");
    EXPECT_EQ(exchange("80 03 00 00 01"), "03 02 90 00");
}

TEST_F(Contact, CONT_0_06_ReaderTakes256Bytes) {
    ScriptedCard card{CharacterAtr, {{5, {{"B0 " + counting(0, 256) + " 90 00"}}}}};
    Slot slot{card, {}};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(bytes("00 B0 00 00 00"))), counting(0, 256) + " 90 00");
    EXPECT_EQ(card.heard(), "00 B0 00 00 00|");
}

TEST_F(Contact, CONT_0_07_AnswerOfACommandWithDataIsFetched) {
    power_on();
    EXPECT_EQ(exchange("00 A4 04 00 08"), "A4");
    EXPECT_EQ(exchange("A0 00 00 01 51 00 00 00"), "61 42");
    EXPECT_EQ(exchange("00 C0 00 00 42"), "C0 " + text(Fci) + " 90 00");
}

TEST_F(Contact, CONT_0_08_AnswerMayBeFetchedInParts) {
    power_on();
    EXPECT_EQ(exchange("00 A4 04 00 08"), "A4");
    EXPECT_EQ(exchange("A0 00 00 01 51 00 00 00"), "61 42");
    const base::ByteView fci{Fci};
    EXPECT_EQ(exchange("00 C0 00 00 05"), "C0 " + text(fci.first(5)) + " 61 3D");
    EXPECT_EQ(exchange("00 C0 00 00 3E"), "6C 3D");
    EXPECT_EQ(exchange("00 C0 00 00 3D"), "C0 " + text(fci.subspan(5)) + " 90 00");
    // Nothing is left: it is the card OS's to answer.
    EXPECT_EQ(exchange("00 C0 00 00 01"), "6D 00");
}

TEST_F(Contact, CONT_0_09_DamagedByteToTheCardIsRefused) {
    power_on();
    const auto header = bytes("80 03 00 00 01");
    Cycle start = line().now() + 22 * Etu;
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (i == 2) {
            const auto signal = send_byte(header[i], start, 1);
            ASSERT_TRUE(signal.has_value());
            EXPECT_GE(signal->start, start + 103 * Etu / 10);  // 10.5 +- 0.2 etu
            EXPECT_LE(signal->start, start + 107 * Etu / 10);
            EXPECT_GE(signal->end - signal->start, Etu);
            EXPECT_LE(signal->end - signal->start, 2 * Etu);
            start += 14 * Etu;
        }
        EXPECT_FALSE(send_byte(header[i], start).has_value());
        start += 12 * Etu;
    }
    EXPECT_EQ(listen(), "03 01 90 00");
    EXPECT_EQ(application.commands.size(), 1U);
    EXPECT_EQ(application.count, 1);
}

TEST_F(Contact, CONT_0_09_RefusedByteOfTheCardComesAgain) {
    power_on();
    send("80 01 00 02 02");
    auto character = line().receive(last_edge + WorkWait).value();
    for (unsigned again = 0; again < 2; ++again) {
        line().refuse({character.start + 21 * Etu / 2, character.start + 12 * Etu});
        const auto next = line().receive(character.start + WorkWait).value();
        EXPECT_EQ(next.levels, character.levels);
        EXPECT_GE(next.start, character.start + 13 * Etu);  // 11 etu, and 2 after that
        character = next;
    }
    last_edge = character.start;
    EXPECT_EQ(listen(), "00 01 90 00");
}

TEST_F(Contact, CONT_0_10_InvalidInsAndClaAreRefused) {
    power_on();
    EXPECT_EQ(exchange("00 62 00 00 00"), "6D 00");
    EXPECT_EQ(exchange("FF A4 00 00 00"), "6E 00");
    EXPECT_EQ(exchange("00 9A 00 00 05"), "6D 00");
    EXPECT_TRUE(application.commands.empty());
}

// ---- Beyond the plan ----

using CharacterCard = CardTest;

TEST_F(CharacterCard, ByteThatIsRefusedForEverIsGivenUp) {
    power_on();
    send("80 01 00 02 02");
    auto character = line().receive(last_edge + WorkWait).value();
    for (unsigned again = 0; again < 3; ++again) {
        line().refuse({character.start + 21 * Etu / 2, character.start + 12 * Etu});
        character = line().receive(character.start + WorkWait).value();
    }
    line().refuse({character.start + 21 * Etu / 2, character.start + 12 * Etu});
    last_edge = character.start;
    EXPECT_EQ(listen(), "silent");
    EXPECT_EQ(exchange("80 03 00 00 01"), "silent");
    EXPECT_EQ(reset(), BothAtr);
}

TEST_F(CharacterCard, ErrorSignalThatIsMissedMeansNothing) {
    power_on();
    send("80 01 00 02 02");
    const auto character = line().receive(last_edge + WorkWait).value();
    // Over before 11 etu.
    line().refuse({character.start + 9 * Etu, character.start + 10 * Etu});
    last_edge = character.start;
    EXPECT_EQ(listen(), "00 01 90 00");
}

TEST_F(CharacterCard, CommandWithoutDataAnswersLater) {
    power_on();
    EXPECT_EQ(exchange("00 A4 04 00 00"), "61 42");
    EXPECT_EQ(exchange("00 C0 00 00 00"), "6C 42");
    EXPECT_EQ(exchange("00 C0 00 00 42"), "C0 " + text(Fci) + " 90 00");
}

TEST_F(CharacterCard, AnswerLongerThan256BytesComesInPieces) {
    power_on();
    EXPECT_EQ(exchange("80 01 01 2C 00"), "01 " + counting(0, 256) + " 61 2C");
    EXPECT_EQ(exchange("00 C0 00 00 2C"), "C0 " + counting(256, 300) + " 90 00");
    EXPECT_EQ(application.commands.size(), 1U);
    EXPECT_EQ(exchange("80 01 02 58 00"), "01 " + counting(0, 256) + " 61 00");
    EXPECT_EQ(exchange("00 C0 00 00 00"), "C0 " + counting(256, 512) + " 61 58");
    EXPECT_EQ(exchange("00 C0 00 00 58"), "C0 " + counting(512, 600) + " 90 00");
}

TEST_F(CharacterCard, RestThatTheCardOsKeepsIsItsOwn) {
    power_on();
    EXPECT_EQ(exchange("00 B0 00 00 00"), "B0 " + counting(0, 256) + " 61 02");
    EXPECT_EQ(exchange("00 C0 00 00 02"), "C0 00 01 90 00");
    EXPECT_EQ(application.commands.back(), bytes("00 C0 00 00 00"));
}

TEST_F(CharacterCard, EnvelopesCarryALongCommand) {
    power_on();
    EXPECT_EQ(exchange("80 C2 00 00 05"), "C2");
    EXPECT_EQ(exchange("80 04 00 00 00"), "90 00");
    EXPECT_EQ(exchange("80 C2 00 00 04"), "C2");
    EXPECT_EQ(exchange("00 02 AA BB"), "90 00");
    EXPECT_EQ(exchange("80 C2 00 00 02"), "C2");
    EXPECT_EQ(exchange("00 00"), "90 00");
    EXPECT_EQ(exchange("80 C2 00 00 00"), "61 02");
    EXPECT_EQ(exchange("00 C0 00 00 02"), "C0 AA BB 90 00");
    EXPECT_EQ(application.commands, std::vector<Bytes>{bytes("80 04 00 00 00 00 02 AA BB 00 00")});
    // Nothing gathered is no command, and another command in between throws it away.
    EXPECT_EQ(exchange("80 C2 00 00 00"), "67 00");
    EXPECT_EQ(exchange("80 C2 00 00 05"), "C2");
    EXPECT_EQ(exchange("80 03 00 00 01"), "90 00");
    EXPECT_EQ(exchange("80 03 00 00 01"), "03 01 90 00");
    EXPECT_EQ(exchange("80 C2 00 00 00"), "67 00");
}

TEST_F(CharacterCard, BrokenOffCommandIsForgotten) {
    power_on();
    EXPECT_EQ((send("80 03"), listen(2 * 10 * 960 * 512)), "silent");
    EXPECT_EQ(exchange("80 03 00 00 01"), "03 01 90 00");
}

TEST_F(CharacterCard, WorksAtTheRateOfPps) {
    power_on();
    EXPECT_EQ(exchange("FF 10 95 7A"), "FF 10 95 7A");
    rate = Fast;
    EXPECT_EQ(exchange("80 03 00 00 01"), "03 01 90 00");
    EXPECT_EQ(heard.front().rate, Fast);
}

TEST(CharacterReader, MapsEachCase) {
    struct Case {
        std::string_view apdu;
        std::vector<Step> steps;
        std::string_view heard;
        std::string_view response;
    };
    const std::vector<Case> cases{
        {"80 02 00 00", {{5, {{"90 00"}}}}, "80 02 00 00 00|", "90 00"},
        {"80 01 00 02 02", {{5, {{"01 00 01 90 00"}}}}, "80 01 00 02 02|", "00 01 90 00"},
        {"80 01 00 02 05",
         {{5, {{"6C 02"}}}, {5, {{"01 00 01 90 00"}}}},
         "80 01 00 02 05|80 01 00 02 02|",
         "00 01 90 00"},
        {"80 01 00 02 01",  // no more than was asked for
         {{5, {{"6C 02"}}}, {5, {{"01 00 01 90 00"}}}},
         "80 01 00 02 01|80 01 00 02 02|",
         "00 90 00"},
        {"80 01 00 02 05", {{5, {{"67 00"}}}}, "80 01 00 02 05|", "67 00"},
        {"80 E2 00 00 01 AA", {{5, {{"E2"}}}, {1, {{"90 00"}}}}, "80 E2 00 00 01|AA|", "90 00"},
        {"80 E2 00 00 01 AA", {{5, {{"6A 86"}}}}, "80 E2 00 00 01|", "6A 86"},
        {"80 E2 00 00 01 AA", {{5, {{"E2"}}}, {1, {{"61 02"}}}}, "80 E2 00 00 01|AA|", "61 02"},
        {"84 04 00 00 01 AA 00",
         {{5, {{"04"}}}, {1, {{"61 02"}}}, {5, {{"C0 AA BB 90 00"}}}},
         "84 04 00 00 01|AA|00 C0 00 00 02|",
         "AA BB 90 00"},
        {"83 04 00 00 01 AA 01",
         {{5, {{"04"}}}, {1, {{"61 02"}}}, {5, {{"C0 AA 61 01"}}}},
         "83 04 00 00 01|AA|03 C0 00 00 01|",
         "AA 61 01"},
        {"80 04 00 00 01 AA 07",
         {{5, {{"04"}}}, {1, {{"90 00"}}}, {5, {{"C0 01 02 03 04 05 06 07 90 00"}}}},
         "80 04 00 00 01|AA|00 C0 00 00 07|",
         "01 02 03 04 05 06 07 90 00"},
        {"80 04 00 00 01 AA 07",  // 9000 and nothing to fetch
         {{5, {{"04"}}}, {1, {{"90 00"}}}, {5, {{"6D 00"}}}},
         "80 04 00 00 01|AA|00 C0 00 00 07|",
         "90 00"},
        {"80 04 00 00 01 AA 07", {{5, {{"04"}}}, {1, {{"63 10"}}}}, "80 04 00 00 01|AA|", "63 10"},
        {"80 01 00 03 00 00 03",
         {{5, {{"01 00 01 02 90 00"}}}},
         "80 01 00 03 03|",
         "00 01 02 90 00"},
        {"80 E2 00 00 00 00 01 AA",
         {{5, {{"E2"}}}, {1, {{"90 00"}}}},
         "80 E2 00 00 01|AA|",
         "90 00"}};
    for (const auto& one : cases) {
        SCOPED_TRACE(one.apdu);
        ScriptedCard card{CharacterAtr, one.steps};
        Slot slot{card, {}};
        ASSERT_FALSE(slot.power_on(0).empty());
        EXPECT_EQ(text(slot.transmit(bytes(one.apdu))), one.response);
        EXPECT_EQ(card.heard(), one.heard);
    }
}

TEST(CharacterReader, LongAnswersAreFetchedPieceByPiece) {
    // Case 2 extended, Ne 300.
    ScriptedCard card{CharacterAtr,
                      {{5, {{"01 " + counting(0, 256) + " 61 2C"}}},
                       {5, {{"C0 " + counting(256, 300) + " 90 00"}}}}};
    Slot slot{card, {}};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(bytes("80 01 01 2C 00 01 2C"))), counting(0, 300) + " 90 00");
    EXPECT_EQ(card.heard(), "80 01 01 2C 00|00 C0 00 00 2C|");
}

TEST(CharacterReader, LongCommandsGoInEnvelopes) {
    // Case 3 extended, Nc 260: 267 bytes in segments of 255 and 12, then none.
    const std::string apdu = "80 E2 00 00 00 01 04 " + counting(0, 260);
    const auto all = bytes(apdu);
    ScriptedCard card{
        CharacterAtr,
        {{5, {{"C2"}}}, {255, {{"90 00"}}}, {5, {{"C2"}}}, {12, {{"90 00"}}}, {5, {{"90 00"}}}}};
    Slot slot{card, {}};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(all)), "90 00");
    const base::ByteView view{all};
    EXPECT_EQ(card.heard(), "80 C2 00 00 FF|" + text(view.first(255)) + "|80 C2 00 00 0C|" +
                                text(view.subspan(255)) + "|80 C2 00 00 00|");
    // A card without ENVELOPE says so.
    ScriptedCard other{CharacterAtr, {{5, {{"6D 00"}}}}};
    Slot short_only{other, {}};
    ASSERT_FALSE(short_only.power_on(0).empty());
    EXPECT_EQ(text(short_only.transmit(all)), "6D 00");
}

TEST(CharacterReader, WrongParityIsRefusedAndTheRepetitionCounts) {
    // The procedure byte comes damaged twice; the scripted card repeats on its own 14 etu later.
    ScriptedCard card{
        CharacterAtr,
        {{5, {{"E2", 0, true}, {"E2", 14 * Etu, true}, {"E2", 14 * Etu}}}, {1, {{"90 00"}}}}};
    Slot slot{card, {}};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(bytes("80 E2 00 00 01 AA"))), "90 00");
    ASSERT_EQ(card.refusals.size(), 2U);
    const auto edge = card.edges[4] + 22 * Etu;
    EXPECT_GE(card.refusals[0].start, edge + 103 * Etu / 10);
    EXPECT_LE(card.refusals[0].start, edge + 107 * Etu / 10);
    EXPECT_GE(card.refusals[0].end - card.refusals[0].start, Etu);
    EXPECT_LE(card.refusals[0].end - card.refusals[0].start, 2 * Etu);
    EXPECT_EQ(card.heard(), "80 E2 00 00 01|AA|");
}

TEST(CharacterReader, GivesUpOnAByteThatStaysDamaged) {
    const Say bad{"E2", 14 * Etu, true};
    ScriptedCard card{CharacterAtr, {{5, {bad, bad, bad, bad}}}};
    Slot slot{card, {}};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_TRUE(slot.transmit(bytes("80 E2 00 00 01 AA")).empty());
    EXPECT_EQ(slot.status(), Status::Refused);
    EXPECT_EQ(card.refusals.size(), 3U);
    EXPECT_EQ(last_pins(card), Deactivated);
}

TEST(CharacterReader, WaitsBeforeItTurnsRoundAtTheHighestRate) {
    // TA1 97: F 512, D 64, 8 cycles an etu.
    const Rate fastest{512, 64};
    ScriptedCard card{
        "3B 10 97", {{4, {{"FF 10 97 78"}}}, {5, {{"90 00"}}, fastest}, {5, {{"90 00"}}, fastest}}};
    Slot slot{card, {}};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(slot.rate(), fastest);
    EXPECT_EQ(text(slot.transmit(bytes("80 02 00 00"))), "90 00");
    EXPECT_EQ(text(slot.transmit(bytes("80 02 00 00"))), "90 00");
    EXPECT_EQ(card.edges[9] - card.edges[8], fastest.etus(22 + 12 + 16));
}

}  // namespace

}  // namespace contact_test
