// Type A above fc/128, both sides (test plan, RATE rows). Expected blocks and times: iso14443.md,
// 1.5, 4.2 and 7, and the plan.
#include <functional>
#include <optional>
#include <random>

#include "link_level.hpp"
#include "reader/iso_dep.hpp"

namespace system_test {
namespace {

using port::BitRate;

constexpr std::array<BitRate, 3> Higher{BitRate::Fc64, BitRate::Fc32, BitRate::Fc16};

/// PPS of the plan for one rate in both directions.
std::string_view pps_of(BitRate rate) {
    constexpr std::array<std::string_view, 4> Frames{"D0 11 00 52 A6", "D0 11 05 FF F1",
                                                     "D0 11 0A 08 09", "D0 11 0F A5 5E"};
    return Frames.at(static_cast<std::size_t>(rate));
}

/// Answers frames with blocks, in turn, at a rate of its own.
class RatedCard final : public port::ScriptedCard {
public:
    struct Line {
        std::string hex{};             ///< without CRC
        bool odd_last_parity = false;  ///< as if more were to come
        bool wrong_crc = false;
    };
    std::vector<Line> lines{};
    BitRate rate = BitRate::Fc64;
    std::function<Tick()> delay = [] { return Tick{1300}; };

    std::optional<Reply> answer(const port::AirFrame& frame) override {
        if (next_ == lines.size()) return std::nullopt;
        const Line& line = lines[next_++];
        Reply reply;
        reply.bits = with_crc(line.hex);
        if (line.wrong_crc) {
            // A bit and the parity of its byte.
            reply.bits[9] ^= 1U;
            reply.bits[17] ^= 1U;
        }
        if (!line.odd_last_parity) reply.bits.back() ^= 1U;
        reply.rate = rate;
        reply.start = frame.end + delay();
        return reply;
    }

private:
    std::size_t next_ = 0;
};

class Rates : public LinkTest {
protected:
    static constexpr std::string_view Selected = "D0 73 87";

    /// The plan's card at `rate` both ways, from the field off or on.
    void to_rate(BitRate rate) {
        to_protocol();
        ASSERT_EQ(send(pps_of(rate)), Selected);
    }
    /// ECHO of `size` bytes comes back at `link`; `number`: of the block.
    void expect_echo(unsigned size, const Link& link, unsigned number = 0) {
        const auto length = static_cast<std::uint8_t>(size);
        const std::string prologue = number == 0 ? "02" : "03";
        const std::string data = counting(0, size);
        EXPECT_EQ(
            say_checked(
                prologue + " 80 04 00 00 " + base::to_hex({&length, 1}) + " " + data + " 00", link),
            prologue + " " + data + " 90 00");
    }

    /// The reader's channel to the scripted card, at one rate both ways.
    reader::IsoDep channel(BitRate rate) {
        place(card_);
        reader_.emplace(world());
        return reader::IsoDep{*reader_, {.frame_size = 64, .fwi = 8}, {},
                              256,      port::Technology::A,          {rate, rate}};
    }
    /// The reader's frames so far, with CRC; each must have had this rate.
    std::string sent(BitRate rate) {
        std::string text;
        for (const auto& frame : recorder().frames) {
            if (frame.source != port::AirFrame::Source::Pcd) continue;
            EXPECT_EQ(frame.rate, rate);
            text += (text.empty() ? "" : " | ") + text_of(frame.bits);
        }
        return text;
    }

    static constexpr std::string_view Apdu = "80 03 00 00 01";
    static constexpr std::string_view Command = "02 80 03 00 00 01 F4 81";
    RatedCard card_{};

private:
    std::optional<reader::Reader> reader_{};
};
ON_BOTH_LEVELS(Rates);

TEST_P(Rates, RATE_01_RatesHoldFromTheNextFrameOn) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send("D0 11 05 FF F1"), "D0 73 87");
    EXPECT_EQ(last_of_card().rate, BitRate::Fc128);
    expect_echo(5, at_rate(BitRate::Fc64));
    EXPECT_EQ(last_of_reader().rate, BitRate::Fc64);
    EXPECT_EQ(last_of_card().rate, BitRate::Fc64);
}

