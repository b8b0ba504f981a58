// Words of the sniffer's log to frames, without RTL. Words as docs/rooms.md, top_sniffer, has them.
#include "trace/sniffer_log.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "session.hpp"
#include "trace/octets.hpp"

namespace {

enum Kind : unsigned { Start, Bits, End, Drop, Burst, Quiet, Time, Lost };
constexpr unsigned PcdA = 0;
constexpr std::uint32_t PauseEnd = 19;  // nfc_pkg::PauseEndLatency and the hold, at fc/128
constexpr unsigned PcdB = 4;
constexpr unsigned PiccA = 8;
constexpr unsigned PiccA424 = 10;

std::uint64_t word(unsigned kind, unsigned channel, unsigned count, std::uint32_t data) {
    return std::uint64_t{kind} << 41U | std::uint64_t{channel} << 37U |
           std::uint64_t{count} << 32U | data;
}

void tell(trace::SnifferLog& log, unsigned channel, std::uint32_t start, std::uint32_t end,
          const base::Bits& bits, unsigned flags = 0) {
    log.word(word(Start, channel, 0, start));
    for (std::size_t at = 0; at < bits.size(); at += 16) {
        std::uint32_t data = 0;
        const std::size_t count = std::min<std::size_t>(16, bits.size() - at);
        for (std::size_t i = 0; i < count; ++i)
            data |= static_cast<std::uint32_t>(bits[at + i]) << i;
        log.word(word(Bits, channel, static_cast<unsigned>(count), data));
    }
    log.word(word(End, channel, flags, end));
}

std::vector<std::string> shown(const trace::SnifferLog& log) {
    std::vector<std::string> list;
    for (const trace::Event& event : log.events()) {
        const auto* frame = std::get_if<port::AirFrame>(&event);
        list.push_back(frame != nullptr ? base::to_hex(trace::octets_of(*frame).data) : "foreign");
    }
    return list;
}

using Shown = std::vector<std::string>;

TEST(SnifferLog, FrameAndItsAnswerAreTold) {
    trace::SnifferLog log;
    tell(log, PcdA, 1001, 2000 + PauseEnd, trace_test::air_bits("26/7"));
    tell(log, PiccA, 3404 + 262, 0, trace_test::air_bits("04 00"));
    const auto events = log.events();
    ASSERT_EQ(events.size(), 2U);
    const auto& request = std::get<port::AirFrame>(events[0]);
    EXPECT_EQ(request.start, 1000U);
    EXPECT_EQ(request.end, 2000U);
    const auto& answer = std::get<port::AirFrame>(events[1]);
    EXPECT_EQ(answer.source, port::AirFrame::Source::Picc);
    EXPECT_EQ(answer.start, 3404U);
    EXPECT_EQ(answer.end, 3404U + 128 * 19);
}

TEST(SnifferLog, ShortAnswerNeedsARequest) {
    trace::SnifferLog log;
    tell(log, PiccA, 3535, 0, trace_test::air_bits("04 00"));
    EXPECT_EQ(shown(log), Shown{});
    trace::SnifferLog late;
    tell(late, PcdA, 1001, 2001, trace_test::air_bits("26/7"));
    tell(late, PiccA, 200'000, 0, trace_test::air_bits("04 00"));
    EXPECT_EQ(shown(late), Shown{"26"});
}

TEST(SnifferLog, FrameWithItsCrcNeedsNone) {
    trace::SnifferLog log;
    tell(log, PiccA, 3535, 0, trace_test::air_bits("08 B6 DD"));
    EXPECT_EQ(shown(log), Shown{"08B6DD"});
}

TEST(SnifferLog, StrongerClaimWinsOverOneAtTheSameTime) {
    trace::SnifferLog log;
    tell(log, PiccA, 3000, 0, trace_test::air_bits("12 34 56 78 9A BC DE F0 12"));
    tell(log, PcdA, 2500, 8000, trace_test::air_bits("50 00 57 CD"));
    EXPECT_EQ(shown(log), Shown{"500057CD"});
}

TEST(SnifferLog, CardAboveFc128NeedsEvenLastParity) {
    trace::SnifferLog log;
    tell(log, PcdA, 1001, 2001, trace_test::air_bits("26/7"));
    tell(log, PiccA424, 4000, 0, trace_test::air_bits("12 34"));
    EXPECT_EQ(shown(log), Shown{"26"});
    tell(log, PiccA424, 4000, 0, trace_test::air_bits("12 34!"));
    EXPECT_EQ(shown(log), (Shown{"26", "1234"}));
}

TEST(SnifferLog, TypeBNeedsItsCrc) {
    base::Bits reqb;
    for (const unsigned byte : {0x05U, 0x00U, 0x00U, 0x71U, 0xFFU})
        for (unsigned i = 0; i < 8; ++i) reqb.push_back(static_cast<std::uint8_t>(byte >> i & 1U));
    trace::SnifferLog log;
    tell(log, PcdB + 1, 1000, 5000, reqb);
    EXPECT_EQ(shown(log), Shown{"05000071FF"});
    // 2 * (48 >> 1), 4 and 1.
    EXPECT_EQ(std::get<port::AirFrame>(log.events()[0]).start, 1000U - 53U);
    reqb[3] ^= 1U;
    trace::SnifferLog wrong;
    tell(wrong, PcdB + 1, 1000, 5000, reqb);
    EXPECT_EQ(shown(wrong), Shown{});
}

TEST(SnifferLog, BrokenAndDroppedFramesAreNone) {
    trace::SnifferLog log;
    tell(log, PcdA, 1000, 5000, trace_test::air_bits("50 00 57 CD"), 1);
    log.word(word(Start, PcdA, 0, 9000));
    log.word(word(Bits, PcdA, 7, 0x26));
    log.word(word(Drop, PcdA, 0, 0));
    EXPECT_EQ(shown(log), Shown{});
}

TEST(SnifferLog, ModulationWithoutAFrameIsForeign) {
    trace::SnifferLog log;
    tell(log, PcdA, 1000, 5000, trace_test::air_bits("50 00 57 CD"));
    log.word(word(Burst, 0, 0, 1000));  // the frame's own
    log.word(word(Quiet, 0, 1 | 3 << 1, 5000));
    log.word(word(Burst, 0, 0, 20'001));
    log.word(word(Quiet, 0, 1 | 4 << 1, 40'001));
    log.word(word(Burst, 0, 0, 60'001));  // too few lows
    log.word(word(Quiet, 0, 0 | 4 << 1, 80'001));
    const auto events = log.events();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(std::get<trace::Foreign>(events[1]),
              (trace::Foreign{trace::Foreign::Kind::Iso15693, 20'000, 40'000}));
}

TEST(SnifferLog, TimeGoesOnWhenTicksComeRound) {
    trace::SnifferLog log;
    log.word(word(Start, PcdA, 0, 0xFFFFFF01));
    log.word(word(Bits, PcdA, 7, 0x26));
    log.word(word(Time, 0, 0, 0));
    log.word(word(End, PcdA, 0, 0x00000400 + PauseEnd));
    tell(log, PcdA, 0x00010001, 0x00010401, trace_test::air_bits("52/7"));
    const auto events = log.events();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(std::get<port::AirFrame>(events[0]).start, 0xFFFFFF00U);
    EXPECT_EQ(std::get<port::AirFrame>(events[0]).end, 0x100000400U);
    EXPECT_EQ(std::get<port::AirFrame>(events[1]).start, 0x100010000U);
}

TEST(SnifferLog, LostWordsEndWhatIsUnderWay) {
    trace::SnifferLog log;
    log.word(word(Start, PcdA, 0, 1000));
    log.word(word(Lost, 0, 0, 0));
    log.word(word(Bits, PcdA, 7, 0x26));
    log.word(word(End, PcdA, 0, 2000));
    EXPECT_EQ(shown(log), Shown{});
    EXPECT_TRUE(log.lost());
}

}  // namespace
