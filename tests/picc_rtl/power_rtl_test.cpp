// Power and rest of the card's RTL: what survives a field loss, and what its quiet means.
#include <gtest/gtest.h>

#include <random>

#include "mifare_reader.hpp"
#include "picc_bench.hpp"

namespace picc_rtl {
namespace {

const Bytes Uid = hex("10E2F0A1");
const std::string Hundred = "640000009BFFFFFF6400000004FB04FB";

void set(PiccBench& bench, std::size_t block, const std::string& text) {
    const Bytes bytes = hex(text);
    std::copy(bytes.begin(), bytes.end(), bench.memory[block].begin());
}

TEST(PiccPower, NothingOfASessionSurvivesAFieldLoss) {
    PiccBench bench;
    MifareReader reader{bench};
    set(bench, 4, Hundred);
    ASSERT_TRUE(reader.activate(Uid));
    EXPECT_TRUE(reader.send({0x50, 0x00}).silent);
    ASSERT_TRUE(reader.activate(Uid, true));
    ASSERT_TRUE(reader.authenticate(0x60, 4));
    bench.power_cycle(2048);
    // The old keystream opens nothing, and the card is in IDLE, not HALT.
    EXPECT_TRUE(reader.send({0x30, 0x04}).silent);
    reader.forget();
    EXPECT_EQ(bench.exchange(short_frame(0x26)).bytes(), hex("0400"));
    EXPECT_EQ(bench.exchange(standard_frame(hex("93207010E2F0A1A3"))).bytes(), Bytes{});
    // Half way through the cascade, through a write, through an answer.
    ASSERT_TRUE(reader.activate(Uid));
    ASSERT_TRUE(reader.authenticate(0x60, 4));
    EXPECT_EQ(reader.send({0xA0, 0x04}).nibble, 0xAU);
    bench.power_cycle(2048);
    reader.forget();
    EXPECT_TRUE(reader.send(Bytes(16, 0x55)).silent);
    ASSERT_TRUE(reader.activate(Uid));
    ASSERT_TRUE(reader.authenticate(0x60, 4));
    EXPECT_EQ(to_text(reader.send({0x30, 0x04}).data), to_text(with_crc(hex(Hundred))));
}

TEST(PiccPower, AShortLossIsNone) {
    PiccBench bench;
    MifareReader reader{bench};
    ASSERT_TRUE(reader.activate(Uid));
    bench.drop_carrier(1000);
    EXPECT_TRUE(bench.powered());
    // The gap is one endless pause: at worst a broken frame, never a reset of the generator.
    bench.drop_carrier(1100);
    EXPECT_FALSE(bench.powered());
}

TEST(PiccPower, LossInTheMiddleOfANonceKeepsTheWordInOrder) {
    Card card;
    card.unpredictable = true;
    PiccBench bench{card};
    MifareReader reader{bench};
    std::uint32_t word = card.nonce_seed;
    const auto next = [&word] {
        word ^= word << 13;
        word ^= word >> 17;
        word ^= word << 5;
    };
    for (const Tick cut : {5500U, 9400U, 10001U, 11000U, 12345U, 13700U}) {
        ASSERT_TRUE(reader.activate(Uid));
        next();  // drawn for the nonce that is cut
        bench.send_only(standard_frame(hex("6004D13D")), cut);
        bench.power_cycle(2048);
        ASSERT_TRUE(reader.activate(Uid));
        next();
        ASSERT_TRUE(reader.authenticate(0x60, 4));
        Bytes expected;
        for (int n = 0; n < 4; ++n) expected.push_back(static_cast<std::uint8_t>(word >> (8 * n)));
        EXPECT_EQ(reader.nonce(), expected) << "cut at " << cut;
        bench.power_cycle(2048);
    }
}

TEST(PiccPower, TicksInQuietMayBePassedOver) {
    std::array<std::vector<Tick>, 2> starts;
    std::array<std::vector<Bits>, 2> answers;
    Tick skipped = 0;
    for (const bool skips : {false, true}) {
        Card card;
        card.unpredictable = true;
        PiccBench bench{card};
        bench.skips = skips;
        bench.program_ticks = 27136;
        MifareReader reader{bench};
        std::mt19937 rng{0x14443A};
        const auto keep = [&](const Reply& reply) {
            starts[skips].push_back(reply.air.start);
            answers[skips].push_back(reply.air.bits);
        };
        for (int n = 0; n < 5; ++n) {
            bench.run(rng() % 30000);
            ASSERT_TRUE(reader.activate(Uid));
            bench.run(rng() % 3000);
            ASSERT_TRUE(reader.authenticate(0x60, 4));
            keep(reader.send({0xA0, 0x05}));
            bench.run(rng() % 3000);
            keep(reader.send(Bytes(16, static_cast<std::uint8_t>(n)), 40000));
            keep(reader.send({0x30, 0x05}));
            bench.exchange(short_frame(0x26));
            reader.forget();
        }
        skipped += bench.skipped;
    }
    EXPECT_EQ(starts[0], starts[1]);
    EXPECT_EQ(answers[0], answers[1]);
    EXPECT_GT(skipped, 100000U);
}

TEST(PiccPower, RandomFramesNeverConfuseTheCard) {
    const std::uint32_t seed = 0x6363;
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 rng{seed};
    PiccBench bench;
    MifareReader reader{bench};
    bench.program_ticks = 128;
    for (int n = 0; n < 400; ++n) {
        reader.forget();
        const unsigned depth = rng() % 4;
        if (depth >= 1) bench.exchange(short_frame(rng() % 2 == 0 ? 0x26 : 0x52));
        if (depth >= 2) bench.exchange(standard_frame(hex("937010E2F0A1A3A24D")));
        if (depth >= 3 && reader.activate(Uid)) reader.authenticate(0x60, 4);
        for (unsigned k = rng() % 4; k > 0; --k) {
            Bits bits;
            switch (rng() % 3) {
                case 0:
                    for (std::size_t left = 1 + rng() % 60; left > 0; --left)
                        bits.push_back((rng() & 1) != 0);
                    break;
                case 1: {
                    static const Bytes Codes = hex("30A0C0C1C2B0604050436193959700");
                    bits = reader.open ? reader.encrypt(with_crc({Codes[rng() % Codes.size()], 4}))
                                       : standard_frame(with_crc({Codes[rng() % Codes.size()], 4}));
                    break;
                }
                default: {
                    Bytes bytes(1 + rng() % 20);
                    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(rng());
                    bits = standard_frame(
                        bytes, rng() % 4 == 0 ? std::optional<std::size_t>{0} : std::nullopt);
                }
            }
            const Answer answer = bench.exchange(bits, {}, 6000);
            if (!answer.silent()) {
                EXPECT_GE(answer.index(), 9);
            }
            bench.run(rng() % 2000);
        }
        // Two frames lead every state but HALT to IDLE, and WUPA leads out of HALT.
        reader.forget();
        bench.exchange(short_frame(0x26));
        bench.exchange(cut_frame({0x00}, 3));
        EXPECT_EQ(bench.exchange(short_frame(0x52)).bytes(), hex("0400")) << "round " << n;
        bench.exchange(cut_frame({0x00}, 3));
    }
}

}  // namespace
}  // namespace picc_rtl
