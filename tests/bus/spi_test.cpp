// bus_spi bit by bit over its pins; the protocol is the table at the top of rtl/bus/bus_spi.sv.
#include <gtest/gtest.h>

#include "driver/mailbox_registers.hpp"
#include "spi_pins.hpp"

namespace bus_rtl {
namespace {

namespace reg = driver::mailbox;
using base::Bytes;

constexpr unsigned Mailbox = 0;
constexpr unsigned Words = 1;
constexpr unsigned EventPiece = 2;  // place in nfc_pkg::block_event_t
constexpr unsigned EventDeselected = 8;
constexpr unsigned Quarter = 32;  // half a period of the fastest SCK, in 1/16 tick

class Spi : public testing::TestWithParam<unsigned> {
protected:
    SpiPins pins{GetParam(), GetParam()};
};
// Commensurable with the clock and not; the first one is the limit.
INSTANTIATE_TEST_SUITE_P(, Spi, testing::Values(Quarter, 33U, 41U, 64U, 187U));

TEST_P(Spi, RegistersReadAsWritten) {
    pins.write(Mailbox, reg::Limits, {0x85});
    pins.write(Mailbox, reg::AtsLength, {0x06});
    pins.write(Mailbox, reg::Config, {0x05});
    EXPECT_EQ(pins.read(Mailbox, reg::Limits, 1), Bytes{0x85});
    EXPECT_EQ(pins.read(Mailbox, reg::AtsLength, 1), Bytes{0x06});
    EXPECT_EQ(pins.read(Mailbox, reg::Config, 1), Bytes{0x05});
}

TEST_P(Spi, ABurstGoesToOneAddress) {
    std::vector<std::pair<unsigned, unsigned>> seen;
    pins.watch = [&seen](const Vspi_pair& dut) {
        if (dut.write_o != 0) seen.emplace_back(dut.place_o | dut.ats_o << 8U, dut.wdata_o);
    };
    pins.write(Mailbox, reg::Flush, {0});
    pins.write(Mailbox, reg::Ats, {0x75, 0x77, 0x81});
    EXPECT_EQ(seen, (std::vector<std::pair<unsigned, unsigned>>{
                        {0x101, 0x75}, {0x102, 0x77}, {0x103, 0x81}}));
}

TEST_P(Spi, ABurstReadsAsManyAsItsCountAndNoMore) {
    pins.dut().owned_i = 1;
    pins.tell(EventPiece);
    EXPECT_EQ(pins.transfer(Mailbox, {reg::Events >> 2U, 1, 0}), (Bytes{0x01, 0x00, 0x52}));
    pins.write(Mailbox, reg::Events, {0xFF});
    EXPECT_EQ(pins.read(Mailbox, reg::Data, 3), (Bytes{0xFF, 0xFE, 0xFD}));
    // The clock goes on behind the count: nothing is taken.
    EXPECT_EQ(pins.transfer(Mailbox, {reg::Data >> 2U, 2, 0, 0, 0, 0}),
              (Bytes{0, 0, 0xFC, 0xFB, 0, 0}));
    EXPECT_EQ(pins.dut().place_o, 5);
    const Bytes all = pins.read(Mailbox, reg::Data, 256);
    EXPECT_EQ(all.front(), 0xFA);
    EXPECT_EQ(all.back(), 0xFB);
    EXPECT_EQ(pins.dut().place_o, 5);
}

TEST_P(Spi, GoIsOnePulse) {
    unsigned pulses = 0;
    pins.watch = [&pulses](const Vspi_pair& dut) {
        if (dut.go_valid_o != 0) {
            ++pulses;
            EXPECT_EQ(dut.go_o, 1);  // {nad, more}
        }
    };
    pins.dut().owned_i = 1;
    pins.write(Mailbox, reg::Go, {reg::GoMore});
    EXPECT_EQ(pulses, 1U);
}

TEST_P(Spi, WhatWasNotReadYetCannotBeAnswered) {
    unsigned strobes = 0;
    pins.watch = [&strobes](const Vspi_pair& dut) { strobes += dut.go_valid_o + dut.write_o; };
    pins.dut().owned_i = 1;
    pins.tell(EventPiece);
    pins.write(Mailbox, reg::Data, {0x90});
    pins.write(Mailbox, reg::Go, {0});
    EXPECT_EQ(strobes, 0U);
    pins.write(Mailbox, reg::Events, {reg::EventsPiece});
    pins.write(Mailbox, reg::Go, {0});
    EXPECT_EQ(strobes, 1U);
    // Nor what is no longer asked.
    pins.dut().owned_i = 0;
    pins.write(Mailbox, reg::Data, {0x90});
    pins.write(Mailbox, reg::Go, {0});
    EXPECT_EQ(strobes, 1U);
}

TEST_P(Spi, FlushOutOfTurnMovesNothing) {
    pins.write(Mailbox, reg::Flush, {0});
    EXPECT_EQ(pins.dut().place_o, 1) << "the ATS is written before Enable";
    pins.write(Mailbox, reg::Config, {reg::ConfigEnable});
    pins.dut().owned_i = 1;
    pins.tell(EventPiece);
    pins.write(Mailbox, reg::Events, {reg::EventsPiece});
    (void)pins.read(Mailbox, reg::Data, 3);
    pins.dut().owned_i = 0;
    pins.write(Mailbox, reg::Flush, {0});
    EXPECT_EQ(pins.dut().place_o, 3);
    pins.dut().owned_i = 1;
    pins.write(Mailbox, reg::Flush, {0});
    EXPECT_EQ(pins.dut().place_o, 1);
}

TEST_P(Spi, AnEndedSessionTakesItsPiecesBack) {
    pins.tell(EventPiece);
    pins.tell(EventDeselected);
    EXPECT_EQ(pins.read(Mailbox, reg::Events, 1), Bytes{0x58});
    pins.write(Mailbox, reg::Events, {reg::EventsDeselected});
    EXPECT_EQ(pins.transfer(Mailbox, {reg::Events >> 2U, 1, 0}), (Bytes{0x00, 0x00, 0x50}));
}

TEST_P(Spi, WordsGoLowestByteFirstWhateverTheWaitStates) {
    for (const unsigned wait : {0U, 1U, 5U, 15U}) {
        pins.dut().wait_i = static_cast<std::uint8_t>(wait);
        const auto low = static_cast<std::uint8_t>(wait);
        pins.write(Words, 0x04, {low, 0x22, 0x33, 0x44});
        pins.write(Words, 0x0C, {0xDE, 0xC0, 0xAD, 0x0B});
        EXPECT_EQ(pins.dut().words_o[1], 0x44332200U | wait);
        EXPECT_EQ(pins.read(Words, 0x04, 1, 4), (Bytes{low, 0x22, 0x33, 0x44}));
        EXPECT_EQ(pins.read(Words, 0x0C, 2, 4),
                  (Bytes{0xDE, 0xC0, 0xAD, 0x0B, 0xDE, 0xC0, 0xAD, 0x0B}));
    }
}

TEST_P(Spi, PartsOfBytesAndWordsAreDropped) {
    pins.write(Words, 0x00, {1, 2, 3, 4, 5, 6});
    EXPECT_EQ(pins.dut().accesses_o, 1);
    EXPECT_EQ(pins.read(Words, 0x00, 1, 4), (Bytes{1, 2, 3, 4}));
    EXPECT_EQ(pins.dut().accesses_o, 2);
}

TEST_P(Spi, StatusTellsOnceOfAnAccessThatFailed) {
    EXPECT_EQ(pins.transfer(Words, {0x00}), Bytes{0x00});
    pins.run(16);
    pins.write(Words, 0x40, {1, 2, 3, 4});
    EXPECT_EQ(pins.dut().words_o[0], 0U);
    EXPECT_EQ(pins.transfer(Words, {0x80}), Bytes{0x02});
    EXPECT_EQ(pins.transfer(Words, {0x80}), Bytes{0x00});
}

}  // namespace
}  // namespace bus_rtl
