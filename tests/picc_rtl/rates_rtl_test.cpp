// Type A above fc/128 in RTL (test plan, RATE rows; vectors of the fact sheet, 7.2).
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "phase_reader.hpp"

namespace picc_rtl {
namespace {

constexpr std::uint8_t Config = 0x00, Limits = 0x04, AtsLength = 0x08, Ats = 0x0C, Events = 0x10,
                       Flush = 0x1C, Data = 0x18, Go = 0x20,
                       Rates = 0x24;  // rtl/bus/registers.json
const std::string Rats = "E0 50 BC A5";

std::string text(const std::string& bytes) { return to_text(hex(bytes)); }
std::string sound(const std::string& bytes) { return to_text(with_crc(hex(bytes))); }

/// DEP4 of the plan, in ACTIVE.
class RatesRtl : public testing::Test {
protected:
    RatesRtl() : bench{dep4()} {
        bench.write(Limits, 0x85);
        bench.write(Flush, 0);
        for (const std::uint8_t byte : hex("75 77 81 02 80")) bench.write(Ats, byte);
        bench.write(AtsLength, 6);
        bench.write(Rates, 0x77);
        bench.write(Config, 3);
    }

    static Card dep4() {
        Card card;
        card.uid = {0x9C, 0x59, 0x9B, 0x32};
        card.sak = 0x20;
        return card;
    }

    void activate() {
        EXPECT_FALSE(bench.exchange(short_frame(0x52)).silent());
        EXPECT_EQ(bench.exchange(standard_frame(with_crc(hex("93 70 9C 59 9B 32 6C")))).bytes(),
                  hex("20 FC 70"));
        EXPECT_EQ(reader.send_a(Rats).substr(0, 4), "0675");
        bench.write(Events, 1);
    }
    void speak(unsigned card, unsigned reader_rate) {
        reader.card_rate = card;
        reader.reader_rate = reader_rate;
    }