TEST_P(Rates, RATE_02_LongBlocksComeBackAtEachRate) {
    place_dep();
    for (const BitRate rate : Higher) {
        SCOPED_TRACE(static_cast<unsigned>(rate));
        to_rate(rate);
        // FSC 64: the echo of 55 bytes is a block of 64.
        expect_echo(55, at_rate(rate));
        expect_echo(55, at_rate(rate), 1);
        field_off(67'800);
    }
}

TEST_P(Rates, RATE_02_SixtyFourBytesInTwoBlocks) {
    place_dep();
    for (const BitRate rate : {BitRate::Fc32, BitRate::Fc16}) {
        SCOPED_TRACE(static_cast<unsigned>(rate));
        to_rate(rate);
        const Link link = at_rate(rate);
        EXPECT_EQ(say_checked("12 80 04 00 00 40 " + counting(0, 50), link), "A2");
        EXPECT_EQ(say_checked("03 " + counting(50, 64) + " 00", link), "13 " + counting(0, 61));
        EXPECT_EQ(say_checked("A2", link), "02 " + counting(61, 64) + " 90 00");
        field_off(67'800);
    }
}

TEST_P(Rates, RATE_03_DirectionsMayDiffer) {
    place_dep();
    to_protocol();
    EXPECT_EQ(send("D0 11 04 76 E0"), "D0 73 87");
    expect_echo(20, {port::Technology::A, BitRate::Fc128, BitRate::Fc64, {}});
    EXPECT_EQ(last_of_reader().rate, BitRate::Fc128);
    EXPECT_EQ(last_of_card().rate, BitRate::Fc64);
}

TEST_P(Rates, RATE_03_ReaderFasterThanTheCard) {
    place_dep();
    to_protocol();
    ASSERT_EQ(send("D0 11 01 DB B7"), "D0 73 87");  // DSI 0, DRI 1
    expect_echo(20, {port::Technology::A, BitRate::Fc64, BitRate::Fc128, {}});
    EXPECT_EQ(last_of_card().rate, BitRate::Fc128);
}

TEST_P(Rates, RATE_04_DirectionsMustNotDifferWhereTheCardSaysSo) {
    place_dep(with_ats(dep4(), "06 75 F7 81 02 80"));
    to_protocol();
    EXPECT_EQ(send("D0 11 04 76 E0"), "silent");
    expect_protocol();
}

TEST_P(Rates, RATE_04_CardWithoutHigherRatesRefusesThem) {
    place_dep(with_ats(dep4(), "06 75 00 81 02 80"));
    to_protocol();
    EXPECT_EQ(send("D0 11 05 FF F1"), "silent");
    expect_protocol();
}

TEST_P(Rates, RATE_05_CardsFrameIsAsTheSheetSays) {
    place_dep();
    to_rate(BitRate::Fc64);
    expect_echo(3, at_rate(BitRate::Fc64));
    const auto frame = last_of_card();
    // 02 00 01 02 90 00 and CRC.
    ASSERT_EQ(frame.bits.size(), 9U * 8U);
    for (std::size_t byte = 0; byte < 8; ++byte) {
        unsigned ones = 0;
        for (std::size_t bit = 0; bit < 9; ++bit) ones += frame.bits[9 * byte + bit];
        EXPECT_EQ(ones % 2, byte == 7 ? 0U : 1U) << "parity of byte " << byte;
    }
    // 512 ticks of reference phase, the start bit, the bits, off.
    EXPECT_EQ(frame.end - frame.start, 512 + 64 * (1 + frame.bits.size()));
}

TEST_P(Rates, RATE_06_CutFrameIsAnErrorAndNotPassedUp) {
    card_.lines = {{"02 01 90 00", true}, {"02 02 90 00"}};
    auto open = channel(BitRate::Fc64);
    const auto answer = open.exchange(base::from_hex(Apdu).value());
    EXPECT_EQ(base::to_hex(answer.data, " "), "02 90 00") << "of the frame sent again";
    EXPECT_EQ(sent(BitRate::Fc64), std::string{Command} + " | B2 67 C7");
}

TEST_P(Rates, RATE_07_FrameDelayFollowsTheLastBit) {
    struct Delay {
        BitRate rate;
        Tick after_one, after_zero;
    };
    place_dep();
    for (const Delay& delay : {Delay{BitRate::Fc64, 148, 116}, Delay{BitRate::Fc32, 116, 100},
                               Delay{BitRate::Fc16, 100, 92}}) {
        SCOPED_TRACE(static_cast<unsigned>(delay.rate));
        to_rate(delay.rate);
        unsigned ones = 0;
        unsigned zeros = 0;
        for (unsigned i = 0; i < 40; ++i) {
            wait(i);
            expect_echo(1 + i % 20, at_rate(delay.rate), i % 2);
            const bool one = last_of_reader().bits.back() != 0;
            (one ? ones : zeros) += 1;
            const Tick fdt = answer().rx_start - answer().tx_end;
            const Tick rest = one ? delay.after_one : delay.after_zero;
            EXPECT_EQ((fdt - rest) % 128, 0U) << "block " << i << ", delay " << fdt;
            EXPECT_GE((fdt - rest) / 128, 9U);
        }
        EXPECT_GT(ones, 3U);
        EXPECT_GT(zeros, 3U);
        field_off(67'800);
    }
}

TEST_P(Rates, RATE_09_DeselectLeavesTheRate) {
    place_dep();
    to_rate(BitRate::Fc32);
    expect_echo(4, at_rate(BitRate::Fc32));
    EXPECT_EQ(say("C2 E0 B4", at_rate(BitRate::Fc32)), "C2 E0 B4");
    EXPECT_EQ(last_of_card().rate, BitRate::Fc32);
    EXPECT_EQ(short_frame(0x52), "04 00");
    EXPECT_EQ(last_of_card().rate, BitRate::Fc128);
}

TEST_P(Rates, RATE_08_ReaderAssumesNoGrid) {
    constexpr unsigned Answers = 100;
    constexpr unsigned Seed = 8;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    card_.delay = [&random] { return Tick{1116 + random() % (5000 - 1116 + 1)}; };
    for (unsigned i = 0; i < 2 * Answers; ++i) {
        Bytes block{static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(random())};
        for (auto more = random() % 30; more > 0; --more)
            block.push_back(static_cast<std::uint8_t>(random()));
        card_.lines.push_back({base::to_hex(block, " ")});
    }
    place(card_);
    for (unsigned i = 0; i < 2 * Answers && !HasFailure(); ++i) {
        card_.rate = i < Answers ? BitRate::Fc64 : BitRate::Fc32;
        EXPECT_EQ(say_checked("02 00", at_rate(card_.rate)), card_.lines[i].hex) << "answer " << i;
        EXPECT_EQ(answer().rx_start, last_of_card().start);
    }
}

TEST_P(Rates, RATE_10_DamagedBlockIsRecoveredAtItsRate) {
    card_.rate = BitRate::Fc32;
    card_.lines = {{"02 01 90 00", false, true}, {"02 01 90 00"}, {"03 02 90 00"}};
    auto open = channel(BitRate::Fc32);
    EXPECT_EQ(base::to_hex(open.exchange(base::from_hex(Apdu).value()).data, " "), "01 90 00");
    EXPECT_EQ(base::to_hex(open.exchange(base::from_hex(Apdu).value()).data, " "), "02 90 00");
    EXPECT_EQ(sent(BitRate::Fc32), std::string{Command} + " | B2 67 C7 | 03 80 03 00 00 01 DF 85");
}

}  // namespace
}  // namespace system_test
