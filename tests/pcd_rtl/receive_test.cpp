// What the reader makes of a card's frame. Expected values: iso14443.md 1.4, 3 and 6,
// reader_port.hpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <string>

#include "driver/pcd_registers.hpp"
#include "fixture.hpp"

namespace {

using base::Bits;
using base::Bytes;
using base::Tick;
using bench::Frame;
using bench::Reply;
using bench::Symbol;
using bench::Symbols;

constexpr port::Errors NoErrors{};

TEST_P(Frame, ReadsAtqa) {
    const auto answer = answer_to(reqa_, bench::air_bits("04 00"));
    EXPECT_FALSE(answer.silent);
    EXPECT_EQ(answer.data, (Bytes{0x04, 0x00}));
    EXPECT_EQ(answer.collisions, (Bytes{0x00, 0x00}));
    EXPECT_EQ(answer.last_bits, 0U);
    EXPECT_EQ(answer.errors, NoErrors);
}

TEST_P(Frame, SilenceLeavesNothingOfTheLastAnswer) {
    EXPECT_EQ(answer_to(reqa_, bench::air_bits("04! 00")).errors, port::Errors{.parity = true});
    EXPECT_EQ(bench_.read(driver::reg::RxBits), 18U << 16U | 16U);
    bench_.card({});
    starts_of(reqa_);
    EXPECT_EQ(bench_.read(driver::reg::RxBits), 0U);
    constexpr std::uint32_t Errors = 0x3F0;  // bits 4 to 9 of Status
    EXPECT_EQ(bench_.read(driver::reg::Status) & Errors, 0U);
}

TEST_P(Frame, FRAME_A_18_ReaderReportsParityErrorWithAllBytes) {
    const auto answer = answer_to(anticollision_, bench::air_bits("10 E2! F0 A1 A3"));
    EXPECT_EQ(answer.data, (Bytes{0x10, 0xE2, 0xF0, 0xA1, 0xA3}));
    EXPECT_EQ(answer.errors, port::Errors{.parity = true});
    EXPECT_EQ(bench_.sent().size(), 1U);
}

TEST_P(Frame, FRAME_A_19_ReaderReadsFourBits) {
    const auto answer = answer_to({.data = {0x30, 0x00}, .tx_crc = true}, bench::plain_bits(5, 4));
    EXPECT_EQ(answer.data, Bytes{0x05});
    EXPECT_EQ(answer.last_bits, 4U);
    EXPECT_EQ(answer.errors, NoErrors);
    EXPECT_EQ(answer_to({.data = {0x30}, .rx_crc = true}, bench::plain_bits(5, 4)).errors,
              port::Errors{.crc = true});
}

TEST_P(Frame, FRAME_A_20_ReaderReportsOverflow) {
    Bytes long_frame(300);
    for (std::size_t i = 0; i < long_frame.size(); ++i)
        long_frame[i] = static_cast<std::uint8_t>(i + 1 + i / 256 * 85);
    auto answer = answer_to({.data = {0x30}, .parity = port::Parity::AsData},
                            bench::air_bits(Bytes(260, 0x5A), std::string(260, '1')));
    EXPECT_EQ(answer.errors, port::Errors{.overflow = true});
    EXPECT_EQ(answer.data.size(), 256U);

    const Bytes first_256(long_frame.begin(), long_frame.begin() + 256);
    Bits bits;
    for (const auto byte : long_frame) {
        const auto part = bench::air_bits(Bytes{byte}, std::popcount(byte) % 2 == 0 ? "1" : "0");
        bits.insert(bits.end(), part.begin(), part.end());
    }
    for (const std::size_t size : {300U, 257U}) {
        bits.resize(size * 9);
        answer = answer_to({.data = {0x30}, .rx_crc = true}, bits);
        EXPECT_EQ(answer.errors, port::Errors{.overflow = true});
        EXPECT_EQ(answer.data, first_256);
        EXPECT_EQ(answer.last_bits, 0U);
    }

    bits.resize(256 * 9);
    answer = answer_to({.data = {0x30}}, bits);
    EXPECT_EQ(answer.errors, NoErrors);
    EXPECT_EQ(answer.data, first_256);
    EXPECT_EQ(answer_to(reqa_, bench::air_bits("04 00")).data, (Bytes{0x04, 0x00}));
}

TEST_P(Frame, FRAME_A_21_ReaderReadsWeakAndStrongLoadModulation) {
    // At the edge of what is heard the start may be a few ticks off.
    for (const unsigned load : {6U, 460U}) {
        bench_.load(load);
        const auto answer = answer_to(reqa_, bench::symbols(bench::air_bits("04 00")), 1236, 2);
        EXPECT_EQ(answer.data, (Bytes{0x04, 0x00})) << load;
        EXPECT_EQ(answer.errors, NoErrors) << load;
    }
}

TEST_P(Frame, FRAME_A_22_ReaderIsNotMisledByStraySubcarrier) {
    bench_.card([&](const bench::SentFrame& frame) {
        bench_.stray(frame.end + 936, frame.end + 968);
        return Reply{.symbols = bench::symbols(bench::air_bits("10 E2 F0 A1 A3")),
                     .start = frame.end + 1236};
    });
    const auto answer = driver_.exchange({.data = {0x93, 0x20}, .start = 6000});
    EXPECT_EQ(answer.data, (Bytes{0x10, 0xE2, 0xF0, 0xA1, 0xA3}));
    EXPECT_EQ(answer.errors, NoErrors);
    EXPECT_EQ(answer.rx_start, answer.tx_end + 1236);
}

TEST_P(Frame, MarksCollisions) {
    auto reply = bench::symbols(bench::air_bits("10 E2 F0! A1 A3!"));
    reply[9 + 2] = Symbol::Both;  // bit 2 of E2, a zero
    const auto answer = answer_to(anticollision_, reply);
    EXPECT_EQ(answer.data, (Bytes{0x10, 0xE6, 0xF0, 0xA1, 0xA3}));
    EXPECT_EQ(answer.collisions, (Bytes{0x00, 0x04, 0x00, 0x00, 0x00}));
    EXPECT_EQ(answer.errors, port::Errors{.collision = true});
}

TEST_P(Frame, JudgesParityBeforeACollisionOnly) {
    auto reply = bench::symbols(bench::air_bits("10! E2 F0"));
    reply[9 + 8] = Symbol::Both;  // the parity bit of E2
    const auto answer = answer_to(anticollision_, reply);
    EXPECT_EQ(answer.data, (Bytes{0x10, 0xE2, 0xF0}));
    EXPECT_EQ(answer.collisions, Bytes(3));
    EXPECT_EQ(answer.errors, (port::Errors{.parity = true, .collision = true}));
}

TEST_P(Frame, ReadsParityAsData) {
    const auto answer = answer_to({.data = {0x93, 0x20}, .parity = port::Parity::AsData},
                                  bench::air_bits("F7 BB 1F 4D"));
    // host-links.md 1.8: 36 bits, five bytes, four bits in the last.
    EXPECT_EQ(answer.last_bits, 4U);
    ASSERT_EQ(answer.data.size(), 5U);
    const auto bits = bench::air_bits("F7 BB 1F 4D");
    for (std::size_t i = 0; i < bits.size(); ++i) {
        EXPECT_EQ(answer.data[i / 8] >> (i % 8) & 1, bits[i]) << i;
    }
    EXPECT_EQ(answer.errors, NoErrors);
}

// iso14443.md 3: after 93 25 and five bits of UID 32 10 AB CD the card sends the rest, 100 and a
// parity bit that does not count, then whole bytes.
TEST_P(Frame, AlignsTheRestOfASplitByte) {
    for (const unsigned parity : {0U, 1U}) {
        Bits reply{1, 0, 0, static_cast<std::uint8_t>(parity)};
        const auto rest = bench::air_bits("10 AB");
        reply.insert(reply.end(), rest.begin(), rest.end());
        const auto answer =
            answer_to({.data = {0x93, 0x25, 0x12}, .last_bits = 5, .rx_align = 5}, reply);
        EXPECT_EQ(answer.data, (Bytes{0x20, 0x10, 0xAB}));
        EXPECT_EQ(answer.last_bits, 0U);
        EXPECT_EQ(answer.errors, NoErrors);
    }
    const auto answer = answer_to({.data = {0x93}, .rx_align = 3}, Bits{1, 1});
    EXPECT_EQ(answer.data, Bytes{0x18});
    EXPECT_EQ(answer.last_bits, 5U);
}

TEST_P(Frame, JudgesAndTakesOffCrc) {
    const port::Request select{.data = {0x93, 0x70}, .tx_crc = true, .rx_crc = true};
    auto answer = answer_to(select, bench::air_bits("08 B6 DD"));
    EXPECT_EQ(answer.data, Bytes{0x08});
    EXPECT_EQ(answer.collisions, Bytes{0x00});
    EXPECT_EQ(answer.errors, NoErrors);
    answer = answer_to(select, bench::air_bits("08 B6 DC"));
    EXPECT_EQ(answer.data, (Bytes{0x08, 0xB6, 0xDC}));
    EXPECT_EQ(answer.errors, port::Errors{.crc = true});
    EXPECT_EQ(answer_to(select, bench::air_bits("63 63")).errors, port::Errors{.crc = true});
    auto longer = bench::air_bits("08 B6 DD");
    longer.push_back(0);
    EXPECT_EQ(answer_to(select, longer).errors, port::Errors{.crc = true});
}

TEST_P(Frame, MissesTheParityOfAWholeLastByte) {
    auto reply = bench::air_bits("04 00");
    reply.pop_back();
    const auto answer = answer_to(reqa_, reply);
    EXPECT_EQ(answer.data, (Bytes{0x04, 0x00}));
    EXPECT_EQ(answer.errors, port::Errors{.parity = true});
}

TEST_P(Frame, HearsFrom300TicksToTheTimeOutExactly) {
    port::Request request = reqa_;
    request.timeout = 5000;
    const auto atqa = bench::air_bits("04 00");
    for (const Tick delay : {Tick{300}, Tick{301}, Tick{4999}, Tick{5000}}) {
        EXPECT_EQ(answer_to(request, atqa, delay).data, (Bytes{0x04, 0x00})) << delay;
    }
    const auto late = answer_to(request, atqa, 5001);
    EXPECT_TRUE(late.silent);
    EXPECT_EQ(late.rx_start, 0U);
    EXPECT_EQ(late.rx_end, late.tx_end + 5000);
    EXPECT_TRUE(late.data.empty());
    EXPECT_EQ(late.errors, NoErrors);
    EXPECT_EQ(driver_.now(), late.rx_end + 512);
}

// Half of FRAME-A-23: the card's half of the frames, at both ends of the offset.
TEST_P(Frame, FollowsACardWhoseClockIsOff) {
    for (const double ppm : {-200.0, 200.0}) {
        bench_.card_ppm(ppm);
        std::string frame;
        for (int i = 0; i < 64; ++i) frame += i % 3 == 0 ? "55 " : i % 3 == 1 ? "00 " : "FF ";
        bench_.card([&](const bench::SentFrame& sent) {
            return Reply{.symbols = bench::symbols(bench::air_bits(frame)),
                         .start = sent.end + 1236};
        });
        const auto answer =
            driver_.exchange({.data = {0x30}, .start = std::max<Tick>(driver_.now(), 6000)});
        ASSERT_EQ(answer.data.size(), 64U) << ppm;
        for (std::size_t i = 0; i < 64; ++i) {
            EXPECT_EQ(answer.data[i], i % 3 == 0 ? 0x55 : i % 3 == 1 ? 0x00 : 0xFF) << ppm;
        }
        EXPECT_EQ(answer.errors, NoErrors) << ppm;
    }
}

// reader_port.hpp: data as it stands, so the low bits of data[0] are zeros that CRC_A takes.
TEST_P(Frame, JudgesCrcOfAlignedData) {
    const port::Request request{.data = {0x93}, .rx_crc = true, .rx_align = 3};
    Bits reply{1, 1, 1, 1, 1, 0};  // F8 without its three low bits, and a parity bit
    const auto crc = bench::air_bits("39 2A");
    reply.insert(reply.end(), crc.begin(), crc.end());
    const auto answer = answer_to(request, reply);
    EXPECT_EQ(answer.data, Bytes{0xF8});
    EXPECT_EQ(answer.errors, NoErrors);
}

// A card without a field cannot finish its frame.
TEST_P(Frame, TakesAnAnswerCutByTheFieldForSilence) {
    driver_.wait_until(6000);
    bench_.write(driver::reg::FieldAt, 10'000);
    bench_.write(driver::reg::Control, 0);
    auto request = reqa_;
    request.timeout = 1500;
    const auto answer = answer_to(request, bench::air_bits("04 00"));
    EXPECT_EQ(bench_.field_changes().back(), 10'000U);
    EXPECT_GT(bench_.sent().back().end + 1236 + 128 * 19, 10'000U);
    EXPECT_LT(bench_.sent().back().end + 1236 + 128 * 3, 10'000U);
    EXPECT_TRUE(answer.silent);
    EXPECT_EQ(answer.rx_end, answer.tx_end + 1500);
}

// HLTA: modulation within 1 ms is a NAK (iso14443.md 4.3).
TEST_P(Frame, TellsModulationAt13000FromAt14000) {
    port::Request hlta{.data = {0x50, 0x00}, .tx_crc = true};
    hlta.timeout = 13560;
    EXPECT_FALSE(answer_to(hlta, bench::plain_bits(0, 4), 13000).silent);
    EXPECT_TRUE(answer_to(hlta, bench::plain_bits(0, 4), 14000).silent);
}

}  // namespace
