// Type A at fc/64, fc/32 and fc/16. Expected values: iso14443.md, 1.3, 1.5, 4.2 and 7.2;
// choices.md.
#include <gtest/gtest.h>

#include <random>

#include "air_bits.hpp"
#include "dep_store.hpp"
#include "field/tlm_world.hpp"
#include "rf/miller.hpp"

namespace model_test {
namespace {

using port::BitRate;

constexpr BitRate All[] = {BitRate::Fc128, BitRate::Fc64, BitRate::Fc32, BitRate::Fc16};

/// PPS1 of a pair of rates.
unsigned code_of(BitRate pcd, BitRate picc) {
    return static_cast<unsigned>(picc) << 2U | static_cast<unsigned>(pcd);
}

TEST(MillerRates, PausesOfReqaShrinkWithTheBit) {
    EXPECT_EQ(rf::pause_starts(bits("0110010"), 0, BitRate::Fc16),
              (std::vector<Tick>{0, 16, 40, 56, 80, 104, 128}));
}

TEST(MillerRates, DecoderUndoesTheEncoderAtItsRateOnly) {
    constexpr unsigned Seed = 11;
    constexpr unsigned Pause[] = {34, 18, 9, 4};
    SCOPED_TRACE(testing::Message() << "seed " << Seed);
    std::mt19937 random{Seed};
    for (const auto rate : All) {
        rf::MillerDecoder decoder;
        decoder.listen_at(rate);
        const unsigned pause = Pause[static_cast<unsigned>(rate)];
        for (int i = 0; i < 300; ++i) {
            base::Bits sent(1 + random() % 160);
            for (auto& bit : sent) bit = random() & 1;
            for (const auto& low : rf::pauses_at(rf::pause_starts(sent, 5000, rate), pause)) {
                decoder.pause(low);
            }
            const auto heard = decoder.finish();
            ASSERT_EQ(show(heard.bits), show(sent));
            ASSERT_FALSE(heard.broken || heard.lone);
            ASSERT_EQ(heard.end.grid(), rf::frame_end(sent, 5000, pause, rate).grid());
        }
    }
}

TEST(MillerRates, PausesTooShortForTheRateAreNone) {
    constexpr Tick Shortest[] = {10, 6, 4, 2};
    for (const auto rate : All) {
        rf::MillerDecoder decoder;
        decoder.listen_at(rate);
        const Tick shortest = Shortest[static_cast<unsigned>(rate)];
        decoder.pause({1000, 1000 + shortest - 1});
        EXPECT_FALSE(decoder.decision().has_value());
        decoder.pause({1000, 1000 + shortest});
        EXPECT_TRUE(decoder.decision().has_value());
    }
}

TEST(MillerRates, PauseThatComesTooCloseToDIsNotHeard) {
    constexpr Tick Pause[] = {34, 18, 9, 4};
    constexpr Tick AfterZ[] = {20, 116, 100, 92};
    constexpr Tick Before[] = {15, 18 + 1 + 11, 9 + 1 + 7, 4 + 1 + 5};
    for (const auto rate : All) {
        const auto index = static_cast<unsigned>(rate);
        const Tick pause = Pause[index];
        const Tick eoc = 1000 + port::bit_ticks(rate);
        const Tick last = eoc + pause + 1 + AfterZ[index] + 256 - Before[index];
        for (const Tick start : {last, last + 1}) {
            rf::MillerDecoder decoder;
            decoder.listen_at(rate);
            decoder.pause({1000, 1000 + pause});
            decoder.pause({eoc, eoc + pause});
            decoder.pause({start, start + pause});
            const auto heard = decoder.finish();
            EXPECT_EQ(heard.broken, start == last);
            EXPECT_EQ(heard.end.end, (start == last ? start : eoc) + pause + 1);
        }
    }
}

class Rates : public testing::Test {
protected:
    void SetUp() override { open(dep4()); }

    void open(const port::CardProfile& profile) {
        world.reset();
        world = field::make_tlm_world({});
        world->place(0, profile, store);
        world->observe(&recorder);
        driver.emplace(*world);
        driver->on();
    }
    void activate() {
        ASSERT_EQ(text(driver->short_frame(0x26)), "0400");
        ASSERT_EQ(text(driver->raw("93709C599B326C6B30")), "20FC70");
        ASSERT_FALSE(driver->raw("E050BCA5").silent);
    }
    /// Activates, and changes the rates by a PPS.
    void switch_to(BitRate pcd, BitRate picc) {
        activate();
        const std::uint8_t code[] = {static_cast<std::uint8_t>(code_of(pcd, picc))};
        ASSERT_EQ(text(driver->with_crc("D011" + base::to_hex(code))), "D07387");
    }
    port::Answer at(BitRate pcd, BitRate picc, std::string_view data, bool crc = true) {
        port::Request request;
        request.data = hex(data);
        request.tx_crc = crc;
        request.rx_crc = crc;
        request.tx_rate = pcd;
        request.rx_rate = picc;
        return driver->send(request);
    }
    const port::AirFrame& last() const { return recorder.frames.back(); }

