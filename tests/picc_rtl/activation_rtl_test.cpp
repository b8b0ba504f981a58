// Activation of the card's RTL: frames, states, cascade levels, frame delay.
#include <gtest/gtest.h>

#include "mifare_reader.hpp"
#include "picc_bench.hpp"

namespace picc_rtl {
namespace {

const Bytes Atqa{0x04, 0x00};
const Bytes Select = hex("93 70 10 E2 F0 A1 A3 A2 4D");

Bytes send(PiccBench& bench, const std::string& text) {
    const Answer answer = bench.exchange(standard_frame(hex(text)));
    if (!answer.silent()) {
        EXPECT_TRUE(answer.parity_is_odd());
        EXPECT_EQ(answer.index(), 9);
    }
    return answer.bytes();
}

Bytes call(PiccBench& bench, std::uint8_t code) {
    const Answer answer = bench.exchange(short_frame(code));
    if (!answer.silent()) {
        EXPECT_TRUE(answer.parity_is_odd());
        EXPECT_EQ(answer.index(), 9);
    }
    return answer.bytes();
}

TEST(PiccActivation, AnswersReqaAnticollisionAndSelect) {
    PiccBench bench;
    EXPECT_EQ(call(bench, 0x26), Atqa);
    EXPECT_EQ(send(bench, "93 20"), hex("10 E2 F0 A1 A3"));
    EXPECT_EQ(send(bench, "93 20"), hex("10 E2 F0 A1 A3"));
    EXPECT_EQ(to_text(send(bench, "93 70 10 E2 F0 A1 A3 A2 4D")), "08B6DD");
    EXPECT_EQ(send(bench, "50 00 57 CD"), Bytes{});
    EXPECT_EQ(call(bench, 0x26), Bytes{});
    EXPECT_EQ(call(bench, 0x52), Atqa);
}

TEST(PiccActivation, FirstLoadEdgeStandsWhereTheSheetSays) {
    for (const unsigned pause : {20U, 28U, 34U, 40U, 41U, 56U, 60U}) {
        PiccBench bench;
        bench.pause_ticks = pause;
        // TIME-01, TIME-02; the air adds its tick.
        const Tick first = bench.now();
        EXPECT_EQ(bench.exchange(short_frame(0x26)).start, first + 2196 + pause + 1);
        const Tick second = bench.now();
        EXPECT_EQ(bench.exchange(standard_frame(hex("93 20"))).start, second + 3604 + pause + 1);
    }
}

TEST(PiccActivation, SplitFrameOfTheStandard) {
    Card card;
    card.uid = hex("32 10 AB CD");
    PiccBench bench{card};
    EXPECT_EQ(call(bench, 0x26), Atqa);
    const Tick start = bench.now();
    const Answer answer = bench.exchange(cut_frame(hex("93 25 32"), 21));
    EXPECT_EQ(answer.start, start + 4244 + 34 + 1);
    // 100.x 00001000.0 11010101.0 10110011.0 00100010.1
    const std::string expected = "100x000010000110101010101100110001000101";
    ASSERT_EQ(answer.bits.size(), expected.size());
    for (std::size_t n = 0; n < expected.size(); ++n) {
        if (expected[n] == 'x') continue;
        EXPECT_EQ(answer.bits[n], expected[n] == '1') << "bit " << n;
    }
}

TEST(PiccActivation, EveryCutIsAnsweredWithTheRest) {
    PiccBench bench;
    const Bytes own = hex("93 00 10 E2 F0 A1 A3");
    const Bits whole = cut_frame(hex("10 E2 F0 A1 A3"), 40);
    for (std::size_t known = 1; known < 40; ++known) {
        EXPECT_EQ(call(bench, 0x26), Atqa);
        Bytes frame = own;
        frame[1] = static_cast<std::uint8_t>(((2 + known / 8) << 4) | (known % 8));
        const Answer answer = bench.exchange(cut_frame(frame, 16 + known));
        const Bits rest(whole.begin() + static_cast<long>(known + known / 8), whole.end());
        EXPECT_EQ(answer.bits, rest) << known << " bits known";
        EXPECT_EQ(answer.index(), 9);
        // The last of the bits wrong: silence and IDLE.
        frame[2 + (known - 1) / 8] ^= static_cast<std::uint8_t>(1 << ((known - 1) % 8));
        EXPECT_TRUE(bench.exchange(cut_frame(frame, 16 + known)).silent()) << known;
    }
}

TEST(PiccActivation, NvbMustSayWhatIsThere) {
    // ANTI-22: as many true bits as the NVB names, at most 40; an eighth bit with and without its
    // parity.
    PiccBench bench;
    for (const std::uint8_t nvb : hex("00 10 1F 28 3F 58 68 71 77 80 F0")) {
        const unsigned named = 8U * (nvb >> 4) + (nvb & 15U);
        Bytes frame = hex("93 00 10 E2 F0 A1 A3");
        frame[1] = nvb;
        const std::size_t bits = std::min(std::max(named, 16U), 56U);
        for (const bool bare : {false, true}) {
            EXPECT_EQ(call(bench, 0x26), Atqa);
            Bits cut = cut_frame(frame, bits);
            if (bare && bits % 8 == 0) cut.pop_back();
            EXPECT_TRUE(bench.exchange(cut).silent()) << int{nvb} << (bare ? " bare" : "");
        }
    }
}

TEST(PiccActivation, AllCascadeLevels) {
    Card card;
    card.uid = hex("04 18 3F 09 32 1B 85");
    card.atqa = 0x0044;
    {
        PiccBench bench{card};
        EXPECT_EQ(call(bench, 0x26), hex("44 00"));
        EXPECT_EQ(send(bench, "93 20"), hex("88 04 18 3F AB"));
        EXPECT_EQ(send(bench, "93 70 88 04 18 3F AB E1 16"), hex("04 DA 17"));
        EXPECT_EQ(send(bench, "95 20"), hex("09 32 1B 85 A5"));
        EXPECT_EQ(send(bench, "95 70 09 32 1B 85 A5 51 09"), hex("08 B6 DD"));
        // After CL1 the wrong level is silent and the level is forgotten.
        EXPECT_EQ(call(bench, 0x26), Bytes{});
        EXPECT_EQ(call(bench, 0x26), hex("44 00"));
        EXPECT_EQ(send(bench, "93 70 88 04 18 3F AB E1 16"), hex("04 DA 17"));
        EXPECT_EQ(send(bench, "93 20"), Bytes{});
        EXPECT_EQ(call(bench, 0x26), hex("44 00"));
        EXPECT_EQ(send(bench, "95 20"), Bytes{});
    }
    card.uid = hex("04 11 22 33 44 55 66 77 88 99");
    card.sak = 0x20;
    PiccBench bench{card};
    EXPECT_EQ(call(bench, 0x26), hex("44 00"));
    EXPECT_EQ(send(bench, "93 20"), hex("88 04 11 22 BF"));
    EXPECT_EQ(send(bench, "93 70 88 04 11 22 BF B3 F9"), hex("04 DA 17"));
    EXPECT_EQ(send(bench, "95 20"), hex("88 33 44 55 AA"));
    EXPECT_EQ(send(bench, "95 70 88 33 44 55 AA 13 FA"), hex("04 DA 17"));
    EXPECT_EQ(send(bench, "97 20"), hex("66 77 88 99 00"));
    EXPECT_EQ(send(bench, "97 70 66 77 88 99 00 CE 25"), hex("20 FC 70"));
}

TEST(PiccActivation, ErrorsLeadBackWhereTheCardCameFrom) {
    PiccBench bench;
    const auto idle = [&bench] { return call(bench, 0x26) == Atqa; };
    const auto halted = [&bench] {
        return call(bench, 0x26).empty() && call(bench, 0x26).empty() && call(bench, 0x52) == Atqa;
    };
    // IDLE: everything but REQA and WUPA is ignored.
    EXPECT_EQ(send(bench, "93 20"), Bytes{});
    EXPECT_EQ(send(bench, "50 00 57 CD"), Bytes{});
    EXPECT_TRUE(idle());
    // READY
    for (const char* frame : {"50 00 57 CD", "93 70 10 E2 F0 A1 A3 A2 4C", "93 70 10 E2 F0 A1 A3",
                              "93 70 10 E2 F0 A1 A2 2B 5C", "93 70 10 E2 F0 21 23 66 45",
                              "93 20 10", "93 40 10", "95 20", "93 71 10 E2 F0 A1 A3 A2 4D"}) {
        EXPECT_EQ(send(bench, frame), Bytes{}) << frame;
        EXPECT_TRUE(idle()) << frame;
    }
    EXPECT_EQ(call(bench, 0x52), Bytes{});
    EXPECT_TRUE(idle());
    for (std::size_t byte = 0; byte < 9; ++byte) {
        EXPECT_TRUE(bench.exchange(standard_frame(Select, byte)).silent());
        EXPECT_TRUE(idle());
    }
    // ACTIVE
    const auto select = [&bench] {
        return send(bench, "93 70 10 E2 F0 A1 A3 A2 4D") == hex("08 B6 DD");
    };
    EXPECT_TRUE(select());
    EXPECT_EQ(call(bench, 0x26), Bytes{});
    EXPECT_TRUE(idle());
    EXPECT_TRUE(select());
    EXPECT_EQ(send(bench, "50 00 57 CC"), Bytes{});
    EXPECT_TRUE(idle());
    EXPECT_TRUE(select());
    EXPECT_EQ(send(bench, "93 20"), Bytes{});
    EXPECT_TRUE(idle());
    EXPECT_TRUE(select());
    EXPECT_EQ(send(bench, "50 00 57 CD"), Bytes{});
    // HALT
    for (const char* frame :
         {"93 20", "93 70 10 E2 F0 A1 A3 A2 4D", "50 00 57 CD", "60 00 F5 7B"}) {
        EXPECT_EQ(send(bench, frame), Bytes{}) << frame;
    }
    EXPECT_TRUE(halted());
    // READY*
    EXPECT_EQ(send(bench, "93 30 11"), Bytes{});
    EXPECT_TRUE(halted());
    EXPECT_EQ(send(bench, "93 70 10 E2 F0 A1 A3 A2 4C"), Bytes{});
    EXPECT_TRUE(halted());
    // ACTIVE*
    EXPECT_TRUE(select());
    EXPECT_EQ(send(bench, "30 00 02 A9"), Bytes{});
    EXPECT_TRUE(halted());
    EXPECT_TRUE(select());
    EXPECT_EQ(send(bench, "50 00 57 CD"), Bytes{});
    EXPECT_TRUE(halted());
    bench.power_cycle();
    EXPECT_TRUE(idle());
}

TEST(PiccActivation, OddLengthsAreIgnored) {
    PiccBench bench;
    for (unsigned code = 0; code < 0x80; ++code) {
        if (code == 0x26 || code == 0x52) continue;
        EXPECT_TRUE(bench.exchange(short_frame(static_cast<std::uint8_t>(code))).silent()) << code;
    }
    EXPECT_TRUE(bench.exchange(cut_frame({0x26}, 6)).silent());
    Bits eight = cut_frame({0x26}, 8);
    EXPECT_TRUE(bench.exchange(eight).silent());
    eight.pop_back();
    EXPECT_TRUE(bench.exchange(eight).silent());
    EXPECT_EQ(call(bench, 0x26), Atqa);
    EXPECT_TRUE(bench.pause().silent());  // a single pause changes nothing
    EXPECT_EQ(send(bench, "93 20"), hex("10 E2 F0 A1 A3"));
    EXPECT_TRUE(bench.exchange({}).silent());  // SOC and EOC are a broken frame
    EXPECT_EQ(send(bench, "93 20"), Bytes{});
    EXPECT_EQ(call(bench, 0x26), Atqa);
}

TEST(PiccActivation, DeafUntil512TicksAfterTheDecision) {
    // Last pause of an ignored frame to the first instant that counts: E + offset + 256 + 512.
    for (const bool last_is_x : {false, true}) {
        const Bits first = short_frame(last_is_x ? 0x40 : 0x01);
        PiccBench bench;
        bench.exchange(first, {}, 400);
        const Tick again = bench.last_pause_end() + (last_is_x ? 84 : 20) + 768;
        EXPECT_TRUE(bench.exchange(short_frame(0x26), again - 1).silent()) << last_is_x;
        bench.run(5000);
        bench.exchange(first, {}, 400);
        const Tick then = bench.last_pause_end() + (last_is_x ? 84 : 20) + 768;
        EXPECT_EQ(bench.exchange(short_frame(0x26), then).bytes(), Atqa) << last_is_x;
    }
}

}  // namespace
}  // namespace picc_rtl
