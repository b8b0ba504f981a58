// Expected values: iso14443.md 1.3, 1.4, 4.1.
#include <gtest/gtest.h>

#include <random>

#include "air_bits.hpp"
#include "rf/manchester.hpp"
#include "rf/miller.hpp"

namespace rf {
namespace {

using model_test::bits;
using model_test::show;

TEST(Miller, PausesOfReqaAndWupa) {
    EXPECT_EQ(pause_starts(bits("0110010"), 0),
              (std::vector<Tick>{0, 128, 320, 448, 640, 832, 1024}));
    EXPECT_EQ(pause_starts(bits("0100101"), 0), (std::vector<Tick>{0, 128, 320, 512, 704, 960}));
}

/// Symbols of a pause train: SOC / bits / EOC of two.
std::string symbols(const std::vector<Tick>& pauses, std::size_t bit_count) {
    std::string text(bit_count + 3, 'Y');
    for (const auto pause : pauses) {
        text[pause / 128] = pause % 128 == 64 ? 'X' : 'Z';
    }
    return text;
}

TEST(Miller, SequencesOfTheSheet) {
    const std::pair<const char*, const char*> cases[] = {
        {"1010110", "ZXYXYXXYZY"},
        {"11001001.1 00000100.0", "ZXXYZXYZXXYZZZZXYZZZY"},
        {"00001010.1 00000000.1 11101010.0 10110011.0", "ZZZZZXYXYXYZZZZZZZXXXXYXYXYZXYXXYZXXYZY"},
        {"00000111.0 00000001.0 10001100.0 11001110.0", "ZZZZZZXXXYZZZZZZZXYXYZZXXYZZXXYZXXXYZZY"},
        {"11001001.1 10100100.0 01001", "ZXXYZXYZXXXYXYZXYZZZXYZXYY"}};
    for (const auto& [text, expected] : cases) {
        const auto frame = bits(text);
        if (std::string{expected}.size() == frame.size() + 3) {
            EXPECT_EQ(symbols(pause_starts(frame, 0), frame.size()), expected) << text;
        } else {
            ADD_FAILURE() << "the row for " << text << " has the wrong length";
        }
    }
}

TEST(Miller, FrameEndsGiveTheDelaysOfTheSheet) {
    constexpr unsigned P = 34;
    // First PICC edge = SOC + 128 N + 1300 + P, and one tick for the air (docs/choices.md).
    for (const char* text :
         {"0110010", "0100101", "11001001.1 00000100.0", "11001001.1 10100100.0 01001"}) {
        const auto frame = bits(text);
        const auto end = frame_end(frame, 1000, P);
        EXPECT_EQ(end.grid() + 9 * 128, 1000 + 128 * frame.size() + 1300 + P + 1) << text;
        EXPECT_EQ(end.end, pause_starts(frame, 1000).back() + P + 1);
        EXPECT_EQ(end.last_is_x, frame.back() == 1);
    }
}

MillerFrame decode(MillerDecoder& decoder, const std::vector<Tick>& pauses) {
    for (const auto pause : pauses) {
        decoder.pause({pause, pause + 34});
    }
    return decoder.finish();
}

TEST(Miller, DecoderUndoesTheEncoder) {
    constexpr unsigned Seed = 7;
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    MillerDecoder decoder;
    for (int i = 0; i < 1000; ++i) {
        base::Bits sent(1 + random() % 160);
        for (auto& bit : sent) {
            bit = random() & 1;
        }
        const auto heard = decode(decoder, pause_starts(sent, 5000));
        ASSERT_EQ(show(heard.bits), show(sent));
        ASSERT_FALSE(heard.broken || heard.lone);
        const auto end = frame_end(sent, 5000, 34);
        ASSERT_EQ(heard.end.end, end.end);
        ASSERT_EQ(heard.end.last_is_x, end.last_is_x);
    }
}

TEST(Miller, LonePauseIsNoFrame) {
    MillerDecoder decoder;
    EXPECT_TRUE(decode(decoder, {0}).lone);
}

TEST(Miller, PauseAtHalfABitOrAfterZYBreaksTheFrame) {
    MillerDecoder decoder;
    EXPECT_TRUE(decode(decoder, {0, 64}).broken);
    EXPECT_TRUE(decode(decoder, {0, 128, 384}).broken);
    EXPECT_TRUE(decode(decoder, {0, 192, 192 + 320}).broken);
}

TEST(Miller, TwoBitPiecesOfACutReqa) {
    MillerDecoder decoder;
    EXPECT_EQ(show(decode(decoder, {0, 128, 320}).bits), "01");
}

TEST(Manchester, SlotsOfTheSheet) {
    const auto letters = [](const base::Bytes& slots) {
        std::string text;
        for (const auto slot : slots) {
            text += "FDEB"[slot];
        }
        return text;
    };
    EXPECT_EQ(letters(manchester_slots(bits("00100000.0 00000000.1"))), "DEEDEEEEEEEEEEEEEEDF");
    EXPECT_EQ(letters(manchester_slots(bits("0101"))), "DEDEDF");
}

TEST(Manchester, DifferentBitsCollide) {
    Superposition air;
    air.add(bits("0011"), 1000);
    air.add(bits("0101"), 1000);
    const auto heard = air.read();
    EXPECT_EQ(show(heard.bits), "0111");
    EXPECT_EQ(show(heard.collisions), "0110");
    EXPECT_FALSE(heard.framing);
}

TEST(Manchester, ShorterCardJustLeaves) {
    Superposition air;
    air.add(bits("01"), 1000);
    air.add(bits("0110"), 1000);
    const auto heard = air.read();
    EXPECT_EQ(show(heard.bits), "0110");
    EXPECT_TRUE(heard.collisions.empty());
}

TEST(Manchester, LaterCardBehindTheEndIsNotHeard) {
    Superposition air;
    air.add(bits("01"), 1000);
    air.add(bits("11"), 1000 + 128 * 6 + 5);
    EXPECT_EQ(show(air.read().bits), "01");
    EXPECT_FALSE(air.read().framing);
}

TEST(Manchester, OffTheGridIsAFramingError) {
    Superposition air;
    air.add(bits("0101"), 1000);
    air.add(bits("0101"), 1050);
    EXPECT_TRUE(air.read().framing);
}

}  // namespace
}  // namespace rf