    DepStore store{};
    Recorder recorder{};
    std::unique_ptr<port::World> world{};
    std::optional<Driver> driver{};
};

TEST_F(Rates, PpsAnswerComesAtTheOldRate) {
    switch_to(BitRate::Fc64, BitRate::Fc64);
    EXPECT_EQ(last().rate, BitRate::Fc128);
    EXPECT_EQ(last().end, last().start + 128 * (1 + 27));
}

TEST_F(Rates, EchoAtEveryPairOfRates) {
    for (const auto pcd : All) {
        for (const auto picc : All) {
            SCOPED_TRACE(code_of(pcd, picc));
            switch_to(pcd, picc);
            const auto answer = at(pcd, picc, "0280040000050102030405");
            EXPECT_EQ(text(answer), "02800400000501020304059000");
            EXPECT_FALSE(answer.errors.any());
            EXPECT_EQ(last().rate, picc);
            EXPECT_EQ(recorder.frames[recorder.frames.size() - 2].rate, pcd);
            driver->off_and_on();
        }
    }
}

TEST_F(Rates, PcdFrameAtFc64HasBitsOf64Ticks) {
    switch_to(BitRate::Fc64, BitRate::Fc64);
    const Tick start = world->now();
    // 02 EC 72: the last parity bit is 1, an X at half of the 27th bit.
    const auto answer = at(BitRate::Fc64, BitRate::Fc64, "02EC72", false);
    EXPECT_EQ(answer.tx_end, start + 64 * 27 + 32 + 18 + 1);
}

/// FDT 128 n + 148 after a one and 128 n + 116 after a zero at fc/64, and so on.
TEST_F(Rates, FrameDelayOfEachRate) {
    constexpr Tick AfterZero[] = {20, 116, 100, 92};
    constexpr Tick AfterOne[] = {84, 148, 116, 100};
    for (const auto rate : All) {
        switch_to(rate, rate);
        const auto index = static_cast<unsigned>(rate);
        // R(NAK)s: B2 67 C7 ends in parity 0, B3 EE D6 in parity 0; C2 E0 B4 in parity 1.
        const auto zero = at(rate, rate, "B267C7", false);
        ASSERT_EQ(text(zero), "A36FC6");
        EXPECT_EQ(zero.rx_start - zero.tx_end, 128 * 9 + AfterZero[index]);
        const auto one = at(rate, rate, "C2E0B4", false);
        ASSERT_EQ(text(one), "C2E0B4");
        EXPECT_EQ(one.rx_start - one.tx_end, 128 * 9 + AfterOne[index]);
        driver->off_and_on();
    }
}

TEST_F(Rates, AnswerAboveFc128HasAReferenceAndAStartBitAndAnEvenLastParity) {
    for (const auto rate : {BitRate::Fc64, BitRate::Fc32, BitRate::Fc16}) {
        switch_to(rate, rate);
        port::Request request;
        request.data = hex("B267C7");
        request.tx_rate = rate;
        request.rx_rate = rate;
        const auto answer = driver->send(request);
        EXPECT_FALSE(answer.errors.any());
        // A3 6F C6: odd parity 1, 1, 1; the last one is inverted.
        EXPECT_EQ(show(last().bits), show(with_parity("A36FC6", "110")));
        EXPECT_EQ(last().end, last().start + 512 + port::bit_ticks(rate) * 28);
        EXPECT_EQ(answer.rx_end, last().end);
        EXPECT_EQ(world->now(), last().end + 1172);
        driver->off_and_on();
    }
}

TEST_F(Rates, RatesThatTheAtsDoesNotHaveAreRefused) {
    auto profile = dep4();
    for (const auto& [ta, pps] : {std::pair{"F7", "D01104"},
                                  {"00", "D01105"},
                                  {"77", "D01110"},
                                  {"73", "D0110F"},
                                  {"37", "D0110F"}}) {
        SCOPED_TRACE(testing::Message() << ta << " " << pps);
        world.reset();
        profile.ats = hex(std::string{"0675"} + ta + "810280");
        open(profile);
        activate();
        EXPECT_EQ(text(driver->with_crc(pps)), "-");
        EXPECT_EQ(text(driver->raw("02EC72")), "02EC72");
    }
}

TEST_F(Rates, PpsAfterABlockIsTooLate) {
    activate();
    EXPECT_EQ(text(driver->raw("B267C7")), "A36FC6");
    EXPECT_EQ(text(driver->raw("D01105FFF1")), "-");
    EXPECT_EQ(text(driver->raw("B267C7")), "A36FC6");
}

TEST_F(Rates, DeselectIsAnsweredAtTheRateAndEndsIt) {
    switch_to(BitRate::Fc32, BitRate::Fc32);
    EXPECT_EQ(text(at(BitRate::Fc32, BitRate::Fc32, "C2E0B4", false)), "C2E0B4");
    EXPECT_EQ(last().rate, BitRate::Fc32);
    EXPECT_EQ(text(driver->short_frame(0x26)), "-");
    EXPECT_EQ(text(driver->short_frame(0x52)), "0400");
    EXPECT_EQ(last().rate, BitRate::Fc128);
}

TEST_F(Rates, FieldLossEndsTheRates) {
    switch_to(BitRate::Fc16, BitRate::Fc16);
    driver->off_and_on();
    EXPECT_EQ(text(driver->short_frame(0x26)), "0400");
}

TEST_F(Rates, FramesOfAnotherRateAreSilenceAndTheRateStays) {
    for (const auto own : All) {
        switch_to(own, own);
        for (const auto other : All) {
            if (other == own) continue;
            SCOPED_TRACE(testing::Message() << static_cast<int>(own) << static_cast<int>(other));
            EXPECT_TRUE(at(other, own, "B267C7", false).silent);
            EXPECT_EQ(text(at(own, own, "B267C7", false)), "A36FC6");
        }
        driver->off_and_on();
    }
}

TEST_F(Rates, AnswerAtAnotherRateThanListenedForIsAnError) {
    switch_to(BitRate::Fc64, BitRate::Fc64);
    const auto answer = at(BitRate::Fc64, BitRate::Fc32, "B267C7", false);
    EXPECT_FALSE(answer.silent);
    EXPECT_TRUE(answer.errors.any());
    EXPECT_EQ(text(at(BitRate::Fc64, BitRate::Fc64, "B267C7", false)), "A36FC6");
}

TEST_F(Rates, BrokenParityInsideABlockIsSilence) {
    switch_to(BitRate::Fc64, BitRate::Fc64);
    EXPECT_TRUE(at(BitRate::Fc64, BitRate::Fc64, "B267C6", false).silent);
    EXPECT_EQ(text(at(BitRate::Fc64, BitRate::Fc64, "B267C7", false)), "A36FC6");
}

/// Plays what a test gives it.
struct Scripted : port::ScriptedCard {
    std::optional<Reply> answer(const port::AirFrame& frame) override {
        auto out = reply;
        out.start += frame.end;
        return out;
    }
    Reply reply{};
};

class ReaderRates : public testing::Test {
protected:
    void SetUp() override {
        world->place(0, card);
        driver.on();
    }
    port::Answer listen(BitRate rate) {
        port::Request request;
        request.data = hex("B267C7");
        request.tx_rate = rate;
        request.rx_rate = rate;
        request.rx_crc = true;
        return driver.send(request);
    }