    PiccBench bench;
    PhaseReader reader{bench};
};

TEST_F(RatesRtl, RATE_01_PpsIsAnsweredAtTheOldRateAndTheNextFrameHasTheNewOne) {
    activate();
    EXPECT_EQ(reader.send_a("D0 11 05 FF F1"), text("D0 73 87"));
    EXPECT_EQ(reader.index(), 9);
    speak(1, 1);
    EXPECT_EQ(reader.send_a("B2 67 C7"), text("A3 6F C6"));
    EXPECT_EQ(reader.index(), 9);
}

TEST_F(RatesRtl, RATE_02_LongBlocksAtTheHighestRates) {
    for (const auto& [pps, rate] : {std::pair{"D0 11 0A 08 09", 2U}, {"D0 11 0F A5 5E", 3U}}) {
        SCOPED_TRACE(pps);
        speak(0, 0);
        activate();
        EXPECT_EQ(reader.send_a(pps), text("D0 73 87"));
        speak(rate, rate);
        std::string inf;
        for (unsigned n = 0; n < 61; ++n)
            inf += to_text({static_cast<std::uint8_t>(37 * n + rate)});
        reader.wait = 1200;
        EXPECT_EQ(reader.send_a(sound("02" + inf)), "");
        reader.wait = 4000;
        EXPECT_EQ(bench.read(Events) & 15, 2);
        bench.write(Events, 2);
        EXPECT_EQ(bench.read(Data), 0x02);
        std::string heard;
        for (unsigned n = 0; n < 61; ++n) heard += to_text({bench.read(Data)});
        EXPECT_EQ(heard, inf);
        bench.write(Flush, 0);
        for (const std::uint8_t byte : hex(heard)) bench.write(Data, byte);
        bench.write(Go, 0);
        EXPECT_EQ(reader.hear_a(), sound("02" + inf));
        EXPECT_EQ(reader.send_a("C2 E0 B4"), text("C2 E0 B4"));
        bench.write(Events, 15);
    }
}

TEST_F(RatesRtl, RATE_03_RatesOfBothDirectionsMayDiffer) {
    activate();
    EXPECT_EQ(reader.send_a("D0 11 04 76 E0"), text("D0 73 87"));
    speak(1, 0);
    EXPECT_EQ(reader.send_a("B2 67 C7"), text("A3 6F C6"));
    EXPECT_EQ(reader.index(), 9);
}

TEST_F(RatesRtl, ReaderMayBeFasterThanTheCard) {
    activate();
    EXPECT_EQ(reader.send_a(sound("D0 11 03")), text("D0 73 87"));
    speak(0, 3);
    EXPECT_EQ(reader.send_a("B2 67 C7"), text("A3 6F C6"));
    EXPECT_EQ(reader.index(), 9);
}

TEST_F(RatesRtl, RATE_04_RatesThatTa1DoesNotHaveAreRefused) {
    for (const auto& [ta1, pps] : {std::pair{0xF7U, "D0 11 04 76 E0"},
                                   {0x00U, "D0 11 05 FF F1"},
                                   {0x71U, "D0 11 05 FF F1"}}) {
        SCOPED_TRACE(pps);
        bench.write(Rates, static_cast<std::uint8_t>(ta1));
        activate();
        EXPECT_EQ(reader.send_a(pps), ta1 == 0x71 ? text("D0 73 87") : "");
        if (ta1 == 0x71) speak(1, 1);
        EXPECT_EQ(reader.send_a("B2 67 C7"), text("A3 6F C6"));
        EXPECT_EQ(reader.send_a("C2 E0 B4"), text("C2 E0 B4"));
        bench.write(Events, 15);
    }
}

TEST_F(RatesRtl, RATE_07_DelayCountsFromTheGridOfTheRate) {
    for (unsigned rate = 1; rate < 4; ++rate) {
        SCOPED_TRACE(rate);
        activate();
        const unsigned pps1 = rate << 2 | rate;
        EXPECT_EQ(reader.send_a(sound("D0 11 " + to_text({static_cast<std::uint8_t>(pps1)}))),
                  text("D0 73 87"));
        speak(rate, rate);
        // The last bit of the air is the parity of the CRC's second byte: 0, then 1.
        EXPECT_EQ(reader.send_a("B2 67 C7"), text("A3 6F C6"));
        EXPECT_EQ(reader.index(), 9);
        EXPECT_EQ(reader.send_a("C2 E0 B4"), text("C2 E0 B4"));
        EXPECT_EQ(reader.index(), 9);
        bench.write(Events, 15);
        speak(0, 0);
    }
}

// At fc/16, after a Z: D lies 92 + 256 ticks behind E. The pause is sure to have ended a tick too
// late.
TEST_F(RatesRtl, APauseThatEndsAroundDDoesNotMoveTheAnswer) {
    activate();
    EXPECT_EQ(reader.send_a(sound("D0 11 0F")), text("D0 73 87"));
    speak(3, 3);
    for (const Tick behind : {348 - 4 - 5, 348 - 3 - 5}) {
        SCOPED_TRACE(behind);
        reader.extra_pause = behind;
        EXPECT_EQ(reader.send_a("B2 67 C7"), text("A3 6F C6"));
        EXPECT_EQ(reader.index(), 9);
    }
}

TEST_F(RatesRtl, RATE_09_DeselectGoesBackToTheFirstRate) {
    activate();
    EXPECT_EQ(reader.send_a("D0 11 0A 08 09"), text("D0 73 87"));
    speak(2, 2);
    EXPECT_EQ(reader.send_a("C2 E0 B4"), text("C2 E0 B4"));
    EXPECT_FALSE(bench.exchange(short_frame(0x52)).silent());
}

TEST_F(RatesRtl, RATE_10_BlockIsSentAgainAtItsRate) {
    activate();
    EXPECT_EQ(reader.send_a("D0 11 0A 08 09"), text("D0 73 87"));
    speak(2, 2);
    EXPECT_EQ(reader.send_a("B2 67 C7"), text("A3 6F C6"));
    EXPECT_EQ(reader.send_a("B3 EE D6"), text("A3 6F C6"));
    EXPECT_EQ(reader.send_a("B3 EE D6"), text("A3 6F C6"));
}

TEST_F(RatesRtl, FieldLossGoesBackToTheFirstRate) {
    activate();
    EXPECT_EQ(reader.send_a("D0 11 0F A5 5E"), text("D0 73 87"));
    bench.power_cycle();
    activate();
    EXPECT_EQ(reader.send_a("B2 67 C7"), text("A3 6F C6"));
}

TEST_F(RatesRtl, RefusedPpsLeavesTheRates) {
    activate();
    EXPECT_EQ(reader.send_a(sound("D0 11 15")), "");  // PPS1 with high nibble
    EXPECT_EQ(reader.send_a("D0 11 05 FF F1"), "");   // the chance is over
    EXPECT_EQ(reader.send_a("B2 67 C7"), text("A3 6F C6"));
}

}  // namespace
}  // namespace picc_rtl
