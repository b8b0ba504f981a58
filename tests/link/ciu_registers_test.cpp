// Expected values: host-links sheet 1.5 and 1.8.
#include "link/ciu_registers.hpp"

#include <gtest/gtest.h>

namespace hostlink {
namespace {

TEST(CiuRegisters, PowerUpValuesAreThoseOfTheSheet) {
    CiuRegisters ciu;
    EXPECT_EQ(ciu.read(ciu::TxMode), 0x80);
    EXPECT_EQ(ciu.read(ciu::RxMode), 0x80);
    EXPECT_EQ(ciu.read(ciu::TxAuto), 0x40);
    EXPECT_EQ(ciu.read(ciu::Control), 0x10);
    EXPECT_EQ(ciu.read(0x6316), 0x00);
}

TEST(CiuRegisters, WrittenValuesAreReadBack) {
    CiuRegisters ciu;
    for (const auto value : {std::uint8_t{0xAA}, std::uint8_t{0x55}}) {
        ciu.write(ciu::TxMode, value);
        EXPECT_EQ(ciu.read(ciu::TxMode), value);
    }
}

TEST(CiuRegisters, RegistersShapeTheRawFrame) {
    CiuRegisters ciu;
    EXPECT_TRUE(ciu.request().tx_crc);
    EXPECT_TRUE(ciu.request().rx_crc);
    ciu.write(ciu::TxMode, 0x00);
    ciu.write(ciu::RxMode, 0x00);
    ciu.write(ciu::BitFraming, 0x47);
    ciu.write(ciu::ManualReceive, 0x10);
    const port::Request request = ciu.request();
    EXPECT_FALSE(request.tx_crc);
    EXPECT_FALSE(request.rx_crc);
    EXPECT_EQ(request.last_bits, 7U);
    EXPECT_EQ(request.rx_align, 4U);
    EXPECT_EQ(request.parity, port::Parity::AsData);
    EXPECT_EQ(ciu.technology(), port::Technology::A);
    ciu.write(ciu::RxMode, 0x03);
    EXPECT_EQ(ciu.technology(), std::nullopt);
}

TEST(CiuRegisters, ReceivedBitsLeaveTheRestOfControlAlone) {
    CiuRegisters ciu;
    port::Answer answer;
    answer.silent = false;
    answer.last_bits = 4;
    ciu.received(answer);
    EXPECT_EQ(ciu.read(ciu::Control), 0x14);
}

TEST(CiuRegisters, ClearingTheCipherBitStopsTheCipherOnce) {
    CiuRegisters ciu;
    ciu.set_crypto1(true);
    EXPECT_EQ(ciu.read(ciu::Status2), 0x08);
    EXPECT_EQ(ciu.write(ciu::Status2, 0x00), CiuRegisters::Effect::StopCrypto1);
    EXPECT_EQ(ciu.write(ciu::Status2, 0x00), CiuRegisters::Effect::None);
}

TEST(CiuRegisters, SendingStartsOnlyAsATransceiveCommand) {
    CiuRegisters ciu;
    EXPECT_EQ(ciu.write(ciu::BitFraming, 0x87), CiuRegisters::Effect::None);
    ciu.write(ciu::Command, 0x0C);
    ciu.write(ciu::FifoData, 0x11);
    ciu.write(ciu::FifoLevel, 0x80);
    ciu.write(ciu::FifoData, 0x26);
    EXPECT_EQ(ciu.write(ciu::BitFraming, 0x87), CiuRegisters::Effect::Send);
    EXPECT_EQ(ciu.read(ciu::BitFraming), 0x07);
    EXPECT_EQ(ciu.take_fifo(), base::Bytes{0x26});
}

/// What libnfc prints: the sheet's formula.
unsigned printed(CiuRegisters& ciu, unsigned prescaler, bool last_parity) {
    const unsigned high = ciu.read(ciu::TimerCountHigh);
    const unsigned low = ciu.read(ciu::TimerCountLow);
    const unsigned counter = high << 8U | low;
    return (0xFFFF - counter) * (2 * prescaler + 1) + 1 - 640 + (last_parity ? 64 : 0) + 48;
}

struct Timed {
    base::Tick frame_delay;
    bool last_bit;
    unsigned expected;
};

class TimedMode : public testing::TestWithParam<Timed> {};

TEST_P(TimedMode, TimerShowsTheFrameDelay) {
    for (const base::Tick pause : {20, 34, 60}) {
        CiuRegisters ciu;
        ciu.write(ciu::TimerMode, 0x80);
        ciu.write(ciu::TimerReloadHigh, 0xFF);
        ciu.write(ciu::TimerReloadLow, 0xFF);
        constexpr base::Tick Start = 1'000'000;
        constexpr base::Tick Bits = 18;
        port::Answer answer;
        answer.silent = false;
        answer.data = {0x04, 0x00};
        // The last pause begins with the end of communication after a 0, at half a bit of a 1.
        answer.tx_end = Start + 128 * (Bits + 1) + pause + 1 - (GetParam().last_bit ? 64 : 0);
        answer.rx_start = answer.tx_end + GetParam().frame_delay;
        ciu.timed(answer, Start);
        EXPECT_EQ(printed(ciu, 0, GetParam().last_bit), GetParam().expected) << "pause " << pause;
        EXPECT_EQ(ciu.read(ciu::FifoLevel), 2);
        EXPECT_EQ(ciu.read(ciu::FifoData), 0x04);
        EXPECT_EQ(ciu.read(ciu::FifoLevel), 1);
        EXPECT_EQ(ciu.read(ciu::FifoData), 0x00);
        EXPECT_EQ(ciu.read(ciu::FifoLevel), 0);
    }
}

INSTANTIATE_TEST_SUITE_P(HostLinks15, TimedMode,
                         testing::Values(Timed{1172, false, 1221}, Timed{1236, true, 1285}),
                         [](const auto& tested) { return std::to_string(tested.param.expected); });

TEST(CiuRegisters, TimerSaturatesAndSilenceLeavesTheFifoEmpty) {
    CiuRegisters ciu;
    ciu.write(ciu::TimerReloadHigh, 0xFF);
    ciu.write(ciu::TimerReloadLow, 0xFF);
    port::Answer answer;
    ciu.timed(answer, 0);
    EXPECT_EQ(ciu.read(ciu::FifoLevel), 0);
    EXPECT_EQ(ciu.read(ciu::TimerCountHigh), 0);
    answer.silent = false;
    answer.tx_end = 3000;
    answer.rx_start = 3000 + 70'000;
    ciu.timed(answer, 0);
    EXPECT_EQ(ciu.read(ciu::TimerCountHigh), 0);
    EXPECT_EQ(ciu.read(ciu::TimerCountLow), 0);
}

}  // namespace
}  // namespace hostlink