    std::unique_ptr<port::World> world = field::make_tlm_world({});
    Scripted card{};
    Driver driver{*world};
};

TEST_F(ReaderRates, AnswerMayBeginAtAnyTick) {
    for (const auto rate : {BitRate::Fc64, BitRate::Fc32, BitRate::Fc16}) {
        for (Tick delay = 1116; delay < 1116 + 40; ++delay) {
            card.reply = {with_parity("A36FC6", "110"), delay, port::Technology::A, rate};
            const auto answer = listen(rate);
            EXPECT_EQ(text(answer), "A3");
            EXPECT_EQ(answer.rx_start - answer.tx_end, delay);
            EXPECT_FALSE(answer.errors.any());
        }
    }
}

TEST_F(ReaderRates, OddParityOfTheLastByteIsAnError) {
    card.reply = {with_parity("A36FC6", "111"), 1300, port::Technology::A, BitRate::Fc64};
    EXPECT_TRUE(listen(BitRate::Fc64).errors.parity);
    card.reply.bits = with_parity("A36FC6", "010");
    EXPECT_TRUE(listen(BitRate::Fc64).errors.parity);
    card.reply.rate = BitRate::Fc128;
    card.reply.bits = with_parity("A36FC6", "110");
    EXPECT_TRUE(listen(BitRate::Fc128).errors.parity);
}

TEST_F(ReaderRates, RequestsThatTheRatesForbidAreRefused) {
    port::Request request;
    request.data = {0x26};
    request.last_bits = 7;
    request.tx_rate = BitRate::Fc64;
    EXPECT_THROW(driver.send(request), std::invalid_argument);
    request.last_bits = 0;
    request.rx_rate = BitRate::Fc64;
    request.rx_align = 1;
    EXPECT_THROW(driver.send(request), std::invalid_argument);
}

TEST(AirOfRates, PauseLengthsHaveLimits) {
    port::AirProfile air;
    air.fast_pause_ticks = {16, 8, 5};
    EXPECT_NO_THROW(field::make_tlm_world(air));
    air.fast_pause_ticks = {15, 8, 5};
    EXPECT_THROW(field::make_tlm_world(air), std::invalid_argument);
    air.fast_pause_ticks = {16, 11, 5};
    EXPECT_THROW(field::make_tlm_world(air), std::invalid_argument);
    air.fast_pause_ticks = {16, 8, 6};
    EXPECT_THROW(field::make_tlm_world(air), std::invalid_argument);
}

}  // namespace
}  // namespace model_test
