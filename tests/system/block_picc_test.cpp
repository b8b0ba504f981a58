// Block protocol, card side (test plan, DEP-C rows). Expected blocks: iso14443.md, 7 and 8, and the
// plan.
#include <random>

#include "test_application.hpp"

namespace system_test {
namespace {

class BlockPicc : public BlockTest {
protected:
    /// ECHO with `size` bytes of data, without CRC.
    static std::string echo(unsigned size) {
        const auto length = static_cast<std::uint8_t>(size);
        return "02 80 04 00 00 " + base::to_hex({&length, 1}) + " " + counting(0, size) + " 00";
    }
    /// The first block of LONG 256.
    void to_card_chain() {
        to_protocol();
        ASSERT_EQ(send("02 80 01 01 00 00 D7 F3"), First);
    }
    /// A block of 64 bytes is taken, none of 65.
    void expect_longest_block() {
        to_protocol();
        ASSERT_EQ(with_crc(echo(55)).size() / 9, 64U);
        EXPECT_EQ(block(echo(55)), block_text("02 " + counting(0, 55) + " 90 00"));
        EXPECT_EQ(block(echo(56)), "silent");
        // An odd number of ticks later as well.
        wait(4097);
        EXPECT_EQ(block("03" + echo(55).substr(2)), block_text("03 " + counting(0, 55) + " 90 00"));
        expect_protocol();
    }
    static bool is_waiting_time(const std::string& text) {
        if (!text.starts_with("F2 ") || text.size() != std::string_view{"F2 01 91 40"}.size())
            return false;
        const auto multiplier = base::from_hex(text.substr(3, 2)).value().at(0);
        return multiplier >= 0x01 && multiplier <= 0x3B;
    }
    /// SLOW 3 makes the card ask for more time at instant `n`.
    void expect_request_with(unsigned fwi) {
        const auto tb1 = static_cast<std::uint8_t>(fwi << 4U | 1U);
        place_dep(with_ats(dep4(), "06 75 77 " + base::to_hex({&tb1, 1}) + " 02 80"),
                  Tick{4096} << fwi);
        to_protocol();
        const Tick n = (Tick{32} << fwi) - 8;
        listen_for(n * 128 + WaitingTime);
        const std::string answer = send("02 80 02 00 03 93 BC");
        EXPECT_TRUE(is_waiting_time(answer)) << answer;
        EXPECT_EQ((reply().fdt() - 20) / 128, n);
    }
    /// Grants every S(WTX), each within the time the plan allows; the answer that follows them.
    std::string grant(std::string answer, Tick waiting_time, unsigned& extensions) {
        Tick allowed = waiting_time;
        for (extensions = 0; is_waiting_time(answer); ++extensions) {
            EXPECT_LE(reply().fdt(), allowed);
            const std::string extension = answer.substr(0, 5);
            allowed = waiting_time * base::from_hex(extension.substr(3)).value().at(0);
            answer = block(extension);
        }
        EXPECT_LE(reply().fdt(), allowed);
        return answer;
    }

