// One reader with its field on, and a card that answers as told.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "bench.hpp"
#include "driver/pcd_driver.hpp"

namespace bench {

class Frame : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override { driver_.field(true, 1000); }
    void TearDown() override { EXPECT_EQ(bench_.check_failures(), 0); }

    /// Sends `request` to no card and returns the pause starts, the first as 0.
    std::vector<Tick> starts_of(port::Request request) {
        request.start = driver_.now() + 4321;
        request.timeout = 2000;
        const auto answer = driver_.exchange(request);
        EXPECT_TRUE(answer.silent);
        const auto& frame = bench_.sent().back();
        EXPECT_EQ(frame.starts.front(), request.start);
        for (const auto length : frame.lengths) EXPECT_EQ(length, 34U);
        EXPECT_EQ(answer.tx_end, frame.starts.back() + 35);
        EXPECT_EQ(answer.rx_end, answer.tx_end + 2000);
        std::vector<Tick> result;
        for (const auto start : frame.starts) result.push_back(start - request.start);
        return result;
    }

    /// Sends `request` while the card modulates `reply` `delay` ticks after its end.
    port::Answer answer_to(port::Request request, const Symbols& reply, Tick delay = 1236,
                           Tick tolerance = 0) {
        bench_.card([&](const SentFrame& frame) {
            return Reply{.symbols = reply, .start = frame.end + delay};
        });
        request.start = std::max<Tick>(driver_.now(), 6000);
        const auto answer = driver_.exchange(request);
        if (!answer.silent) {
            EXPECT_GE(answer.rx_start + tolerance, answer.tx_end + delay);
            EXPECT_LE(answer.rx_start, answer.tx_end + delay + tolerance);
            EXPECT_EQ(answer.rx_end, answer.rx_start + 128 * (1 + reply.size()));
        }
        return answer;
    }
    port::Answer answer_to(const port::Request& request, const base::Bits& reply,
                           Tick delay = 1236) {
        return answer_to(request, symbols(reply), delay);
    }

    const port::Request reqa_{.data = {0x26}, .last_bits = 7};
    const port::Request anticollision_{.data = {0x93, 0x20}};
    Bench bench_;
    driver::PcdDriver driver_{bench_};
};

}  // namespace bench
