// Type B's PCD frames. Expected values: iso14443.md, 2.1 and 2.3; choices.md, Type B.
#include <gtest/gtest.h>

#include <random>

#include "air_bits.hpp"
#include "rf/nrz.hpp"

namespace rf {
namespace {

using model_test::bits;
using model_test::show;
using port::BitRate;

constexpr BitRate All[] = {BitRate::Fc128, BitRate::Fc64, BitRate::Fc32, BitRate::Fc16};

base::Bits data_bits(std::string_view hex) {
    base::Bits out;
    const auto data = base::from_hex(hex).value();
    for (const auto byte : data) {
        for (unsigned i = 0; i < 8; ++i) out.push_back((byte >> i) & 1);
    }
    return out;
}

/// The level in the middle of each etu from `start` on.
std::string levels(const std::vector<Low>& lows, Tick start, std::size_t etu) {
    std::string text(etu, '1');
    for (std::size_t i = 0; i < etu; ++i) {
        const Tick at = start + 128 * i + 64;
        for (const auto& low : lows) {
            if (at >= low.on && at < low.off) text[i] = '0';
        }
    }
    return text;
}

std::optional<NrzFrame> decode(NrzDecoder& decoder, const std::vector<Low>& lows) {
    std::optional<NrzFrame> frame;
    for (const auto& low : lows) {
        if (auto heard = decoder.low(low)) frame = heard;
    }
    return frame;
}

TEST(Nrz, ReqbOfTheSheet) {
    const auto lows = nrz_lows(data_bits("05000071FF"), 1000, BitRate::Fc128, {});
    EXPECT_EQ(levels(lows, 1000, 74),
              "000000000011"
              "0101000001"
              "0000000001"
              "0000000001"
              "0100011101"
              "0111111111"
              "0000000000"
              "11");
    EXPECT_EQ(nrz_end(data_bits("05000071FF"), 1000, BitRate::Fc128, {}).end, 1000U + 128 * 72 + 1);
    EXPECT_EQ(nrz_end(data_bits("05000071FF"), 1000, BitRate::Fc128, {}).grid(),
              1000U + 128 * 72 + 1 + 20);
}

TEST(Nrz, DecoderUndoesTheEncoderWithAnyFraming) {
    constexpr unsigned Seed = 21;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    NrzDecoder decoder;
    for (const auto rate : All) {
        decoder.listen_at(rate);
        for (int i = 0; i < 300; ++i) {
            base::Bits sent(8 * (random() % 40));
            for (auto& bit : sent) bit = random() & 1;
            const port::FramingB framing{10 + static_cast<unsigned>(random() % 2),
                                         2 + static_cast<unsigned>(random() % 2),
                                         static_cast<unsigned>(random() % 774)};
            const auto heard = decode(decoder, nrz_lows(sent, 7000, rate, framing));
            ASSERT_TRUE(heard.has_value());
            ASSERT_EQ(show(heard->bits), show(sent));
            ASSERT_EQ(heard->start, 7000U);
            ASSERT_EQ(heard->end.end, nrz_end(sent, 7000, rate, framing).end);
        }
    }
}

/// SOF low and high, EOF, and what lies just outside.
TEST(Nrz, LimitsOfSofAndEof) {
    const auto whole = [](Tick sof_low, Tick sof_high, Tick eof) {
        NrzDecoder decoder;
        auto lows = nrz_lows(data_bits("0571"), 0, BitRate::Fc128, {});
        const Tick shift = sof_low + sof_high;
        for (auto& low : lows) {
            low.on = low.on + 100'000 + shift - 12 * 128;
            low.off = low.off + 100'000 + shift - 12 * 128;
        }
        lows.front() = {100'000, 100'000 + sof_low};
        lows.back().off = lows.back().on + eof;
        return decode(decoder, lows).has_value();
    };
    EXPECT_TRUE(whole(1280, 256, 1280));
    EXPECT_TRUE(whole(1216, 192, 1216));
    EXPECT_TRUE(whole(1472, 448, 1472));
    EXPECT_FALSE(whole(1215, 256, 1280));
    EXPECT_FALSE(whole(1473, 256, 1280));
    EXPECT_FALSE(whole(1280, 191, 1280));
    EXPECT_FALSE(whole(1280, 449, 1280));
    EXPECT_FALSE(whole(1280, 256, 1215));
    EXPECT_FALSE(whole(1280, 256, 1473));
}

TEST(Nrz, LongestGapBetweenCharacters) {
    for (const auto& [egt, taken] : {std::pair{773U, true}, {774U, false}}) {
        NrzDecoder decoder;
        const auto lows = nrz_lows(data_bits("050000"), 0, BitRate::Fc128, {10, 2, egt});
        EXPECT_EQ(decode(decoder, lows).has_value(), taken) << egt;
    }
}

TEST(Nrz, BrokenStopBitDropsTheFrameAndTheNextIsHeard) {
    NrzDecoder decoder;
    // The second character, 00, is low for nine etu from 22 on; its stop bit follows.
    const auto lows = nrz_lows(data_bits("05000071FF"), 0, BitRate::Fc128, {});
    std::vector<Low> broken = lows;
    for (auto& low : broken) {
        if (low.on == 128 * 22) low.off += 64 - 1;
    }
    EXPECT_TRUE(decode(decoder, broken).has_value()) << "the stop bit is high at its middle";
    for (auto& low : broken) {
        if (low.on == 128 * 22) low.off += 300;
    }
    NrzDecoder again;
    EXPECT_FALSE(decode(again, broken).has_value());
    EXPECT_TRUE(decode(again, nrz_lows(data_bits("05000071FF"), 50'000, BitRate::Fc128, {})));
}

TEST(Nrz, DipsShorterThanAQuarterEtuAreNone) {
    NrzDecoder decoder;
    auto lows = nrz_lows(data_bits("FF"), 0, BitRate::Fc128, {});
    lows.insert(lows.end() - 1, {12 * 128 + 4 * 128 + 50, 12 * 128 + 4 * 128 + 50 + 31});
    const auto heard = decode(decoder, lows);
    ASSERT_TRUE(heard.has_value());
    EXPECT_EQ(show(heard->bits), "11111111");
    lows[lows.size() - 2].off += 1;
    lows[lows.size() - 2].on -= 1;
    EXPECT_EQ(show(decode(decoder, lows)->bits), "11101111");
}

TEST(Nrz, FrameOf259CharactersIsTheLongest) {
    for (const auto& [size, taken] : {std::pair{259U, true}, {260U, false}}) {
        NrzDecoder decoder;
        const base::Bits sent(8 * size, 1);
        EXPECT_EQ(decode(decoder, nrz_lows(sent, 0, BitRate::Fc16, {})).has_value(), false);
        decoder.listen_at(BitRate::Fc16);
        EXPECT_EQ(decode(decoder, nrz_lows(sent, 0, BitRate::Fc16, {})).has_value(), taken);
    }
}

}  // namespace
}  // namespace rf