    const std::string First = block_text("12 " + counting(0, 61));
    const std::string Second = block_text("13 " + counting(61, 122));
};
ON_BOTH_LEVELS(BlockPicc);

TEST_P(BlockPicc, DEP_C_01_RatsIsAnsweredByAts) {
    place_dep();
    to_active();
    EXPECT_EQ(send("E0 80 31 73"), "06 75 77 81 02 80 02 F0");
}

TEST_P(BlockPicc, DEP_C_02_FirstErrorFreeRatsCounts) {
    place_dep();
    to_active();
    EXPECT_EQ(send("E0 80 31 72"), "silent");
    EXPECT_EQ(send("E0 80 31 73"), "06 75 77 81 02 80 02 F0");
}

TEST_P(BlockPicc, DEP_C_03_SecondRatsIsIgnored) {
    place_dep();
    to_protocol("E0 80 31 73");
    EXPECT_EQ(send("E0 80 31 73"), "silent");
    expect_protocol();
}

TEST_P(BlockPicc, DEP_C_04_RatsMustBeFirstAfterSelection) {
    Card card = dep4();
    card.profile.sak = 0x28;
    place_dep(card);
    to_active();
    send("30 00 02 A8");
    EXPECT_EQ(send("E0 80 31 73"), "silent");
}

TEST_P(BlockPicc, DEP_C_05_ReadersFrameSizeBindsAtsAndBlocks) {
    place_dep(with_ats(dep4(), "14 75 77 81 02 A0 A1 A2 A3 A4 A5 A6 A7 A8 A9 AA AB AC AD AE"));
    EXPECT_EQ(to_protocol("E0 00 39 F7"), block_text("0E 75 77 81 02 A0 A1 A2 A3 A4 A5 A6 A7 A8"));
    // LONG 40 in blocks of at most 16 bytes.
    std::string answer = block("02 80 01 00 28 00");
    std::string data;
    for (unsigned number = 1; answer.starts_with("1"); number ^= 1U) {
        EXPECT_LE(reply().bits.size() / 9, 16U);
        data += answer.substr(3, answer.size() - 3 - 5);
        answer = block(number != 0 ? "A3" : "A2");
    }
    EXPECT_LE(reply().bits.size() / 9, 16U);
    data += answer.substr(3, answer.size() - 3 - 6);
    EXPECT_EQ(data, counting(0, 40) + " 90 00");
}

TEST_P(BlockPicc, DEP_C_06_CardsNumberTogglesOnAnyInformationBlock) {
    place_dep();
    to_protocol();
    const std::string answer = send(Count1);
    EXPECT_EQ(answer, block_text("02 01 90 00"));
}

TEST_P(BlockPicc, DEP_C_07_InformationBlockIsNeverARepeat) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send(Count0), "02 01 90 00 F7 2C");
    EXPECT_EQ(send(Count0), "03 02 90 00 28 DF");
}

TEST_P(BlockPicc, DEP_C_08_LastBlockIsSentAgain) {
    for (const std::string_view again : {"B2 67 C7", "A2 E6 D7"}) {
        SCOPED_TRACE(again);
        if (again.front() == 'B') {
            place_dep();
        } else {
            field_off(67'800);
        }
        to_protocol();
        EXPECT_EQ(send(Count0), "02 01 90 00 F7 2C");
        EXPECT_EQ(send(again), "02 01 90 00 F7 2C");
        EXPECT_EQ(send(again), "02 01 90 00 F7 2C");
        EXPECT_EQ(send(Count1), "03 02 90 00 28 DF") << "COUNT ran more than once";
    }
}

TEST_P(BlockPicc, DEP_C_09_NakWithOtherNumberIsAcknowledged) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send("B2 67 C7"), "A3 6F C6");
    field_off(67'800);
    to_protocol();
    EXPECT_EQ(send(Count0), "02 01 90 00 F7 2C");
    EXPECT_EQ(send("B3 EE D6"), "A2 E6 D7");
}

TEST_P(BlockPicc, DEP_C_10_LongAnswerIsChained) {
    place_dep();
    to_card_chain();
    EXPECT_EQ(send("A3 6F C6"), Second);
    EXPECT_EQ(send("A2 E6 D7"), block_text("12 " + counting(122, 183)));
    EXPECT_EQ(send("A3 6F C6"), block_text("13 " + counting(183, 244)));
    EXPECT_EQ(send("A2 E6 D7"), block_text("02 " + counting(244, 256) + " 90 00"));
}

TEST_P(BlockPicc, DEP_C_11_ChainedBlockIsSentAgainOnNak) {
    place_dep();
    to_card_chain();
    EXPECT_EQ(send("B2 67 C7"), First);
    EXPECT_EQ(send("A3 6F C6"), Second);
}

TEST_P(BlockPicc, DEP_C_12_NakWithOtherNumberLeavesTheCardsChain) {
    place_dep();
    to_card_chain();
    EXPECT_EQ(send("B3 EE D6"), "A2 E6 D7");
    EXPECT_EQ(send("A3 6F C6"), Second);
}

