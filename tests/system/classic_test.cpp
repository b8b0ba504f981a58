// MIFARE Classic commands (test plan, CLS rows).
#include "mifare_cards.hpp"

namespace system_test {
namespace {

class Classic : public LevelTest {
protected:
    static constexpr Tick FieldOff = 67'800;
    static constexpr const char* Key = "FF FF FF FF FF FF";

    /// Activates from IDLE and authenticates to the sector of `block`.
    MifareSession open(std::uint8_t block = 4, std::uint8_t command = 0x60,
                       std::string_view key = Key) {
        to_active();
        MifareSession session{*this};
        EXPECT_TRUE(session.authenticate(command, block, key)) << "no session";
        return session;
    }
    /// The part of `name` that silence or an ACK answers.
    void value_command(MifareSession& session, std::string_view part1, std::string_view operand) {
        ASSERT_EQ(session.command(part1), "A");
        ASSERT_EQ(session.command(operand), "silent");
    }
    std::string block(unsigned number) { return text_of_block(memory(), number); }
};
ON_BOTH_LEVELS(Classic);

constexpr std::string_view Zero = "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00";
constexpr std::string_view Fives = "55 55 55 55 55 55 55 55 55 55 55 55 55 55 55 55";

TEST_P(Classic, CLS_01_ReadWithoutAuthenticationIsRefusedInClear) {
    place(c1k());
    to_active();
    EXPECT_EQ(send("30 00 02 A8"), "4");
    expect_idle();
}

TEST_P(Classic, CLS_02_ReadOfAnotherSectorIsRefused) {
    place(c1k());
    auto session = open();
    EXPECT_EQ(session.command("30 00"), "4");
    expect_idle();
}

TEST_P(Classic, CLS_03_ReadBeyondTheMemoryIsRefused) {
    place(with_nonce(c1k(), "01 20 01 45", first_nonce_step()));
    auto session = open();
    ASSERT_EQ(session.nt(), (std::array<std::uint8_t, 4>{0x01, 0x20, 0x01, 0x45}));
    const Bits recorded = with_parity("CE 16 3B 1A", "1111");
    EXPECT_EQ(session.encrypt(bytes("30 40 06 EA")), recorded);
    EXPECT_EQ(send(recorded), "D") << "NAK 4, encrypted";
    expect_idle();
}

TEST_P(Classic, CLS_04_BrokenWriteDataChangesNothing) {
    place(c1k_with_value());
    for (const bool wrong_crc : {true, false}) {
        auto session = open();
        ASSERT_EQ(session.command("A0 04"), "A");
        Bits data = with_crc(Fives);
        if (wrong_crc) {
            data = flipped(flipped(data, 16 * 9), 16 * 9 + 8);
        } else {
            data = flipped(data, 3 * 9 + 8);
        }
        EXPECT_EQ(session.clear(data), "5");
        EXPECT_EQ(block(4), Value100);
        expect_idle();
        field_off(FieldOff);
    }
}

TEST_P(Classic, CLS_05_WrongLengthOfWriteDataChangesNothing) {
    place(c1k_with_value());
    for (const std::string& data : {std::string{Fives.substr(3)}, std::string{Fives} + " 55"}) {
        auto session = open();
        ASSERT_EQ(session.command("A0 04"), "A");
        EXPECT_EQ(session.command(data), "4");
        EXPECT_EQ(block(4), Value100);
        expect_idle();
        field_off(FieldOff);
    }
}

TEST_P(Classic, CLS_06_ReqaInsteadOfWriteDataChangesNothing) {
    place(c1k_with_value());
    auto session = open();
    ASSERT_EQ(session.command("A0 04"), "A");
    EXPECT_EQ(short_frame(0x26), "silent");
    EXPECT_EQ(block(4), Value100);
    expect_idle();
}

TEST_P(Classic, CLS_07_ManufacturerBlockIsNeverWritten) {
    place(c1k());
    auto session = open(0);
    const std::string before = block(0);
    EXPECT_EQ(session.command("A0 00"), "4");
    EXPECT_EQ(block(0), before);
}

TEST_P(Classic, CLS_08_IncrementWithoutTransferIsLost) {
    place(c1k_with_value());
    auto session = open();
    value_command(session, "C1 04", "0A 00 00 00");
    field_off(FieldOff);
    session = open();
    EXPECT_EQ(session.command("30 04"), with_crc_text(Value100));
}

TEST_P(Classic, CLS_09_IncrementIsSilentAndTransferStores) {
    place(c1k_with_value());
    auto session = open();
    ASSERT_EQ(session.command("C1 04"), "A");
    EXPECT_EQ(session.command("0A 00 00 00"), "silent");
    EXPECT_EQ(session.command("B0 04"), "A");
    EXPECT_EQ(block(4), Value110);
}

TEST_P(Classic, CLS_10_TransferMayGoToAnotherBlock) {
    place(c1k_with_value());
    auto session = open();
    value_command(session, "C1 04", "0A 00 00 00");
    EXPECT_EQ(session.command("B0 05"), "A");
    EXPECT_EQ(block(5), Value110);
    EXPECT_EQ(block(4), Value100);
}

TEST_P(Classic, CLS_11_RestoreCopiesValueAndAddress) {
    constexpr std::string_view Source = "64 00 00 00 9B FF FF FF 64 00 00 00 2A D5 2A D5";
    place(with_block(c1k(), 4, Source));
    auto session = open();
    ASSERT_EQ(session.command("C2 04"), "A");
    EXPECT_EQ(session.clear(bytes("00 00 00 00 00 56")), "silent");
    EXPECT_EQ(session.command("B0 06"), "A");
    EXPECT_EQ(block(6), Source);
}

TEST_P(Classic, CLS_12_TransferWithoutBufferIsRefused) {
    place(c1k_with_value());
    auto session = open();
    EXPECT_EQ(session.command("B0 04"), "4");
    EXPECT_EQ(block(4), Value100);
    expect_idle();
}

TEST_P(Classic, CLS_13_TransferSpendsTheBuffer) {
    place(c1k_with_value());
    auto session = open();
    value_command(session, "C1 04", "0A 00 00 00");
    EXPECT_EQ(session.command("B0 04"), "A");
    EXPECT_EQ(session.command("B0 05"), "4");
}

TEST_P(Classic, CLS_14_ReadLeavesTheBufferAlone) {
    place(c1k_with_value());
    auto session = open();
    value_command(session, "C1 04", "0A 00 00 00");
    EXPECT_EQ(session.command("30 04"), with_crc_text(Value100));
    EXPECT_EQ(session.command("B0 04"), "A");
    EXPECT_EQ(block(4), Value110);
}

TEST_P(Classic, CLS_15_TheBufferEndsWithTheSession) {
    place(c1k_with_value());
    auto session = open();
    value_command(session, "C1 04", "0A 00 00 00");
    ASSERT_TRUE(session.authenticate(0x60, 4, Key));
    EXPECT_EQ(session.command("B0 04"), "4");
    EXPECT_EQ(block(4), Value100);
}

TEST_P(Classic, CLS_16_RefusalsTellThatTheBufferIsValid) {
    place(c1k_with_value());
    auto session = open();
    value_command(session, "C1 04", "0A 00 00 00");
    EXPECT_EQ(session.command("30 08"), "0");
    field_off(FieldOff);
    session = open();
    value_command(session, "C1 04", "0A 00 00 00");
    EXPECT_EQ(session.clear(bytes("30 04 26 EF")), "1");
}

TEST_P(Classic, CLS_17_WrongCrcIsAnsweredWithFive) {
    place(with_nonce(c1k_with_value(), "01 20 01 45", first_nonce_step()));
    auto session = open();
    const Bits recorded = with_parity("CE 52 1B 1F", "1101");
    EXPECT_EQ(session.encrypt(bytes("30 04 26 EF")), recorded);
    EXPECT_EQ(send(recorded), "C") << "NAK 5, encrypted";
    expect_idle();
}

TEST_P(Classic, CLS_18_TransferToAnotherSectorIsRefused) {
    place(c1k_with_value());
    auto session = open();
    value_command(session, "C1 04", "0A 00 00 00");
    EXPECT_EQ(session.command("B0 08"), "0");
    EXPECT_EQ(block(8), Zero);
}

TEST_P(Classic, CLS_19_BrokenValueFormatIsRefused) {
    // One sector for each of the seven ways in which the format can be broken.
    Card card = c1k();
    for (unsigned i = 0; i < 7; ++i) {
        port::Block value = block_of(Value100);
        value[i < 3 ? 4 * i : 9 + i] ^= 0x01;
        card.blocks[4 + 4 * i] = value;
    }
    place(card);
    for (unsigned i = 0; i < 7; ++i) {
        SCOPED_TRACE(testing::Message() << "error " << i);
        const auto number = static_cast<std::uint8_t>(4 + 4 * i);
        auto session = open(number);
        EXPECT_EQ(session.command("C0 " + base::to_hex({&number, 1})), "4");
        session = open(number);
        EXPECT_EQ(session.command("B0 " + base::to_hex({&number, 1})), "4")
            << "something in the buffer";
    }
}

TEST_P(Classic, CLS_20_BrokenOperandLeavesNoBuffer) {
    place(c1k_with_value());
    auto session = open();
    ASSERT_EQ(session.command("C0 04"), "A");
    EXPECT_EQ(session.clear(bytes("0A 00 00 00 AE 8B")), "5");
    session = open();
    EXPECT_EQ(session.command("B0 04"), "4");
    EXPECT_EQ(block(4), Value100);
}

TEST_P(Classic, CLS_21_ValuesDoNotWrap) {
    Card card = with_block(c1k(), 4, "FF FF FF 7F 00 00 00 80 FF FF FF 7F 04 FB 04 FB");
    place(with_block(card, 5, "00 00 00 80 FF FF FF 7F 00 00 00 80 05 FA 05 FA"));
    for (const char* part1 : {"C1 04", "C0 05"}) {
        auto session = open();
        ASSERT_EQ(session.command(part1), "A");
        EXPECT_EQ(session.command("01 00 00 00"), "4") << part1;
        session = open();
        EXPECT_EQ(session.command("B0 04"), "4") << part1;
        expect_idle();
        field_off(FieldOff);
    }
}

TEST_P(Classic, CLS_22_EncryptedHltaHalts) {
    place(with_nonce(c1k(), "01 20 01 45", first_nonce_step()));
    auto session = open();
    const Bits recorded = with_parity("AE 56 6A 3D", "1001");
    EXPECT_EQ(session.encrypt(bytes("50 00 57 CD")), recorded);
    EXPECT_EQ(send(recorded), "silent");
    expect_halted();
}

TEST_P(Classic, CLS_23_HltaInClearInsideASessionIsAnError) {
    place(with_nonce(c1k(), "01 20 01 45", first_nonce_step()));
    open();
    EXPECT_EQ(send("50 00 57 CD"), "C") << "NAK 5, encrypted";
    expect_idle();
}

TEST_P(Classic, CLS_24_RequestInsideASessionEndsIt) {
    place(c1k());
    for (const std::uint8_t request : Requests) {
        open();
        EXPECT_EQ(short_frame(request), "silent");
        expect_idle();
        select();
        EXPECT_EQ(send("30 04 26 EE"), "4") << "the cipher is off: a NAK in clear";
        field_off(FieldOff);
    }
}

TEST_P(Classic, CLS_25_RefusalInsideAStarSessionLeadsToHalt) {
    place(c1k());
    to_active_star();
    MifareSession session{*this};
    ASSERT_TRUE(session.authenticate(0x60, 4));
    EXPECT_EQ(session.command("30 00"), "4");
    expect_halted();
}

TEST_P(Classic, CLS_26_UnknownCodeIsRefused) {
    place(c1k());
    auto session = open();
    EXPECT_EQ(session.command("70 04"), "4");
    expect_idle();
}

// docs/choices.md, MIFARE Classic: in ACTIVE without authentication.
TEST_P(Classic, OnlyItsOwnCodesAreRefusedWithoutAuthenticationOthersMetWithSilence) {
    place(c1k());
    // Each time it is IDLE again, so that REQA is answered.
    for (const char* const own :
         {"30 00", "A0 00", "C1 04", "C0 04", "C2 04", "B0 04", "40 00", "43 00"}) {
        SCOPED_TRACE(own);
        to_active();
        EXPECT_EQ(send(with_crc(own)), "4");
    }
    for (const char* const other : {"00 00", "31 04", "70 04", "A2 04", "C3 04", "D0 04", "FF FF"}) {
        SCOPED_TRACE(other);
        to_active();
        EXPECT_EQ(send(with_crc(other)), "silent");
    }
}

TEST_P(Classic, CLS_27_LargeSectorsEndWhereTheSheetSays) {
    place(c4k());
    auto session = open(0xF0);
    EXPECT_EQ(session.command("30 F0"), with_crc_text(Zero));
    EXPECT_EQ(session.command("30 FE"), with_crc_text(Zero));
    EXPECT_EQ(session.command("30 EF"), "4");
    session = open(0x7C);
    EXPECT_NE(session.command("30 7F"), "4");
    EXPECT_EQ(session.command("30 80"), "4");
}

TEST_P(Classic, CLS_28_UidUsageIsPersonalisedOnce) {
    place(c1k7());
    auto session = open(0);
    EXPECT_EQ(session.command("40 60"), "A");
    field_off(FieldOff);
    EXPECT_EQ(short_frame(0x26), "04 00");
    EXPECT_EQ(send("93 20"), "4F 50 5D 7D 3F");
    EXPECT_EQ(send(with_crc("93 70 4F 50 5D 7D 3F")), "08 B6 DD");
    MifareSession again{*this, "4F 50 5D 7D"};
    ASSERT_TRUE(again.authenticate(0x60, 0));
    EXPECT_EQ(again.command("40 00"), "4");
    field_off(FieldOff);
    EXPECT_EQ(short_frame(0x26), "04 00") << "changed a second time";
}

}  // namespace
}  // namespace system_test
