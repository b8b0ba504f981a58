// The reader above fc/128, type A. Expected values: iso14443.md 1.3, 1.5, 4.2 and 7;
// docs/choices.md, Higher rates.
#include <gtest/gtest.h>

#include <random>

#include "../rf/bpsk.hpp"
#include "base/hex.hpp"
#include "bench.hpp"
#include "driver/pcd_driver.hpp"

namespace {

using base::Bits;
using base::Bytes;
using base::Tick;
using bench::Bench;
using bench::Reply;
using port::BitRate;

constexpr std::array Rates{BitRate::Fc64, BitRate::Fc32, BitRate::Fc16};

class Rate : public testing::Test {
protected:
    void SetUp() override { driver_.field(true, 1000); }
    void TearDown() override { EXPECT_EQ(bench_.check_failures(), 0); }

    /// Sends D0 11 05 and CRC while the card answers `bits` in phases, `delay` ticks after its end.
    port::Answer answer_to(BitRate rate, const Bits& bits, Tick delay) {
        const auto number = static_cast<unsigned>(rate);
        bench_.card([&](const bench::SentFrame& frame) {
            return Reply{.start = frame.end + delay,
                         .loads = rf_test::bpsk(rf_test::bpsk_a(bits, number))};
        });
        const port::Request request{.data = {0xD0, 0x11, 0x05},
                                    .tx_crc = true,
                                    .rx_crc = true,
                                    .start = std::max<Tick>(driver_.now(), 6000),
                                    .timeout = 6000,
                                    .tx_rate = rate,
                                    .rx_rate = rate};
        const auto answer = driver_.exchange(request);
        if (!answer.silent) {
            EXPECT_EQ(answer.rx_start, answer.tx_end + delay);
            EXPECT_EQ(answer.rx_end,
                      answer.rx_start + 512 + port::bit_ticks(rate) * (1 + bits.size()));
        }
        return answer;
    }

