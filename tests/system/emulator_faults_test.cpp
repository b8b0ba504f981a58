// Faults that other emulators of these cards have had, one test each.
#include "mifare_cards.hpp"

namespace system_test {
namespace {

constexpr std::string_view Factory = "FF FF FF FF FF FF";
constexpr std::string_view Wrong = "00 11 22 33 44 55";
constexpr Tick FieldOff = 67'800;

class EmulatorFaults : public LevelTest {
protected:
    /// No command of the MIFARE part, in clear or with the keystream that is left, is answered;
    /// then the card is selected anew.
    void expect_silence_in_and_out_of_session(MifareSession& session) {
        for (const char* command : {"30 04", "A0 04", "C1 04", "60 04", "60 08", "50 00"}) {
            EXPECT_EQ(send(with_crc(command)), "silent") << command;
            EXPECT_EQ(session.command(command), "silent") << command << ", encrypted";
        }
        EXPECT_EQ(short_frame(0x26), "04 00") << "IDLE";
        session.close();
        select();
    }
};
ON_BOTH_LEVELS(EmulatorFaults);

TEST_P(EmulatorFaults, HaltedCardIgnoresReqa) {
    place(c1k());
    halt();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(short_frame(0x26), "silent");
    wait(1'000'000);
    EXPECT_EQ(short_frame(0x26), "silent");
}

TEST_P(EmulatorFaults, WupaWakesAHaltedCardAgainAndAgain) {
    place(c1k());
    halt();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(short_frame(0x52), "04 00");
        select();
        expect_active();
        EXPECT_EQ(short_frame(0x26), "silent");  // an error: HALT again
        EXPECT_EQ(short_frame(0x26), "silent");
    }
    EXPECT_EQ(short_frame(0x52), "04 00");
    select();
    EXPECT_EQ(send("50 00 57 CD"), "silent");
    expect_halted();
}

TEST_P(EmulatorFaults, CommandsAfterAFailedAuthenticationAreMetWithSilenceUntilReselection) {
    place(c1k());
    to_active();
    MifareSession session{*this};
    EXPECT_FALSE(session.authenticate(0x60, 4, Wrong));
    expect_silence_in_and_out_of_session(session);
    EXPECT_TRUE(session.authenticate(0x60, 4, Factory));
    EXPECT_EQ(session.command("30 05"), with_crc_text(std::string(32, '0')));
}

TEST_P(EmulatorFaults, CommandsAfterAWrongProofAreMetWithSilenceUntilReselection) {
    place(c1k());
    to_active();
    MifareSession session{*this};
    ASSERT_TRUE(session.request_nonce(0x60, 4, Factory));
    // Right key and parity, wrong {ar}: the card says so.
    EXPECT_EQ(session.finish(session.token("11 22 33 44", "DE AD BE EF")), "5");
    expect_silence_in_and_out_of_session(session);
    EXPECT_TRUE(session.authenticate(0x60, 4, Factory));
}

TEST_P(EmulatorFaults, FailedNestedAuthenticationIsMetWithSilenceUntilReselection) {
    place(c1k());
    to_active();
    MifareSession session{*this};
    ASSERT_TRUE(session.authenticate(0x60, 4, Factory));
    EXPECT_FALSE(session.authenticate(0x60, 8, Wrong));
    for (const char* command : {"30 04", "30 08", "60 04"})
        EXPECT_EQ(send(with_crc(command)), "silent") << command;
    EXPECT_EQ(short_frame(0x26), "04 00") << "IDLE";
}

TEST_P(EmulatorFaults, FieldLossInAnySessionLeadsToIdleWithoutAKey) {
    place(with_block(c1k(), 5, Value110));
    to_active();
    MifareSession session{*this};
    ASSERT_TRUE(session.authenticate(0x60, 4, Factory));
    ASSERT_EQ(session.command("30 05"), with_crc_text(Value110));
    // The very next command of the old session, as if nothing had happened.
    const Bits stale = session.encrypt(with_crc("30 05"));
    field_off(FieldOff);
    EXPECT_EQ(send(stale), "silent");
    expect_idle();

    field_off(FieldOff);
    to_active();
    EXPECT_EQ(send(with_crc("30 05")), "4") << "no key: READ is refused in clear";
    expect_idle();
}

TEST_P(EmulatorFaults, FieldLossBetweenNonceAndTokenLeavesNoKey) {
    place(c1k());
    to_active();
    MifareSession session{*this};
    ASSERT_TRUE(session.request_nonce(0x60, 4, Factory));
    const Bits token = session.token();
    field_off(FieldOff);
    EXPECT_EQ(send(token), "silent");
    expect_idle();
}

TEST_P(EmulatorFaults, FieldLossOfAHaltedCardLeadsToIdle) {
    place(c1k());
    halt();
    field_off(FieldOff);
    EXPECT_EQ(short_frame(0x26), "04 00");
}

TEST_P(EmulatorFaults, A1kCardRefusesBlock64) {
    place(c1k());
    to_active();
    EXPECT_EQ(send(with_crc("60 40")), "4");
    expect_idle();
    for (const char* command : {"30 40", "A0 40", "C1 40", "60 40"}) {
        field_off(FieldOff);
        to_active();
        MifareSession session{*this};
        ASSERT_TRUE(session.authenticate(0x60, 0x3C, Factory));
        EXPECT_EQ(session.command(command), "4") << command;
        expect_idle();
    }
}

TEST_P(EmulatorFaults, NestedAuthenticationOpensAnotherSectorAndClosesTheFirst) {
    constexpr std::string_view KeyOf2 = "A0 A1 A2 A3 A4 A5";
    Card card = with_block(c1k(), 8, Value100);
    card = with_block(card, 11, "A0 A1 A2 A3 A4 A5 FF 07 80 69 B0 B1 B2 B3 B4 B5");
    place(card);
    to_active();
    MifareSession session{*this};
    ASSERT_TRUE(session.authenticate(0x60, 4, Factory));
    ASSERT_TRUE(session.authenticate(0x60, 8, KeyOf2));
    EXPECT_EQ(session.command("30 08"), with_crc_text(Value100));
    EXPECT_EQ(session.command("30 04"), "4") << "the first sector is closed";
    expect_idle();
}

}  // namespace
}  // namespace system_test
