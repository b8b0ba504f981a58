// A type B card in RTL (test plan, TYB rows; vectors of the fact sheet, 9).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "phase_reader.hpp"
#include "rf/antenna.hpp"

namespace picc_rtl {
namespace {

const std::string Reqb = "05 00 00 71 FF";
const std::string Wupb = "05 00 08 39 73";
const std::string Slots16 = "05 00 04 55 B9";
const std::string Atqb = "505664 73F2000000008081 71C8AD";
const std::string Attrib = "1D 56 64 73 F2 00 08 01 00 22 34";      // FSD 256, CID 0
const std::string AttribCid1 = "1D 56 64 73 F2 00 05 01 01 D4 DA";  // FSD 64, CID 1
const std::string Hltb = "50 56 64 73 F2 84 4C";

constexpr std::uint8_t Config = 0x00, Events = 0x10, Length = 0x14, Data = 0x18, Flush = 0x1C,
                       Go = 0x20;  // rtl/bus/registers.json
constexpr std::uint8_t Activated = 1, Piece = 2, Deselected = 8;

Card card_b() {
    Card card;
    card.type_b = true;
    card.uid = {0x56, 0x64, 0x73, 0xF2};
    card.sak = 0;
    return card;
}

std::string text(const std::string& bytes) { return to_text(hex(bytes)); }

class TypeB : public testing::Test {
protected:
    explicit TypeB(const Card& card = card_b()) : bench{card} { bench.write(Config, 1); }

    std::string send(const std::string& bytes) { return reader.send_b(bytes); }
    std::string send_sound(const std::string& bytes) {
        return send(to_text(with_crc_b(hex(bytes))));
    }
    /// Sends a block and lets the host answer `inf` to it.
    std::string command(const std::string& block, const std::string& inf) {
        reader.wait = 1200;
        EXPECT_EQ(send_sound(block), "");
        reader.wait = 4000;
        return host_answers(inf);
    }
    std::string host_answers(const std::string& inf) {
        EXPECT_TRUE(bench.interrupt());
        EXPECT_EQ(bench.read(Events) & 0x0F, Piece);
        bench.write(Events, Piece);
        length = bench.read(Length);
        pcb = bench.read(Data);
        bench.write(Flush, 0);
        for (const std::uint8_t byte : hex(inf)) bench.write(Data, byte);
        bench.write(Go, 0);
        return reader.hear_b();
    }

