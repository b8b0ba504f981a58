// Random frames, good and broken: the card never answers off its grid and never loses its mind.
#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

#include "field/tlm_world.hpp"
#include "memory_store.hpp"

namespace model_test {
namespace {

constexpr unsigned Seed = 20'240'601;

TEST(RandomFrames, AnswersStayOnTheGridAndACycleOfPowerHeals) {
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    auto world = field::make_tlm_world({});
    MemoryStore store;
    world->place(0, c1k(), store);
    Driver driver{*world};
    driver.on();
    const base::Bytes codes{0x26, 0x52, 0x93, 0x95, 0x60, 0x61, 0x30, 0xA0, 0x50, 0xC1, 0xB0, 0x40};
    for (int i = 0; i < 20'000; ++i) {
        if (random() % 16 == 0) {
            driver.select(0x52);
            if (random() % 2 == 0) {
                driver.auth(0x60, static_cast<std::uint8_t>(random() % 70));
            }
        }
        port::Answer answer;
        if (random() % 8 == 0) {
            std::vector<Tick> starts{world->now() + random() % 300};
            for (auto n = random() % 20; n != 0; --n) {
                starts.push_back(starts.back() + 64 * (1 + random() % 8));
            }
            answer = world->pauses(starts, random() % 70'000);
        } else {
            port::Request request;
            request.data = {codes[random() % codes.size()]};
            for (auto n = random() % 10; n != 0; --n) {
                request.data.push_back(
                    static_cast<std::uint8_t>(random() % 3 == 0 ? random() : 0x20));
            }
            request.last_bits = random() % 8;
            request.parity = random() % 4 == 0 ? port::Parity::AsData : port::Parity::Automatic;
            request.tx_crc = request.last_bits == 0 && random() % 2 == 0;
            request.rx_crc = random() % 2 == 0;
            request.rx_align = random() % 8;
            request.timeout = random() % 70'000;
            answer = driver.send(request);
        }
        if (!answer.silent) {
            const auto delay = answer.rx_start - answer.tx_end;
            ASSERT_TRUE(delay >= 1172 && (delay % 128 == 20 || delay % 128 == 84)) << i;
        }
    }
    driver.off_and_on();
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
    EXPECT_EQ(text(driver.raw("9320")), "10E2F0A1A3");
}

struct ThrowingCard : port::ScriptedCard {
    std::optional<Reply> answer(const port::AirFrame&) override {
        throw std::runtime_error("from the card");
    }
};

TEST(RandomFrames, WhatACardThrowsReachesTheCaller) {
    auto world = field::make_tlm_world({});
    ThrowingCard card;
    world->place(0, card);
    Driver driver{*world};
    driver.on();
    EXPECT_THROW(driver.short_frame(0x26), std::runtime_error);
    world->remove(0);
    EXPECT_TRUE(driver.short_frame(0x26).silent);
}

}  // namespace
}  // namespace model_test
