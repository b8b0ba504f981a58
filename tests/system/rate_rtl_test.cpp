// What only the analogue air shows of the higher rates and of type B (test plan, RATE-11, TYB-14,
// and the waveform of RATE-05 and TYB-13). Expected values: iso14443.md, 1.2, 1.5, 2.
#include "link_level.hpp"
#include "verilated/rtl_world.hpp"

namespace system_test {
namespace {

using port::BitRate;

constexpr Tick HalfPeriod = 8;  ///< of the subcarrier

/// Keeps the card's load switch.
class LoadEdges {
public:
    void watch(tb::RtlWorld& world) {
        world.listen_to_load([this](unsigned, bool on, Tick tick) {
            if (!edges_.empty() && edges_.back().second == on) return;
            edges_.emplace_back(tick, on);
        });
    }
    void clear() { edges_.clear(); }
    [[nodiscard]] Tick first() const { return edges_.front().first; }
    [[nodiscard]] Tick last() const { return edges_.back().first; }
    /// Phase of the subcarrier in each 16 ticks from the first edge on: '1' on first, '0' off
    /// first, '?' neither.
    [[nodiscard]] std::string phases() const {
        std::string phases;
        for (Tick at = first(); at + 2 * HalfPeriod <= last() + HalfPeriod; at += 2 * HalfPeriod) {
            const bool a = on(at);
            const bool b = on(at + HalfPeriod);
            const bool clean = on(at + HalfPeriod - 1) == a && on(at + 2 * HalfPeriod - 1) == b;
            phases += !clean || a == b ? '?' : a ? '1' : '0';
        }
        return phases;
    }

private:
    [[nodiscard]] bool on(Tick tick) const {
        bool state = false;
        for (const auto& [at, to] : edges_) {
            if (at > tick) break;
            state = to;
        }
        return state;
    }

    std::vector<std::pair<Tick, bool>> edges_{};
};

/// `bit` for `periods` of the subcarrier.
std::string held(char bit, std::size_t periods) { return std::string(periods, bit); }

class Rates : public LinkTest {};
ON_RTL(Rates);

TEST_P(Rates, RATE_05_SubcarrierBeginsWithTheReferencePhase) {
    place_dep();
    to_protocol();
    ASSERT_EQ(send("D0 11 05 FF F1"), "D0 73 87");
    LoadEdges edges;
    edges.watch(*rtl());
    ASSERT_EQ(say_checked("02 80 03 00 00 01", at_rate(BitRate::Fc64)), "02 01 90 00");
    std::string expected = held('1', 32) + held('0', 4);
    Bits bits = with_crc("02 01 90 00");
    bits.back() ^= 1U;
    for (const std::uint8_t bit : bits) expected += held(bit != 0 ? '1' : '0', 4);
    EXPECT_EQ(edges.phases(), expected);
}

TEST_P(Rates, RATE_11_ShallowPausesAreHeard) {
    // Residual level and t1 of the sheet at its limits.
    port::AirProfile air;
    air.fast_pause_ticks = {18, 9, 4};
    air.fast_residual = {18, 38, 58};
    use(air);
    place_dep();
    for (const auto& [rate, pps] :
         {std::pair{BitRate::Fc64, "D0 11 05 FF F1"}, std::pair{BitRate::Fc32, "D0 11 0A 08 09"},
          std::pair{BitRate::Fc16, "D0 11 0F A5 5E"}}) {
        SCOPED_TRACE(pps);
        to_protocol();
        ASSERT_EQ(send(pps), "D0 73 87");
        for (unsigned i = 0; i < 20; ++i) {
            wait(i);
            const std::string prologue = i % 2 == 0 ? "02" : "03";
            EXPECT_EQ(say_checked(prologue + " 80 04 00 00 20 " + counting(i, i + 32) + " 00",
                                  at_rate(rate)),
                      prologue + " " + counting(i, i + 32) + " 90 00");
        }
        field_off(67'800);
    }
}

class TypeB : public TypeBTest {
protected:
    /// Every freedom of the reader's frames, and blocks in them.
    void expect_heard(unsigned index) {
        port::AirProfile air;
        air.index_b = index;
        use(air);
        place_b();
        for (const unsigned low : {10U, 11U}) {
            for (const unsigned high : {2U, 3U}) {
                for (const unsigned egt : {0U, 773U}) {
                    SCOPED_TRACE(testing::Message()
                                 << "SOF " << low << " + " << high << ", EGT " << egt);
                    Link link = OverB;
                    link.framing = {low, high, egt};
                    EXPECT_EQ(say(Request, link), Atqb);
                    EXPECT_EQ(say(Attrib, link), "00 78 F0");
                    EXPECT_EQ(say_checked("02 80 03 00 00 01", link).substr(0, 2), "02");
                    field_off(67'800);
                }
            }
        }
    }
};
ON_RTL(TypeB);

TEST_P(TypeB, TYB_13_SubcarrierOfAnAtqb) {
    place_b();
    field_on();
    LoadEdges edges;
    edges.watch(*rtl());
    ASSERT_EQ(b(Request), Atqb);
    const std::string phases = edges.phases();
    const auto tr1 = 16 * phases.find('0');
    EXPECT_GE(tr1, 1280U);
    EXPECT_LE(tr1, 3200U);
    std::string framed = held('0', 80) + held('1', 16);  // SOF
    const Bytes bytes = base::from_hex(Atqb).value();
    for (const std::uint8_t byte : bytes) {
        framed += held('0', 8);
        for (unsigned bit = 0; bit < 8; ++bit) framed += held(((byte >> bit) & 1U) ? '1' : '0', 8);
        framed += held('1', 8);
    }
    framed += held('0', 80);  // EOF
    ASSERT_GE(phases.size(), tr1 / 16 + framed.size()) << "subcarrier stopped before EOF's end";
    EXPECT_EQ(phases.substr(tr1 / 16, framed.size()), framed);
    EXPECT_LE(phases.size(), tr1 / 16 + framed.size() + 256 / 16);
}

TEST_P(TypeB, TYB_14_FramesOfLeastModulation) { expect_heard(8); }
TEST_P(TypeB, TYB_14_FramesOfMostModulation) { expect_heard(14); }

}  // namespace
}  // namespace system_test