    const Bytes pps_answer_ = base::from_hex("D07387").value();
    Bench bench_;
    driver::PcdDriver driver_{bench_};
};

TEST_F(Rate, SendsAtEachRate) {
    constexpr std::array<Tick, 3> Lengths{18, 9, 4};
    for (const auto rate : Rates) {
        SCOPED_TRACE(testing::Message() << "rate " << static_cast<unsigned>(rate));
        const auto answer = answer_to(rate, {}, 1U << 20);
        EXPECT_TRUE(answer.silent);
        const auto& frame = bench_.sent().back();
        EXPECT_EQ(frame.bits, bench::air_bits("D0 11 05 FF F1"));
        for (const auto length : frame.lengths)
            EXPECT_EQ(length, Lengths.at(static_cast<std::size_t>(rate) - 1));
        EXPECT_EQ(answer.tx_end, frame.starts.back() + frame.lengths.back() + 1);
        EXPECT_EQ(frame.rate, static_cast<unsigned>(rate));
        EXPECT_FALSE(frame.shallow);
    }
}

TEST_F(Rate, RATE_05_ReaderReadsFramesWithEvenLastParity) {
    for (const auto rate : Rates) {
        SCOPED_TRACE(testing::Message() << "rate " << static_cast<unsigned>(rate));
        const auto answer = answer_to(rate, rf_test::with_last_even(pps_answer_), 1172);
        EXPECT_EQ(answer.data, Bytes{0xD0});
        EXPECT_EQ(answer.errors, port::Errors{});
    }
}

TEST_F(Rate, RATE_06_OddParityOfTheLastByteIsAnError) {
    for (const auto rate : Rates) {
        SCOPED_TRACE(testing::Message() << "rate " << static_cast<unsigned>(rate));
        // A longer frame cut behind a byte.
        auto bits = bench::air_bits("D0 73 87");
        EXPECT_EQ(answer_to(rate, bits, 1172).errors, port::Errors{.parity = true});
        // An earlier byte with even parity.
        bits = bench::air_bits("D0 73! 87!");
        EXPECT_EQ(answer_to(rate, bits, 1172).errors, port::Errors{.parity = true});
        EXPECT_EQ(answer_to(rate, bench::air_bits("D0 73 87!"), 1172).errors, port::Errors{});
    }
}

TEST_F(Rate, RATE_08_NoGridIsAssumed) {
    std::mt19937 random{8};
    for (int round = 0; round < 24; ++round) {
        const auto rate = Rates.at(static_cast<std::size_t>(round) % 3);
        const Tick delay = 1116 + random() % (5000 - 1116);
        SCOPED_TRACE(testing::Message()
                     << "rate " << static_cast<unsigned>(rate) << " delay " << delay);
        const auto answer = answer_to(rate, rf_test::with_last_even(pps_answer_), delay);
        EXPECT_EQ(answer.data, Bytes{0xD0});
        EXPECT_EQ(answer.errors, port::Errors{});
    }
}

TEST_F(Rate, DirectionsHaveRatesOfTheirOwn) {
    bench_.card([&](const bench::SentFrame& frame) {
        return Reply{.symbols = bench::symbols(bench::air_bits("D0 73 87")),
                     .start = frame.end + 1236};
    });
    auto answer = driver_.exchange(
        {.data = {0xC2}, .tx_crc = true, .rx_crc = true, .start = 6000, .tx_rate = BitRate::Fc32});
    EXPECT_EQ(bench_.sent().back().bits, bench::air_bits("C2 E0 B4"));
    EXPECT_EQ(answer.data, Bytes{0xD0});
    EXPECT_EQ(answer.rx_end, answer.rx_start + 128 * 28);
    EXPECT_EQ(driver_.now(), answer.rx_end + 1172);
}

TEST_F(Rate, ASubcarrierThatIsNoFrameIsSilence) {
    bench_.card([&](const bench::SentFrame& frame) {
        return Reply{.start = frame.end + 1172, .loads = rf_test::bpsk({{1, 3000}})};
    });
    const auto answer = driver_.exchange({.data = {0xC2},
                                          .start = 6000,
                                          .timeout = 2000,
                                          .tx_rate = BitRate::Fc64,
                                          .rx_rate = BitRate::Fc64});
    EXPECT_TRUE(answer.silent);
    EXPECT_EQ(answer.rx_end, answer.tx_end + 2000);
}

TEST_F(Rate, LongFramesOverflowAsEver) {
    Bytes bytes(300);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(7 * i);
    const auto answer = answer_to(BitRate::Fc16, rf_test::with_last_even(bytes), 1172);
    EXPECT_EQ(answer.errors, port::Errors{.overflow = true});
    EXPECT_EQ(answer.data, Bytes(bytes.begin(), bytes.begin() + 256));
}

TEST(RatePauses, AreAsLongAsAsked) {
    for (const unsigned ticks : {16U, 20U}) {
        Bench bench;
        driver::PcdDriver pcd{bench, {34, ticks, 10, 5}};
        pcd.field(true, 600);
        pcd.exchange({.data = {0x5A}, .start = 7000, .timeout = 900, .tx_rate = BitRate::Fc64});
        for (const auto length : bench.sent().back().lengths) EXPECT_EQ(length, ticks);
    }
}

TEST(RateDriver, RefusesWhatTheAirDoesNotHave) {
    Bench bench;
    driver::PcdDriver pcd{bench};
    const auto refused = [&](const port::Request& request, const std::string& field) {
        try {
            pcd.exchange(request);
            ADD_FAILURE() << field << " accepted";
        } catch (const std::invalid_argument& error) {
            EXPECT_EQ(std::string{error.what()}.substr(0, field.size()), field);
        }
    };
    using port::Technology;
    const BitRate fast = BitRate::Fc64;
    refused({.data = {1}, .last_bits = 7, .start = 9000, .rx_rate = fast}, "last_bits");
    refused({.data = {1}, .rx_align = 1, .start = 9000, .rx_rate = fast}, "rx_align");
    refused({.data = {1}, .start = 9000, .tx_rate = BitRate{4}}, "tx_rate");
    refused({.data = {1}, .start = 9000, .rx_rate = BitRate{4}}, "rx_rate");
    refused({.data = {1}, .last_bits = 7, .start = 9000, .technology = Technology::B}, "last_bits");
    const auto framed = [](const port::FramingB& framing) {
        return port::Request{
            .data = {1}, .start = 9000, .technology = Technology::B, .framing = framing};
    };
    refused(framed({.sof_low = 9}), "framing.sof_low");
    refused(framed({.sof_low = 12}), "framing.sof_low");
    refused(framed({.sof_high = 1}), "framing.sof_high");
    refused(framed({.sof_high = 4}), "framing.sof_high");
    refused(framed({.egt = 774}), "framing.egt");
    EXPECT_THROW((driver::PcdDriver{bench, {34, 15, 9, 4}}), std::invalid_argument);
    EXPECT_THROW((driver::PcdDriver{bench, {34, 18, 11, 4}}), std::invalid_argument);
    EXPECT_THROW((driver::PcdDriver{bench, {34, 18, 9, 3}}), std::invalid_argument);
    EXPECT_TRUE(bench.sent().empty());
}

}  // namespace