TEST_P(BlockPicc, DEP_C_13_MirroredAckRepeatsTheChainedBlock) {
    place_dep();
    to_card_chain();
    EXPECT_EQ(send("A2 E6 D7"), First);
    EXPECT_EQ(send("A2 E6 D7"), First);
    EXPECT_EQ(send("A3 6F C6"), Second);
}

TEST_P(BlockPicc, DEP_C_14_ReadersChainIsAcknowledgedAndJoined) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send("12 80 04 00 00 05 01 D6 42"), "A2 E6 D7");
    EXPECT_EQ(send("13 02 03 CE CE"), "A3 6F C6");
    EXPECT_EQ(send("02 04 05 00 AF 72"), "02 01 02 03 04 05 90 00 16 86");
}

TEST_P(BlockPicc, DEP_C_15_LostAckIsSentAgain) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send("12 80 04 00 00 05 01 D6 42"), "A2 E6 D7");
    EXPECT_EQ(send("B2 67 C7"), "A2 E6 D7");
    EXPECT_EQ(send("13 02 03 CE CE"), "A3 6F C6");
    EXPECT_EQ(send("02 04 05 00 AF 72"), "02 01 02 03 04 05 90 00 16 86");
}

TEST_P(BlockPicc, DEP_C_16_BrokenChainedBlockIsAskedForAgain) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send("12 80 04 00 00 05 01 D6 42"), "A2 E6 D7");
    EXPECT_EQ(send("13 02 03 CE CF"), "silent");
    EXPECT_EQ(send("B3 EE D6"), "A2 E6 D7");
    EXPECT_EQ(send("13 02 03 CE CE"), "A3 6F C6");
    EXPECT_EQ(send("02 04 05 00 AF 72"), "02 01 02 03 04 05 90 00 16 86");
}

TEST_P(BlockPicc, DEP_C_17_WrongCrcAndWrongParityAreSilence) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send("02 80 03 00 00 01 F4 80"), "silent");
    EXPECT_EQ(send(flipped(bytes(Count0), 8)), "silent");
    EXPECT_EQ(send(Count0), "02 01 90 00 F7 2C");
}

TEST_P(BlockPicc, DEP_C_18_LongestBlockIsTheCardsFrameSize) {
    place_dep();
    expect_longest_block();
}

TEST_P(BlockPicc, FrameSizeHoldsWithWaitingTime7) {
    place_dep(with_ats(dep4(), "06 75 77 71 02 80"), Tick{4096} << 7U);
    expect_longest_block();
}

TEST_P(BlockPicc, FrameSizeHoldsWithWaitingTime14) {
    place_dep(with_ats(dep4(), "06 75 77 E1 02 80"), Tick{4096} << 14U);
    expect_longest_block();
}

TEST_P(BlockPicc, DEP_C_19_UnknownControlBytesAreSilence) {
    place_dep();
    to_protocol();
    for (const auto* control : {"00", "22", "42", "82", "A0", "C0", "D2", "E2", "F0", "F8"})
        EXPECT_EQ(block(control), "silent") << control;
    expect_protocol();
}

TEST_P(BlockPicc, DEP_C_20_CardWithCidHearsItsCidOnly) {
    place_dep();
    to_protocol("E0 81 B8 62");
    EXPECT_EQ(send("0A 01 80 03 00 00 01 4A D4"), "0A 01 01 90 00 C4 13");
    EXPECT_EQ(send("0A 02 80 03 00 00 01 37 D8"), "silent");
    EXPECT_EQ(send(Count0), "silent");
}

TEST_P(BlockPicc, DEP_C_21_CidZeroIsAnsweredAsItIsAsked) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send("0A 00 80 03 00 00 01 61 D0"), "0A 00 01 90 00 7F 0F");
    EXPECT_EQ(send(Count1), "03 02 90 00 28 DF");
}

TEST_P(BlockPicc, DEP_C_22_CardWithoutCidSupportIgnoresCids) {
    place_dep(with_ats(dep4(), "06 75 77 81 00 80"));
    to_protocol();
    EXPECT_EQ(send("0A 00 80 03 00 00 01 61 D0"), "silent");
    EXPECT_EQ(send(Count0), "02 01 90 00 F7 2C");
}

