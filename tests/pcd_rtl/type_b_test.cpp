// The reader in type B. Expected values: iso14443.md 2, 3.1 and 9; docs/choices.md, Type B.
#include <gtest/gtest.h>

#include "../rf/bpsk.hpp"
#include "base/hex.hpp"
#include "bench.hpp"
#include "driver/pcd_driver.hpp"

namespace {

using base::Bytes;
using base::Tick;
using bench::Bench;
using bench::Reply;
using port::BitRate;
using port::Technology;

Bytes bytes(const char* hex) { return base::from_hex(hex).value(); }

/// Start and length of each low of a frame.
using Lows = std::vector<std::pair<Tick, Tick>>;

Lows lows_of(const Bytes& data, Tick etu, const port::FramingB& how) {
    std::vector<std::pair<bool, Tick>> line{{true, how.sof_low * etu}, {false, how.sof_high * etu}};
    for (std::size_t i = 0; i < data.size(); ++i) {
        if (i != 0) line.emplace_back(false, how.egt);
        line.emplace_back(true, etu);
        for (unsigned bit = 0; bit < 8; ++bit) line.emplace_back((data[i] >> bit & 1U) == 0, etu);
        line.emplace_back(false, etu);
    }
    line.emplace_back(true, how.sof_low * etu);
    Lows lows;
    Tick at = 0;
    bool before = false;
    for (const auto& [low, ticks] : line) {
        if (low && before) lows.back().second += ticks;
        if (low && !before) lows.emplace_back(at, ticks);
        at += ticks;
        before = low;
    }
    return lows;
}

class TypeB : public testing::Test {
protected:
    void SetUp() override { driver_.field(true, 1000); }
    void TearDown() override { EXPECT_EQ(bench_.check_failures(), 0); }

    port::Request request(const Bytes& data, BitRate rate = BitRate::Fc128) {
        return {.data = data,
                .tx_crc = true,
                .rx_crc = true,
                .start = std::max<Tick>(driver_.now(), 6000),
                .timeout = 6000,
                .technology = Technology::B,
                .tx_rate = rate,
                .rx_rate = rate};
    }
    void answers(const Bytes& data, BitRate rate, Tick delay, const rf_test::FrameB& how = {}) {
        const auto phases = rf_test::bpsk_b(data, static_cast<unsigned>(rate), how);
        bench_.card([=](const bench::SentFrame& frame) {
            return Reply{.start = frame.end + delay, .loads = rf_test::bpsk(phases)};
        });
    }