    PiccBench bench;
    PhaseReader reader{bench};
    unsigned length = 0;
    unsigned pcb = 0;
};

TEST_F(TypeB, TYB_01_ReqbIsAnsweredByAtqb) {
    EXPECT_EQ(send(Reqb), text(Atqb));
    EXPECT_EQ(reader.index(), 9);
    EXPECT_EQ(reader.last().end - reader.last().start, 1408U + 128U * (23 + 10 * 14));
}

class TypeBFamily : public TypeB {
protected:
    TypeBFamily()
        : TypeB([] {
              Card card = card_b();
              card.afi = 0x11;
              return card;
          }()) {}
};

TEST_F(TypeBFamily, TYB_02_OnlyAMatchingAfiIsAnswered) {
    EXPECT_EQ(send("05 20 00 42 DC"), "");
    EXPECT_EQ(send("05 12 00 50 59"), "");
    EXPECT_EQ(send("05 10 00 E0 6A"), text(Atqb));
    EXPECT_EQ(send("05 11 00 38 73"), text(Atqb));
    EXPECT_EQ(send_sound("05 01 00"), text(Atqb));
    EXPECT_EQ(send_sound("05 02 00"), "");
    EXPECT_EQ(send(Reqb), text(Atqb));
}

TEST_F(TypeB, TYB_03_HltbHaltsUntilWupb) {
    EXPECT_EQ(send(Hltb), "");  // not READY-DECLARED
    EXPECT_EQ(send(Reqb), text(Atqb));
    EXPECT_EQ(send(Hltb), text("00 78 F0"));
    EXPECT_EQ(reader.index(), 9);
    EXPECT_EQ(send(Reqb), "");
    EXPECT_EQ(send(Wupb), text(Atqb));
}

TEST_F(TypeB, TYB_04_ForeignHltbChangesNothing) {
    EXPECT_EQ(send(Reqb), text(Atqb));
    EXPECT_EQ(send("50 56 64 73 F3 0D 5D"), "");
    EXPECT_EQ(send(Attrib), text("00 78 F0"));
}

TEST_F(TypeB, TYB_05_AttribIsAnsweredAndTellsTheHost) {
    EXPECT_EQ(send(Reqb), text(Atqb));
    EXPECT_EQ(send(AttribCid1), text("01 F1 E1"));
    EXPECT_EQ(reader.index(), 9);
    EXPECT_TRUE(bench.interrupt());
    EXPECT_EQ(bench.read(Events), Activated | 5U << 4);  // FSDI 5: 64
    EXPECT_EQ(send_sound("BA 01"), to_text(with_crc_b(hex("AB 01"))));
    EXPECT_EQ(send_sound("B2"), "");  // CID 1 wants its CID
}

TEST_F(TypeB, TYB_06_AttribForAnotherCardIsNotAnswered) {
    EXPECT_EQ(send(Reqb), text(Atqb));
    EXPECT_EQ(send("1D 56 64 73 F3 00 08 01 00 66 3F"), "");
    EXPECT_EQ(send(Attrib), text("00 78 F0"));
}

TEST_F(TypeB, AttribThatAsksForTooMuchIsNotAnswered) {
    EXPECT_EQ(send(Attrib), "");  // not READY-DECLARED
    EXPECT_EQ(send(Reqb), text(Atqb));
    EXPECT_EQ(send_sound("1D 56 64 73 F2 00 08 00 00"), "");  // not ISO/IEC 14443-4
    EXPECT_EQ(send_sound("1D 56 64 73 F2 00 08 01 0F"), "");  // CID 15
    EXPECT_EQ(send_sound("1D 56 64 73 F2 00 58 01 00"), "");  // fc/64, which ATQB does not have
    EXPECT_EQ(send_sound("1D 56 64 73 F2 00 08 01"), "");     // too short
    EXPECT_EQ(send_sound("1D 56 64 73 F2 00 08 01 00 11 22 33"), text("00 78 F0"));  // INF
}

TEST_F(TypeB, WithoutAHostAttribIsNotAnswered) {
    bench.write(Config, 0);
    EXPECT_EQ(send(Reqb), text(Atqb));
    EXPECT_EQ(send(Attrib), "");
    EXPECT_EQ(send(Hltb), text("00 78 F0"));
}

TEST(TypeBSlots, TYB_07_AnswersInItsSlotOnly) {
    // The third of 16: xorshift of docs/choices.md, Nonces, from each seed.
    unsigned slots_seen = 0;
    for (const std::uint32_t seed : {2463534242U, 1U, 77U, 123456U, 99U, 5U}) {
        Card card = card_b();
        card.nonce_seed = seed;
        std::uint32_t u = seed;
        u ^= u << 13U;
        u ^= u >> 17U;
        u ^= u << 5U;
        const unsigned slot = 1 + (u & 15U);
        SCOPED_TRACE(testing::Message() << "seed " << seed << " slot " << slot);
        slots_seen |= 1U << slot;
        PiccBench picc{card};
        PhaseReader air{picc};
        EXPECT_EQ(air.send_b(Slots16), slot == 1 ? text(Atqb) : "");
        if (slot == 1) continue;
        for (unsigned n = 1; n < 16; ++n) {
            Bytes marker = with_crc_b({static_cast<std::uint8_t>(n << 4U | 5U)});
            ++marker.back();
            EXPECT_EQ(air.send_b(to_text(marker)), "") << n << " with a wrong CRC";
            --marker.back();
            EXPECT_EQ(air.send_b(to_text(marker)), n == slot - 1 ? text(Atqb) : "") << n;
        }
    }
    EXPECT_GE(__builtin_popcount(slots_seen), 3);
}

TEST_F(TypeB, EverySlotCountDrawsAgain) {
    std::uint32_t u = 2463534242U;
    for (int round = 0; round < 12; ++round) {
        const unsigned code = 1 + static_cast<unsigned>(round) % 4;
        u ^= u << 13U;
        u ^= u >> 17U;
        u ^= u << 5U;
        const unsigned slot = u & ((1U << code) - 1);
        SCOPED_TRACE(testing::Message() << "round " << round << " slot " << slot);
        const std::string call = to_text({0x05, 0x00, static_cast<std::uint8_t>(code)});
        EXPECT_EQ(send_sound(call), slot == 0 ? text(Atqb) : "");
        if (slot != 0) {
            EXPECT_EQ(send_sound(to_text({static_cast<std::uint8_t>(slot << 4U | 5U)})),
                      text(Atqb));
            EXPECT_EQ(reader.index(), 9);
        }
    }
    EXPECT_EQ(send_sound("05 00 05"), "");  // RFU: nothing is drawn, the state stays
    EXPECT_EQ(send(Attrib), text("00 78 F0"));
}

TEST_F(TypeB, TYB_08_SlotMarkerWithoutReqbIsNotAnswered) {
    EXPECT_EQ(send("25 D7 86"), "");
    EXPECT_EQ(send(Reqb), text(Atqb));
}

TEST_F(TypeB, TYB_09_ActiveCardAnswersBlocksOnly) {
    EXPECT_EQ(send(Reqb), text(Atqb));
    EXPECT_EQ(send(Attrib), text("00 78 F0"));
    bench.write(Events, Activated);
    for (const std::string& call : {Reqb, Wupb, std::string{"15 54 B7"}, Attrib, Hltb})
        EXPECT_EQ(send(call), "");
    EXPECT_EQ(send_sound("E0 80"), "");
    EXPECT_EQ(send_sound("D0 11 00"), "");
    EXPECT_EQ(command("02 00 A4 04 00 00", "90 00"), to_text(with_crc_b(hex("02 90 00"))));
    EXPECT_EQ(length, 8U);
    EXPECT_EQ(pcb, 0x02U);
}

TEST_F(TypeB, TYB_10_BlocksHaveCrcB) {
    EXPECT_EQ(send(Reqb), text(Atqb));
    EXPECT_EQ(send(AttribCid1), text("01 F1 E1"));
    bench.write(Events, Activated);
    EXPECT_EQ(command("0A 01 00 CA 7F 68 00", "6D 00"), text("0A 01 6D 00 81 AF"));
    EXPECT_EQ(send(to_text(with_crc(hex("0A 01 00 CA 7F 68 00")))), "");
    EXPECT_FALSE(bench.interrupt());
}

TEST_F(TypeB, TYB_11_DeselectHalts) {
    EXPECT_EQ(send(Reqb), text(Atqb));
    EXPECT_EQ(send(AttribCid1), text("01 F1 E1"));
    EXPECT_EQ(send("CA 01 14 29"), text("CA 01 14 29"));
    EXPECT_EQ(reader.index(), 9);
    EXPECT_EQ(bench.read(Events) & Deselected, Deselected);
    EXPECT_EQ(send(Reqb), "");
    EXPECT_EQ(send(Wupb), text(Atqb));
}

TEST_F(TypeB, TYB_12_WrongCrcIsSilenceAndTheStateStays) {
    EXPECT_EQ(send("05 00 00 71 FE"), "");
    EXPECT_EQ(send(Reqb), text(Atqb));
    EXPECT_EQ(send("1D 56 64 73 F2 00 08 01 00 22 35"), "");
    EXPECT_EQ(send("50 56 64 73 F2 84 4D"), "");
    EXPECT_EQ(send(Attrib), text("00 78 F0"));
}

TEST_F(TypeB, TYB_13_TimesOfAtqb) {
    for (int run = 0; run < 20; ++run) {
        bench.run(static_cast<Tick>(37 * run));
        EXPECT_EQ(send(Wupb), text(Atqb));
        EXPECT_GE(reader.last().delay, 1025);  // TR0
        EXPECT_LE(reader.last().delay, 4096);
        EXPECT_GE(reader.last().lead, 1280U);  // TR1
        EXPECT_LE(reader.last().lead, 3200U);
        // EOF has 10 etu, then at most 2 of subcarrier.
        const Tick eof = reader.last().start + reader.last().lead + 128U * (12 + 10 * 14 + 10);
        EXPECT_LE(reader.last().end, eof + 256);
    }
}

TEST_F(TypeB, TYB_15_StopBitZeroIsSilenceAndTheNextFrameIsHeard) {
    const auto low = rf_test::nrz_bits("0101000001 0000000000 0000000001 0100011101 0111111111");
    const auto broken = rf_test::nrz_bits("0101000001 0000100000 0000000001 0100011101 0111111111");
    EXPECT_EQ(reader.send_low(low), "");
    bench.run(4000);
    EXPECT_EQ(send(Reqb), text(Atqb));
    EXPECT_EQ(reader.send_low(broken), "");
    bench.run(4000);
    EXPECT_EQ(send(Reqb), text(Atqb));
}

TEST_F(TypeB, DeafAfterAFrameThatIsNotAnswered) {
    // D + 512 = G + 768 ticks: what begins before that is lost, what begins then is heard.
    for (const Tick after : {767U, 768U}) {
        SCOPED_TRACE(after);
        reader.wait = 700;
        EXPECT_EQ(send("05 20 00 00 00"), "");
        bench.run_to(reader.grid() + after);
        reader.wait = 4000;
        EXPECT_EQ(send(Wupb), after < 768 ? "" : text(Atqb));
        bench.run(4000);
    }
}

TEST_F(TypeB, FramesOfTypeAAreNotAnswered) {
    EXPECT_TRUE(bench.exchange(short_frame(0x26)).silent());
    EXPECT_TRUE(bench.exchange(short_frame(0x52)).silent());
    bench.run(4000);
    EXPECT_EQ(send(Reqb), text(Atqb));
}

TEST(TypeBQuiet, SkippedTicksChangeNothing) {
    std::vector<Tick> starts[2];
    for (const bool skips : {false, true}) {
        PiccBench bench{card_b()};
        PhaseReader reader{bench};
        bench.skips = skips;
        bench.write(Config, 1);
        for (const std::string& frame :
             {Reqb, Hltb, Reqb, Wupb, AttribCid1, std::string{"15 54 B7"},
              std::string{"CA 01 14 29"}, Slots16, Wupb}) {
            bench.run(5000);
            reader.send_b(frame);
            starts[skips ? 1 : 0].push_back(reader.last().start);
        }
        EXPECT_EQ(bench.skipped > 20000, skips);
    }
    EXPECT_EQ(starts[0], starts[1]);
}

TEST_F(TypeB, FieldLossForgetsEverything) {
    EXPECT_EQ(send(Reqb), text(Atqb));
    EXPECT_EQ(send(Hltb), text("00 78 F0"));
    bench.power_cycle();
    EXPECT_EQ(send(Attrib), "");
    EXPECT_EQ(send(Reqb), text(Atqb));
}

TEST(TypeA, TYB_16_ShallowModulationLeavesItActive) {
    Card dep;
    dep.uid = {0x9C, 0x59, 0x9B, 0x32};
    dep.sak = 0x20;
    PiccBench bench{dep};
    PhaseReader reader{bench};
    bench.write(Config, 1);
    bench.exchange(short_frame(0x26));
    EXPECT_EQ(bench.exchange(standard_frame(with_crc(hex("93 70 9C 59 9B 32 6C")))).bytes(),
              hex("20 FC 70"));
    EXPECT_EQ(reader.send_b(Reqb), "");
    EXPECT_EQ(reader.send_b(Attrib), "");
    EXPECT_EQ(reader.send_a("50 00 57 CD"), "");
    EXPECT_FALSE(bench.exchange(short_frame(0x52)).silent());  // HALT: it was ACTIVE
}

/// A card with every rate.
class TypeBRates : public testing::TestWithParam<std::pair<unsigned, unsigned>> {};
INSTANTIATE_TEST_SUITE_P(, TypeBRates,
                         testing::Values(std::pair{1U, 1U}, std::pair{2U, 2U}, std::pair{3U, 3U},
                                         std::pair{0U, 3U}, std::pair{2U, 0U}),
                         [](const auto& suite) {
                             return "Card" + std::to_string(suite.param.first) + "Reader" +
                                    std::to_string(suite.param.second);
                         });

TEST_P(TypeBRates, RatesOfAttribHoldUntilDeselect) {
    const auto [card_rate, reader_rate] = GetParam();
    Card card = card_b();
    card.atqb[4] = 0x77;
    PiccBench bench{card};
    PhaseReader reader{bench};
    bench.write(Config, 1);
    const std::string atqb = to_text(with_crc_b(hex("50 56 64 73 F2 00 00 00 00 77 81 71")));
    EXPECT_EQ(reader.send_b(Reqb), atqb);
    const Bytes attrib = {0x1D,
                          0x56,
                          0x64,
                          0x73,
                          0xF2,
                          0x00,
                          static_cast<std::uint8_t>(card_rate << 6U | reader_rate << 4U | 8U),
                          0x01,
                          0x00};
    EXPECT_EQ(reader.send_b(to_text(with_crc_b(attrib))), text("00 78 F0"));
    bench.write(Events, Activated);
    reader.reader_rate = reader_rate;
    reader.card_rate = card_rate;
    EXPECT_EQ(reader.send_b(to_text(with_crc_b(hex("B2")))), to_text(with_crc_b(hex("A3"))));
    EXPECT_EQ(reader.index(), 9);
    EXPECT_EQ(reader.send_b(to_text(with_crc_b(hex("C2")))), to_text(with_crc_b(hex("C2"))));
    reader.reader_rate = 0;
    reader.card_rate = 0;
    EXPECT_EQ(reader.send_b(Wupb), atqb);
}

}  // namespace
}  // namespace picc_rtl