TEST_P(BlockPicc, DEP_C_23_CardWithoutNadSupportIgnoresNads) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send("06 00 80 03 00 00 01 FB 61"), "silent");
    expect_protocol();
}

TEST_P(BlockPicc, DEP_C_24_SlowCommandExtendsTheWaitingTime) {
    place_dep();
    to_protocol();
    listen_for(2 * WaitingTime);
    const std::string answer = send("02 80 02 00 03 93 BC");
    EXPECT_TRUE(is_waiting_time(answer)) << answer;
    unsigned extensions = 0;
    EXPECT_EQ(grant(answer, WaitingTime, extensions), "02 90 00 F1 09");
}

// docs/choices.md: the request's n is W = 32 * 2^FWI - 8.
TEST_P(BlockPicc, WaitingTimeRequestComesAtItsInstantWithFwi0) { expect_request_with(0); }
TEST_P(BlockPicc, WaitingTimeRequestComesAtItsInstantWithFwi1) { expect_request_with(1); }
TEST_P(BlockPicc, WaitingTimeRequestComesAtItsInstantWithFwi2) { expect_request_with(2); }
TEST_P(BlockPicc, WaitingTimeRequestComesAtItsInstantWithFwi3) { expect_request_with(3); }
TEST_P(BlockPicc, WaitingTimeRequestComesAtItsInstantWithFwi4) { expect_request_with(4); }
TEST_P(BlockPicc, WaitingTimeRequestComesAtItsInstantWithFwi5) { expect_request_with(5); }
TEST_P(BlockPicc, WaitingTimeRequestComesAtItsInstantWithFwi6) { expect_request_with(6); }
TEST_P(BlockPicc, WaitingTimeRequestComesAtItsInstantWithFwi14) { expect_request_with(14); }

TEST_P(BlockPicc, DEP_C_25_WaitingTimeRequestIsRepeatedOnNak) {
    place_dep();
    to_protocol();
    listen_for(2 * WaitingTime);
    const std::string request = send("02 80 02 00 03 93 BC");
    EXPECT_TRUE(is_waiting_time(request)) << request;
    EXPECT_EQ(send("B2 67 C7"), request);
    unsigned extensions = 0;
    EXPECT_EQ(grant(request, 2 * WaitingTime, extensions), "02 90 00 F1 09");
    EXPECT_GT(extensions, 0U);
}

TEST_P(BlockPicc, DEP_C_26_LongWorkExtendsAgainAndAgain) {
    constexpr Tick Shortest = 4096;
    place_dep(with_ats(dep4(), "06 75 77 01 02 80"), Shortest);
    to_protocol();
    unsigned extensions = 0;
    EXPECT_EQ(grant(send("02 80 02 00 C8 4C C4"), Shortest, extensions), "02 90 00 F1 09");
    EXPECT_GT(extensions, 1U);
}

TEST_P(BlockPicc, DEP_C_27_BusyStoreExtendsTheWaitForAnAck) {
    TestApplication& application = place_dep();
    to_protocol();
    listen_for(2 * WaitingTime);
    application.hold(WaitingTime * 3 / 2);
    const std::string request = send("12 80 04 00 00 05 01 D6 42");
    EXPECT_TRUE(is_waiting_time(request)) << request;
    unsigned extensions = 0;
    EXPECT_EQ(grant(request, WaitingTime, extensions), "A2 E6 D7");
}

TEST_P(BlockPicc, DEP_C_28_DeselectHalts) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send("C2 E0 B4"), "C2 E0 B4");
    EXPECT_EQ(send("C2 E0 B4"), "silent");
    expect_halted();
}

TEST_P(BlockPicc, DEP_C_29_DeselectDropsTheCardsChain) {
    place_dep();
    to_card_chain();
    EXPECT_EQ(send("C2 E0 B4"), "C2 E0 B4");
    to_ready(0x52);
    select();
    EXPECT_EQ(send("E0 50 BC A5"), "06 75 77 81 02 80 02 F0");
    EXPECT_EQ(send(Count0), "02 01 90 00 F7 2C");
    EXPECT_EQ(send("A3 6F C6"), "silent") << "the chain is still there";
}

