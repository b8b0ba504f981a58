// Anticollision and state machine (test plan, ANTI rows of the card).
#include "level.hpp"

namespace system_test {
namespace {

class Anticol : public LevelTest {
protected:
    static constexpr Tick FieldOff = 67'800;

    /// A fresh start between the runs of one row.
    void fresh() { field_off(FieldOff); }

    void fresh_ready() {
        fresh();
        to_ready();
    }

    void expect_silent_to_idle(const Bits& bits) {
        EXPECT_EQ(send(bits), "silent");
        expect_idle();
    }
    void expect_silent_to_idle(std::string_view hex) { expect_silent_to_idle(bytes(hex)); }
};
ON_BOTH_LEVELS(Anticol);

/// The five bytes of C1K's first cascade level.
constexpr std::uint64_t UidAndBcc = 0xA3A1F0E210;

/// The 40 data bits of UID and BCC, as the air carries them without parity.
bool uid_bit(unsigned at) { return ((UidAndBcc >> at) & 1U) != 0; }

/// 93, NVB for `known` bits, and those bits; parity after each whole byte.
Bits anticollision(unsigned known, std::uint64_t data) {
    Bits bits = bytes("93");
    const auto nvb = static_cast<std::uint8_t>((2 + known / 8) << 4U | known % 8);
    int ones = 0;
    for (unsigned i = 0; i < 8; ++i) {
        bits.push_back((nvb >> i) & 1U);
        ones += bits.back();
    }
    bits.push_back(ones % 2 == 0);
    for (unsigned i = 0; i < known; ++i) {
        if (i % 8 == 0) ones = 0;
        bits.push_back((data >> i) & 1U);
        ones += bits.back();
        if (i % 8 == 7) bits.push_back(ones % 2 == 0);
    }
    return bits;
}

TEST_P(Anticol, ANTI_01_WupaInIdleMakesNoStarState) {
    place(c1k());
    EXPECT_EQ(short_frame(0x52), "04 00");
    expect_silent_to_idle("93 70 10 E2 F0 A1 A3 A2 4C");
}

TEST_P(Anticol, ANTI_02_IdleIgnoresAnticollisionAndSelect) {
    place(c1k());
    EXPECT_EQ(send("93 20"), "silent");
    expect_silent_to_idle("93 70 10 E2 F0 A1 A3 A2 4D");
}

TEST_P(Anticol, ANTI_03_IdleIgnoresHlta) {
    place(c1k());
    expect_silent_to_idle("50 00 57 CD");
}

TEST_P(Anticol, ANTI_04_HltaInReadyLeadsToIdle) {
    place(c1k());
    to_ready();
    expect_silent_to_idle("50 00 57 CD");
}

TEST_P(Anticol, ANTI_05_HltaInActiveHalts) {
    place(c1k());
    to_active();
    EXPECT_EQ(send("50 00 57 CD"), "silent");
    expect_halted();
}

TEST_P(Anticol, ANTI_06_BrokenHltaDoesNotHalt) {
    place(c1k());
    to_active();
    expect_silent_to_idle("50 00 57 CC");
}

TEST_P(Anticol, ANTI_07_RequestInActiveLeadsToIdle) {
    place(c1k());
    to_active();
    expect_silent_to_idle(low_bits(0x26, 7));
    fresh();
    to_active();
    expect_silent_to_idle(low_bits(0x52, 7));
}

TEST_P(Anticol, ANTI_08_AnticollisionOrSelectInActiveLeadsToIdle) {
    place(c1k());
    to_active();
    expect_silent_to_idle("93 20");
    fresh();
    to_active();
    expect_silent_to_idle("93 70 10 E2 F0 A1 A3 A2 4D");
}

TEST_P(Anticol, ANTI_09_RequestInReadyLeadsToIdle) {
    place(c1k());
    to_ready();
    expect_silent_to_idle(low_bits(0x26, 7));
    fresh_ready();
    expect_silent_to_idle(low_bits(0x52, 7));
}

TEST_P(Anticol, ANTI_10_AnticollisionRepeatsInReady) {
    place(c1k());
    to_ready();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(send("93 20"), "10 E2 F0 A1 A3");
    EXPECT_EQ(send("93 70 10 E2 F0 A1 A3 A2 4D"), "08 B6 DD");
}

TEST_P(Anticol, ANTI_11_SelectOfAnotherUidLeadsToIdle) {
    place(c1k());
    to_ready();
    expect_silent_to_idle("93 70 10 E2 F0 21 23 66 45");
}

TEST_P(Anticol, ANTI_12_HaltedCardIgnoresAllButWupa) {
    place(c1k());
    halt();
    EXPECT_EQ(short_frame(0x26), "silent");
    for (const char* frame :
         {"93 20", "93 70 10 E2 F0 A1 A3 A2 4D", "50 00 57 CD", "60 00 F5 7B", "E0 50 BC A5"})
        EXPECT_EQ(send(frame), "silent") << frame;
    EXPECT_EQ(short_frame(0x52), "04 00");
}

TEST_P(Anticol, ANTI_13_HltaAfterWupaHaltsAgain) {
    place(c1k());
    halt();
    EXPECT_EQ(short_frame(0x52), "04 00");
    EXPECT_EQ(send("93 70 10 E2 F0 A1 A3 A2 4D"), "08 B6 DD");
    EXPECT_EQ(send("50 00 57 CD"), "silent");
    EXPECT_EQ(short_frame(0x26), "silent");
    EXPECT_EQ(short_frame(0x52), "04 00");
}

TEST_P(Anticol, ANTI_14_BrokenSelectInReadyStarLeadsToHalt) {
    place(c1k());
    to_ready_star();
    EXPECT_EQ(send("93 70 10 E2 F0 A1 A3 A2 4C"), "silent");
    expect_halted();
}

TEST_P(Anticol, ANTI_15_RequestInReadyStarLeadsToHalt) {
    place(c1k());
    for (const std::uint8_t request : Requests) {
        to_ready_star();
        EXPECT_EQ(short_frame(request), "silent");
        expect_halted();
        fresh();
    }
}

TEST_P(Anticol, ANTI_16_OtherUidInReadyStarLeadsToHalt) {
    place(c1k());
    to_ready_star();
    EXPECT_EQ(send("93 30 11"), "silent");
    expect_halted();
}

TEST_P(Anticol, ANTI_17_ErrorInActiveStarLeadsToHalt) {
    place(c1k());
    to_active_star();
    EXPECT_EQ(short_frame(0x26), "silent");
    expect_halted();
    fresh();
    to_active_star();
    EXPECT_EQ(send("30 00 02 A9"), "silent");
    expect_halted();
}

TEST_P(Anticol, ANTI_18_FieldLossForgetsHalt) {
    place(c1k());
    halt();
    field_off(FieldOff);
    EXPECT_EQ(short_frame(0x26), "04 00");
}

TEST_P(Anticol, ANTI_19_WrongBccInSelectLeadsToIdle) {
    place(c1k());
    to_ready();
    expect_silent_to_idle("93 70 10 E2 F0 A1 A2 2B 5C");
}

TEST_P(Anticol, ANTI_20_WrongCrcInSelectLeadsToIdle) {
    place(c1k());
    to_ready();
    expect_silent_to_idle("93 70 10 E2 F0 A1 A3 A2 4C");
}

TEST_P(Anticol, ANTI_21_SelectWithoutCrcLeadsToIdle) {
    place(c1k());
    to_ready();
    expect_silent_to_idle("93 70 10 E2 F0 A1 A3");
}

TEST_P(Anticol, ANTI_22_ImpossibleNvbLeadsToIdle) {
    place(c1k());
    for (const unsigned nvb :
         {0x00U, 0x10U, 0x1FU, 0x28U, 0x3FU, 0x58U, 0x68U, 0x71U, 0x77U, 0x80U, 0xF0U}) {
        SCOPED_TRACE(testing::Message() << "NVB " << std::hex << nvb);
        fresh_ready();
        const unsigned named = (nvb >> 4U) * 8 + (nvb & 0x0FU);
        const unsigned known = named <= 16 ? 0 : std::min(named - 16, 40U);
        Bits bits = anticollision(known, UidAndBcc);
        int ones = 0;
        for (unsigned i = 0; i < 8; ++i) {
            bits[9 + i] = (nvb >> i) & 1U;
            ones += bits[9 + i];
        }
        bits[17] = ones % 2 == 0;
        expect_silent_to_idle(bits);
    }
}

TEST_P(Anticol, ANTI_23_LengthMustAgreeWithNvb) {
    place(c1k());
    to_ready();
    expect_silent_to_idle("93 20 10");
    fresh_ready();
    expect_silent_to_idle("93 40 10");
}

TEST_P(Anticol, ANTI_24_EveryCutIsCompleted) {
    place(c1k());
    to_ready();
    for (unsigned known = 1; known <= 39; ++known) {
        Bits rest;
        int ones = 0;
        for (unsigned i = 0; i < 40; ++i) {
            if (i % 8 == 0) ones = 0;
            ones += uid_bit(i);
            if (i >= known) rest.push_back(uid_bit(i));
            // The parity of the byte that was cut is for the reader to ignore.
            if (i % 8 == 7 && i >= known) rest.push_back(ones % 2 == 0);
        }
        send(anticollision(known, UidAndBcc));
        Bits answer = reply().bits;
        ASSERT_EQ(answer.size(), rest.size()) << "cut after " << known;
        if (known % 8 != 0) answer[7 - known % 8 + 1] = rest[7 - known % 8 + 1];
        EXPECT_EQ(answer, rest) << "cut after " << known;
    }
}

TEST_P(Anticol, ANTI_25_OneWrongBitOfACutLeadsToIdle) {
    place(c1k());
    for (unsigned known = 1; known <= 39; ++known) {
        SCOPED_TRACE(testing::Message() << "cut after " << known);
        fresh_ready();
        expect_silent_to_idle(anticollision(known, UidAndBcc ^ (1ULL << (known - 1))));
    }
}

TEST_P(Anticol, ANTI_26_DoubleUidIsSelectedInTwoLevels) {
    place(c1k7());
    EXPECT_EQ(short_frame(0x26), "44 00");
    EXPECT_EQ(send("93 20"), "88 04 18 3F AB");
    EXPECT_EQ(send("93 70 88 04 18 3F AB E1 16"), "04 DA 17");
    EXPECT_EQ(send("95 20"), "09 32 1B 85 A5");
    EXPECT_EQ(send("95 70 09 32 1B 85 A5 51 09"), "08 B6 DD");
    expect_active();
}

TEST_P(Anticol, ANTI_27_WrongCascadeLevelLeadsToIdle_SingleUid) {
    place(c1k());
    to_ready();
    expect_silent_to_idle("95 20");
}

TEST_P(Anticol, ANTI_27_WrongCascadeLevelLeadsToIdle_DoubleUid) {
    place(c1k7());
    to_ready();
    EXPECT_EQ(send("93 70 88 04 18 3F AB E1 16"), "04 DA 17");
    expect_silent_to_idle("93 20");
    fresh_ready();
    expect_silent_to_idle("95 70 09 32 1B 85 A5 51 09");
}

TEST_P(Anticol, ANTI_28_ErrorForgetsTheCascadeLevel) {
    place(c1k7());
    to_ready();
    EXPECT_EQ(send("93 70 88 04 18 3F AB E1 16"), "04 DA 17");
    EXPECT_EQ(send("95 70 09 32 1B 85 A5 51 08"), "silent");
    EXPECT_EQ(short_frame(0x26), "44 00");
    EXPECT_EQ(send("95 20"), "silent");
}

TEST_P(Anticol, ANTI_29_TripleUidIsSelectedInThreeLevels) {
    Card card = with_uid(c1k(), "04 11 22 33 44 55 66 77 88 99");
    card.profile.sak = 0x20;
    card.profile.atqa = 0x0084;
    place(card);
    EXPECT_EQ(short_frame(0x26), "84 00");
    EXPECT_EQ(send("93 20"), "88 04 11 22 BF");
    EXPECT_EQ(send("93 70 88 04 11 22 BF B3 F9"), "04 DA 17");
    EXPECT_EQ(send("95 20"), "88 33 44 55 AA");
    EXPECT_EQ(send("95 70 88 33 44 55 AA 13 FA"), "04 DA 17");
    EXPECT_EQ(send("97 20"), "66 77 88 99 00");
    EXPECT_EQ(send("97 70 66 77 88 99 00 CE 25"), "20 FC 70");
}

TEST_P(Anticol, ANTI_30_Classic4kShowsItsKind) {
    place(c4k());
    EXPECT_EQ(short_frame(0x26), "02 00");
    EXPECT_EQ(send("93 70 14 57 9F 69 B5 2E 51"), "18 37 CD");
}

TEST_P(Anticol, ANTI_30_Classic4kWithDoubleUidShowsItsKind) {
    place(c4k7());
    EXPECT_EQ(short_frame(0x26), "42 00");
    EXPECT_EQ(send("93 70 88 04 18 3F AB E1 16"), "04 DA 17");
    EXPECT_EQ(send("95 70 09 32 1B 85 A5 51 09"), "18 37 CD");
}

TEST_P(Anticol, ANTI_30_MiniShowsItsKind) {
    place(mini());
    EXPECT_EQ(short_frame(0x26), "04 00");
    EXPECT_EQ(send("93 70 10 E2 F0 A1 A3 A2 4D"), "09 3F CC");
}

TEST_P(Anticol, ANTI_31_RandomUidIsDrawnAtPowerUp) {
    Card card = c1k();
    card.profile.random_uid = true;
    card.profile.sak = 0x20;
    place(card);
    to_ready();
    const std::string first = send("93 20");
    EXPECT_EQ(first.substr(0, 2), "08");
    EXPECT_EQ(short_frame(0x26), "silent");
    to_ready();
    EXPECT_EQ(send("93 20"), first) << "drawn again without a field loss";
    EXPECT_EQ(send(with_crc("93 70" + first)), "20 FC 70");
    EXPECT_EQ(send("50 00 57 CD"), "silent");
    to_ready(0x52);
    EXPECT_EQ(send("93 20"), first) << "drawn again after HLTA";
    fresh_ready();
    const std::string second = send("93 20");
    EXPECT_EQ(second.substr(0, 2), "08");
    EXPECT_NE(second, first);
}

}  // namespace
}  // namespace system_test