    Bench bench_;
    driver::PcdDriver driver_{bench_};
};

TEST_F(TypeB, TYB_14_SendsFramesWithEachFreedomAtEachRate) {
    for (const auto rate : {BitRate::Fc128, BitRate::Fc64, BitRate::Fc32, BitRate::Fc16}) {
        std::vector<port::FramingB> ways{{}, {11, 3, 0}, {10, 2, 773}, {10, 3, 100}};
        for (unsigned egt = 1; egt <= 512; egt *= 2) ways.push_back({11, 2, egt});
        for (const port::FramingB& how : ways) {
            SCOPED_TRACE(testing::Message() << static_cast<unsigned>(rate) << " " << how.egt);
            auto reqb = request({0x05, 0x00, 0x00}, rate);
            reqb.framing = how;
            reqb.timeout = 600;
            const auto answer = driver_.exchange(reqb);
            EXPECT_TRUE(answer.silent);
            const auto& frame = bench_.sent().back();
            Lows lows;
            for (std::size_t i = 0; i < frame.starts.size(); ++i)
                lows.emplace_back(frame.starts[i] - reqb.start, frame.lengths.at(i));
            EXPECT_EQ(lows, lows_of(bytes("05000071FF"), port::bit_ticks(rate), how));
            EXPECT_TRUE(frame.shallow);
            EXPECT_EQ(answer.tx_end, frame.starts.back() + frame.lengths.back() + 1);
        }
    }
}

TEST_F(TypeB, TYB_13_ReadsAtqbAtEachRateFromTheFirstTickOn) {
    for (const auto rate : {BitRate::Fc128, BitRate::Fc64, BitRate::Fc32, BitRate::Fc16}) {
        for (const Tick delay : {1025, 1172, 4000}) {
            for (const Tick tr1 : {1280, 1408, 3200}) {
                SCOPED_TRACE(testing::Message()
                             << static_cast<unsigned>(rate) << " " << delay << " " << tr1);
                const rf_test::FrameB how{.tr1 = static_cast<rf_test::Tick>(tr1)};
                const auto atqb = bytes("50566473F200000000808171C8AD");
                answers(atqb, rate, delay, how);
                const auto answer = driver_.exchange(request({0x05, 0x00, 0x00}, rate));
                EXPECT_EQ(answer.data, bytes("50566473F200000000808171"));
                EXPECT_EQ(answer.errors, port::Errors{});
                EXPECT_EQ(answer.rx_start, answer.tx_end + delay);
                const Tick etu = port::bit_ticks(rate);
                EXPECT_EQ(answer.rx_end, answer.rx_start + tr1 + etu * (23 + 10 * atqb.size()));
                EXPECT_EQ(driver_.now(), answer.rx_end + 1172);
            }
        }
    }
}

TEST_F(TypeB, StartsAreExactHoweverStrongTheLoad) {
    const auto atqb = bytes("50566473F200000000808171C8AD");
    for (const unsigned load : {10, 30, 90, 270}) {
        for (const Tick delay : {1172, 1175, 1178, 1181}) {
            SCOPED_TRACE(testing::Message() << load << " thousandths, " << delay);
            bench_.load(load);
            answers(atqb, BitRate::Fc128, delay);
            const auto answer = driver_.exchange(request({0x05, 0x00, 0x00}));
            EXPECT_EQ(answer.data, bytes("50566473F200000000808171"));
            EXPECT_EQ(answer.rx_start, answer.tx_end + delay);
        }
    }
}

// Something small happens to the level, then a weak answer begins.
TEST_F(TypeB, AClickBeforeAWeakAnswerHidesNothing) {
    constexpr double Carrier = 3071;
    constexpr double Load = 0.006;
    constexpr double Click = 0.015;
    const auto loads = rf_test::bpsk(rf_test::bpsk_b(bytes("50566473F200000000808171C8AD"), 0));
    for (Tick before = 8; before < 300; before += 8) {
        SCOPED_TRACE(before);
        std::vector<std::uint16_t> levels(1172, Carrier);
        for (const auto loaded : loads)
            levels.push_back(static_cast<std::uint16_t>(Carrier * (1 - loaded * Load)));
        levels.insert(levels.end(), 600, Carrier);
        for (Tick i = 0; i < 4; ++i)
            levels.at(1172 - before + i) = static_cast<std::uint16_t>(Carrier * (1 - Click));
        bench_.card([&](const bench::SentFrame& frame) {
            return Reply{.start = frame.end, .levels = levels};
        });
        const auto answer = driver_.exchange(request({0x05, 0x00, 0x00}));
        EXPECT_EQ(answer.data, bytes("50566473F200000000808171"));
        EXPECT_EQ(answer.errors, port::Errors{});
    }
}

// A hand moves: from the second byte on the load is but a third of what it was.
TEST_F(TypeB, ALoadThatDropsToAThirdIsStillHeard) {
    constexpr double Carrier = 3071;
    constexpr double Load = 0.12;
    for (const auto rate : {BitRate::Fc128, BitRate::Fc64, BitRate::Fc32, BitRate::Fc16}) {
        SCOPED_TRACE(static_cast<unsigned>(rate));
        const auto loads = rf_test::bpsk(
            rf_test::bpsk_b(bytes("50566473F200000000808171C8AD"), static_cast<unsigned>(rate)));
        const Tick drop = rf_test::FrameB{}.tr1 + port::bit_ticks(rate) * (12 + 15);
        std::vector<std::uint16_t> levels(1172, Carrier);
        for (std::size_t at = 0; at < loads.size(); ++at) {
            const double load = loads[at] != 0 ? (at < drop ? Load : Load / 3) : 0;
            levels.push_back(static_cast<std::uint16_t>(Carrier * (1 - load)));
        }
        levels.insert(levels.end(), 600, Carrier);
        bench_.card([&](const bench::SentFrame& frame) {
            return Reply{.start = frame.end, .levels = levels};
        });
        const auto answer = driver_.exchange(request({0x05, 0x00, 0x00}, rate));
        EXPECT_EQ(answer.data, bytes("50566473F200000000808171"));
        EXPECT_EQ(answer.errors, port::Errors{});
    }
}

TEST_F(TypeB, JudgesCrcB) {
    answers(bytes("0078F1"), BitRate::Fc128, 1172);
    auto answer = driver_.exchange(request({0x50}));
    EXPECT_EQ(answer.errors, port::Errors{.crc = true});
    EXPECT_EQ(answer.data, bytes("0078F1"));
    // The CRC of type A is none.
    answers(bytes("00FE51"), BitRate::Fc128, 1172);
    EXPECT_EQ(driver_.exchange(request({0x50})).errors, port::Errors{.crc = true});
    answers(bytes("0078F0"), BitRate::Fc128, 1172);
    answer = driver_.exchange(request({0x50}));
    EXPECT_EQ(answer.errors, port::Errors{});
    EXPECT_EQ(answer.data, bytes("00"));
}

TEST_F(TypeB, TellsABrokenCharacter) {
    auto phases = rf_test::bpsk_b(bytes("50566473F200000000808171C8AD"), 0);
    phases.at(3 + 9).bit = 0;  // stop bit of the first character
    bench_.card([=](const bench::SentFrame& frame) {
        return Reply{.start = frame.end + 1172, .loads = rf_test::bpsk(phases)};
    });
    EXPECT_TRUE(driver_.exchange(request({0x05, 0x00, 0x00})).errors.framing);
}

// What is heard ends long after the instant that the stamps of a frame of no bit tell.
TEST_F(TypeB, ASubcarrierThatNeverBecomesAFrameLeavesTimeForTheNextRequest) {
    bench_.card([&](const bench::SentFrame& frame) {
        bench_.stray(frame.end + 1100, frame.end + 14'000);
        return std::nullopt;
    });
    const auto first = driver_.exchange(request({0x05, 0x00, 0x00}));
    EXPECT_GT(bench_.now(), first.tx_end + 14'000);
    answers(bytes("0078F0"), BitRate::Fc128, 1172);
    EXPECT_EQ(driver_.exchange(request({0x50})).data, bytes("00"));
}

TEST_F(TypeB, TypeAFollowsAtOnce) {
    answers(bytes("0078F0"), BitRate::Fc128, 1172);
    EXPECT_EQ(driver_.exchange(request({0x50})).data, bytes("00"));
    bench_.card([&](const bench::SentFrame& frame) {
        return Reply{.symbols = bench::symbols(bench::air_bits("04 00")),
                     .start = frame.end + 1236};
    });
    const auto answer =
        driver_.exchange({.data = {0x26}, .last_bits = 7, .start = driver_.now() + 5000});
    EXPECT_EQ(answer.data, bytes("0400"));
    EXPECT_FALSE(bench_.sent().back().shallow);
}

}  // namespace