TEST_P(BlockPicc, DEP_C_30_DeselectWithDataIsSilence) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send("C2 00 BA E7"), "silent");
    expect_protocol();
}

TEST_P(BlockPicc, DEP_C_31_DeselectNeedsTheRightCid) {
    place_dep();
    to_protocol("E0 81 B8 62");
    EXPECT_EQ(send("CA 02 68 0A"), "silent");
    EXPECT_EQ(send("CA 01 F3 38"), "CA 01 F3 38");
    expect_halted();
}

TEST_P(BlockPicc, DEP_C_32_PpsForTheRateInUseIsAnswered) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send("D0 11 00 52 A6"), "D0 73 87");
    EXPECT_EQ(send(Count0), "02 01 90 00 F7 2C");
}

TEST_P(BlockPicc, DEP_C_33_PpsComesFirstOrNever) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send(Count0), "02 01 90 00 F7 2C");
    EXPECT_EQ(send("D0 11 05 FF F1"), "silent");
    EXPECT_EQ(send(Count1), "03 02 90 00 28 DF");
}

TEST_P(BlockPicc, DEP_C_34_PpsForAnotherCidUsesUpTheChance) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send("D1 11 05 23 AB"), "silent");
    EXPECT_EQ(send("D0 11 05 FF F1"), "silent");
    EXPECT_EQ(send(Count0), "02 01 90 00 F7 2C");
}

TEST_P(BlockPicc, DEP_C_35_CommandsOfOtherStatesAreSilence) {
    place_dep();
    to_protocol();
    EXPECT_EQ(short_frame(0x26), "silent");
    EXPECT_EQ(short_frame(0x52), "silent");
    EXPECT_EQ(send("93 20"), "silent");
    EXPECT_EQ(send("50 00 57 CD"), "silent");
    EXPECT_EQ(send("60 00 F5 7B"), "silent");
    EXPECT_EQ(send(Count0), "02 01 90 00 F7 2C");
}

TEST_P(BlockPicc, DEP_C_36_EmptyBlockIsAnsweredByAnEmptyBlock) {
    TestApplication& application = place_dep();
    to_protocol();
    EXPECT_EQ(send("02 EC 72"), "02 EC 72");
    EXPECT_TRUE(application.commands.empty());
    EXPECT_EQ(send(Count1), block_text("03 01 90 00")) << "an APDU ran";
}

TEST_P(BlockPicc, DEP_C_37_CardNeverSendsANak) {
    constexpr unsigned Seed = 37;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    const auto below = [&](unsigned bound) { return static_cast<unsigned>(random() % bound); };
    place_dep();
    to_protocol();
    listen_for(8192);
    for (unsigned i = 0; i < 1000; ++i) {
        Bytes data(1 + below(6));
        for (auto& byte : data) byte = static_cast<std::uint8_t>(random());
        // Half of them are blocks by their first byte, but none ends the protocol or works long.
        constexpr std::array<std::uint8_t, 12> Controls{0x02, 0x03, 0x12, 0x13, 0x0A, 0xA2,
                                                        0xA3, 0xB2, 0xB3, 0xBA, 0xF2, 0xD0};
        if (below(2) != 0) data[0] = Controls[below(Controls.size())];
        if (data[0] == 0xC2 || data[0] == 0xCA) continue;
        Bits frame = with_crc(base::to_hex(data));
        if (below(4) == 0) frame = flipped(frame, below(static_cast<unsigned>(frame.size())));
        if (below(8) == 0) frame.resize(1 + below(static_cast<unsigned>(frame.size())));
        send(frame);
        const std::string control = reply().text().substr(0, 2);
        for (const auto* nak : {"B2", "B3", "BA", "BB"})
            ASSERT_NE(control, nak) << "frame " << i << ": " << text_of(frame);
    }
    listen_for(Silence);
    EXPECT_EQ(send("C2 E0 B4"), "C2 E0 B4");
}

}  // namespace
}  // namespace system_test
