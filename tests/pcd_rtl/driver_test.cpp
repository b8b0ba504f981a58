// The driver and the registers: bad requests, random exchanges against the text of reader_port.hpp,
// turn-around, and what the register map promises.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <string>

#include "bench.hpp"
#include "driver/pcd_driver.hpp"
#include "driver/pcd_registers.hpp"

namespace {

using base::Bits;
using base::Bytes;
using base::Tick;
using bench::Bench;
using bench::Symbol;
using bench::Symbols;
namespace reg = driver::reg;

void append(Bits& bits, unsigned value, unsigned count) {
    for (unsigned i = 0; i < count; ++i) bits.push_back(value >> i & 1U);
}

// ISO/IEC 14443-3, Annex B: preset 6363, polynomial 8408, low byte first.
Bytes crc_a(base::ByteView data) {
    unsigned crc = 0x6363;
    for (const auto byte : data) {
        for (unsigned i = 0; i < 8; ++i) {
            const bool one = ((crc ^ byte >> i) & 1U) != 0;
            crc = crc >> 1 ^ (one ? 0x8408U : 0U);
        }
    }
    return {static_cast<std::uint8_t>(crc), static_cast<std::uint8_t>(crc >> 8)};
}

Bits sent_bits(const port::Request& request) {
    auto data = request.data;
    if (request.tx_crc) {
        const auto crc = crc_a(data);
        data.insert(data.end(), crc.begin(), crc.end());
    }
    Bits bits;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const bool last = i + 1 == data.size();
        const unsigned count = last && request.last_bits != 0 ? request.last_bits : 8;
        append(bits, data[i], count);
        if (request.parity == port::Parity::Automatic && count == 8) {
            bits.push_back(std::popcount(data[i]) % 2 == 0);
        }
    }
    return bits;
}

/// What reader_port.hpp says about an answer of these symbols; times are left alone.
port::Answer expected_answer(const port::Request& request, const Symbols& symbols) {
    port::Answer answer;
    answer.silent = false;
    unsigned place = request.rx_align;
    bool whole_first = request.rx_align == 0;
    bool parity_due = false;
    for (const auto symbol : symbols) {
        const bool collided = symbol == Symbol::Both;
        const bool one = symbol != Symbol::E;
        answer.errors.collision |= collided;
        if (parity_due) {
            const bool odd = std::popcount(unsigned{answer.data.back()}) % 2 != 0;
            if (whole_first && !answer.errors.collision && odd == one) answer.errors.parity = true;
            parity_due = false;
            whole_first = true;
            continue;
        }
        if (answer.data.empty() || place == 8) {
            if (place == 8) place = 0;
            answer.data.push_back(0);
            answer.collisions.push_back(0);
        }
        answer.data.back() =
            static_cast<std::uint8_t>(answer.data.back() | (one ? 1U << place : 0U));
        answer.collisions.back() =
            static_cast<std::uint8_t>(answer.collisions.back() | (collided ? 1U << place : 0U));
        ++place;
        parity_due = place == 8 && request.parity == port::Parity::Automatic;
    }
    if (parity_due && whole_first && !answer.errors.collision) answer.errors.parity = true;
    answer.last_bits = answer.data.empty() ? 0 : place % 8;
    if (request.rx_crc && !answer.errors.collision) {
        const base::ByteView all{answer.data};
        answer.errors.crc = all.size() < 3 || answer.last_bits != 0 ||
                            !std::ranges::equal(crc_a(all.first(all.size() - 2)), all.last(2));
        if (!answer.errors.crc) {
            answer.data.resize(answer.data.size() - 2);
            answer.collisions.resize(answer.data.size());
        }
    }
    return answer;
}

class Dice {
public:
    explicit Dice(std::uint32_t seed) : engine_{seed} {}
    unsigned below(unsigned limit) { return static_cast<unsigned>(engine_()) % limit; }
    bool one_in(unsigned n) { return below(n) == 0; }
    Bytes bytes(std::size_t size) {
        Bytes result(size);
        for (auto& byte : result) byte = static_cast<std::uint8_t>(below(256));
        return result;
    }

private:
    std::mt19937 engine_;
};

port::Request random_request(Dice& dice) {
    port::Request request;
    request.data = dice.bytes(1 + dice.below(dice.one_in(40) ? 256 : 12));
    if (dice.one_in(3)) request.parity = port::Parity::AsData;
    if (dice.one_in(2)) {
        request.tx_crc = true;
    } else {
        request.last_bits = dice.below(8);
    }
    request.rx_crc = dice.one_in(2);
    if (dice.one_in(3)) request.rx_align = dice.below(8);
    request.timeout = 2500 + dice.below(3000);
    return request;
}

Symbols random_reply(Dice& dice) {
    if (dice.one_in(4)) {
        Bits bits;
        for (unsigned n = dice.below(40); n > 0; --n) bits.push_back(dice.below(2) != 0);
        return bench::symbols(bits);
    }
    port::Request card{.data = dice.bytes(1 + dice.below(18)), .tx_crc = !dice.one_in(4)};
    auto reply = bench::symbols(sent_bits(card));
    if (dice.one_in(4)) reply[dice.below(static_cast<unsigned>(reply.size()))] = Symbol::D;
    if (dice.one_in(4)) reply[dice.below(static_cast<unsigned>(reply.size()))] = Symbol::Both;
    if (dice.one_in(6)) reply.resize(dice.below(static_cast<unsigned>(reply.size())));
    return reply;
}

TEST(PcdDriver, RandomExchangesAreWhatThePortPromises) {
    const std::uint32_t seed = 14443;
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Dice dice{seed};
    Bench bench;
    driver::PcdDriver pcd{bench, {20 + dice.below(41), 18, 9, 4}};
    pcd.field(true, 1000);
    pcd.wait_until(6000);
    for (int n = 0; n < 1500; ++n) {
        SCOPED_TRACE(testing::Message() << "exchange " << n);
        auto request = random_request(dice);
        const bool silent = dice.one_in(6);
        const auto reply = random_reply(dice);
        const Tick delay = 300 + dice.below(2200);
        bench.card([&](const bench::SentFrame& frame) -> std::optional<bench::Reply> {
            if (silent) return {};
            return bench::Reply{.symbols = reply, .start = frame.end + delay};
        });
        request.start = pcd.now() + (dice.one_in(2) ? 0 : dice.below(3000));
        const auto answer = pcd.exchange(request);

        const auto& sent = bench.sent().back();
        ASSERT_EQ(sent.starts.front(), request.start);
        ASSERT_EQ(sent.bits, sent_bits(request));
        port::Answer expected;
        if (!silent) expected = expected_answer(request, reply);
        expected.tx_end = sent.end;
        expected.rx_start = silent ? 0 : sent.end + delay;
        expected.rx_end =
            silent ? sent.end + request.timeout : expected.rx_start + 128 * (1 + reply.size());
        ASSERT_EQ(answer.tx_end, expected.tx_end);
        ASSERT_EQ(answer.rx_start, expected.rx_start);
        ASSERT_EQ(answer.rx_end, expected.rx_end);
        ASSERT_EQ(answer.data, expected.data);
        ASSERT_EQ(answer.errors, expected.errors);
        ASSERT_EQ(answer, expected);
        ASSERT_EQ(pcd.now(), expected.rx_end + (silent ? 512U : 1172U));
    }
    EXPECT_EQ(bench.check_failures(), 0);
}

// TIME-10 at the antenna: frames follow as soon as they may, the largest ones included.
TEST(PcdDriver, LongFramesFollowAtTheShortestGap) {
    Bench bench;
    driver::PcdDriver pcd{bench};
    pcd.field(true, 1000);
    pcd.wait_until(6000);
    Bytes data(256);
    for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(3 * i);
    const auto bits = sent_bits({.data = data});
    for (int n = 0; n < 4; ++n) {
        bench.card([&](const bench::SentFrame& frame) -> std::optional<bench::Reply> {
            if (n == 2) return {};
            return bench::Reply{.symbols = bench::symbols(bits), .start = frame.end + 1236};
        });
        const auto start = pcd.now();
        const auto answer = pcd.exchange({.data = data, .start = start, .timeout = 1300});
        EXPECT_EQ(bench.sent().back().starts.front(), start);
        EXPECT_EQ(bench.sent().back().bits, bits);
        EXPECT_EQ(answer.silent, n == 2);
        EXPECT_EQ(answer.data, n == 2 ? Bytes{} : data);
    }
}

TEST(PcdDriver, RefusesBadRequestsBeforeAnythingIsSent) {
    Bench bench;
    driver::PcdDriver pcd{bench};
    pcd.field(true, 1000);
    const port::Request good{.data = {0x26}, .last_bits = 7, .start = 9000, .timeout = 600};
    const auto refused = [&](auto change, const std::string& field) {
        auto request = good;
        change(request);
        try {
            pcd.exchange(request);
            ADD_FAILURE() << field << " accepted";
        } catch (const std::invalid_argument& error) {
            EXPECT_EQ(std::string{error.what()}.substr(0, field.size()), field);
        }
    };
    refused([](auto& r) { r.data.clear(); }, "data");
    refused([](auto& r) { r.data.resize(257); }, "data");
    refused([](auto& r) { r.last_bits = 8; }, "last_bits");
    refused([](auto& r) { r.tx_crc = true; }, "tx_crc");
    refused([](auto& r) { r.rx_align = 8; }, "rx_align");
    refused([](auto& r) { r.start = 1511; }, "start");
    refused([](auto& r) { r.timeout = 1U << 30; }, "timeout");
    EXPECT_THROW(pcd.authenticate({.command = 0x30, .start = 9000}), std::invalid_argument);
    EXPECT_THROW(pcd.authenticate({.start = 1511}), std::invalid_argument);
    EXPECT_THROW(pcd.field(true, 1511), std::invalid_argument);
    EXPECT_THROW((driver::PcdDriver{bench, {19, 18, 9, 4}}), std::invalid_argument);
    EXPECT_THROW((driver::PcdDriver{bench, {61, 18, 9, 4}}), std::invalid_argument);
    EXPECT_TRUE(bench.sent().empty());
    pcd.exchange(good);
    EXPECT_EQ(bench.sent().size(), 1U);
}

class PcdRegisters : public testing::Test {
protected:
    void TearDown() override { EXPECT_EQ(bench_.check_failures(), 0); }
    Bench bench_;
};

TEST_F(PcdRegisters, ReadBackWhatIsWritten) {
    const std::pair<std::uint8_t, std::uint32_t> registers[] = {
        {reg::FieldAt, 0xFFFFFFFF}, {reg::Config, 0x001F773F}, {reg::Timeout, 0xFFFFFFFF},
        {reg::StartAt, 0xFFFFFFFF}, {reg::TxBits, 0xFFF},      {reg::IrqEnable, 1},
        {reg::Uid, 0xFFFFFFFF},     {reg::Nr, 0xFFFFFFFF},     {reg::Auth, 0xFFFF},
        {reg::Framing, 0x0003FF03}};
    for (const auto& [address, bits] : registers) {
        for (const std::uint32_t value : {0xFFFFFFFFU, 0x5A5A5A5AU, 0xA5A5A5A5U, 0U}) {
            bench_.write(address, value);
            // A register keeps it for an odd number of ticks as well.
            for (int ticks = 0; ticks < 2; ++ticks) {
                EXPECT_EQ(bench_.read(address), value & bits) << unsigned{address};
                EXPECT_FALSE(bench_.bus_error());
                bench_.tick();
            }
        }
    }
}

TEST_F(PcdRegisters, KeepTheKeyToThemselves) {
    bench_.write(reg::KeyLow, 0xFFFFFFFF);
    bench_.write(reg::KeyHigh, 0xFFFFFFFF);
    for (unsigned address = 0; address < 0x58; address += 4) {
        if (address == reg::Tick || address == reg::Config || address == reg::Timeout) continue;
        EXPECT_EQ(bench_.read(static_cast<std::uint8_t>(address)) & 0xFFFF'0000U, 0U) << address;
    }
}

TEST_F(PcdRegisters, OtherAddressesAreErrors) {
    for (const unsigned address : {0x60U, 0x64U, 0x80U, 0xFCU, 0x01U, 0x3AU}) {
        (void)bench_.read(static_cast<std::uint8_t>(address));
        EXPECT_TRUE(bench_.bus_error()) << address;
        bench_.write(static_cast<std::uint8_t>(address), 0);
        EXPECT_TRUE(bench_.bus_error()) << address;
    }
}

TEST_F(PcdRegisters, TickIsTheTickOfItsAccess) {
    const auto before = bench_.now();
    EXPECT_EQ(bench_.read(reg::Tick), before + 1);
}

TEST_F(PcdRegisters, AStartIsKeptFromFourTicksOn) {
    bench_.write(reg::IrqEnable, reg::IrqEnableDone);
    bench_.write(reg::Timeout, 1000);
    bench_.write(reg::TxBits, 8);
    for (const unsigned ahead : {3U, 4U, 5U}) {
        const auto command =
            bench_.now() + 3;  // an access takes two ticks and counts in the second
        bench_.write(reg::StartAt, static_cast<std::uint32_t>(command + ahead));
        bench_.write(reg::Command, reg::CommandTransceive);
        EXPECT_TRUE(bench_.wait_irq(bench_.now() + 10'000)) << ahead;
        EXPECT_EQ((bench_.read(reg::Status) & reg::StatusLate) != 0, ahead < 4) << ahead;
        bench_.write(reg::IrqStatus, reg::IrqStatusDone);
    }
}

TEST_F(PcdRegisters, AStartThatIsPastIsLate) {
    bench_.write(reg::IrqEnable, reg::IrqEnableDone);
    bench_.write(reg::TxBits, 8);
    bench_.write(reg::StartAt, 5);
    bench_.write(reg::Command, reg::CommandTransceive);
    EXPECT_TRUE(bench_.wait_irq(bench_.now() + 10));
    EXPECT_EQ(bench_.read(reg::Status) & (reg::StatusLate | reg::StatusBusy), reg::StatusLate);
    bench_.write(reg::IrqStatus, reg::IrqStatusDone);
    EXPECT_FALSE(bench_.wait_irq(bench_.now() + 10));
}

TEST_F(PcdRegisters, NothingInterruptsUnlessEnabled) {
    bench_.write(reg::StartAt, 5);
    bench_.write(reg::Command, reg::CommandTransceive);
    EXPECT_FALSE(bench_.wait_irq(bench_.now() + 10));
    EXPECT_EQ(bench_.read(reg::IrqStatus), reg::IrqStatusDone);
    bench_.write(reg::IrqEnable, reg::IrqEnableDone);
    EXPECT_TRUE(bench_.wait_irq(bench_.now() + 3));
}

TEST_F(PcdRegisters, AFieldTickThatIsPastIsNow) {
    bench_.wait_irq(500);
    bench_.write(reg::FieldAt, 100);
    bench_.write(reg::Control, reg::ControlField);
    const auto written = bench_.now();
    bench_.wait_irq(written + 10);
    ASSERT_EQ(bench_.field_changes().size(), 1U);
    EXPECT_LE(bench_.field_changes().back(), written + 2);
    EXPECT_EQ(bench_.read(reg::Control), reg::ControlField | reg::ControlCarrier);
}

TEST_F(PcdRegisters, AbortEndsAFrameAtOnce) {
    driver::PcdDriver pcd{bench_};
    pcd.field(true, 600);
    pcd.wait_until(3000);
    bench_.write(reg::TxBits, 80);
    const auto start = bench_.now() + 20;
    bench_.write(reg::StartAt, static_cast<std::uint32_t>(start));
    bench_.write(reg::Command, reg::CommandTransceive);
    EXPECT_FALSE(bench_.wait_irq(start + 5));
    EXPECT_EQ(bench_.read(reg::Status) & reg::StatusBusy, reg::StatusBusy);
    bench_.write(reg::Command, reg::CommandAbort);
    EXPECT_TRUE(bench_.wait_irq(bench_.now() + 3));
    bench_.write(reg::IrqStatus, reg::IrqStatusDone);
    EXPECT_EQ(bench_.read(reg::Status) & (reg::StatusBusy | reg::StatusSilent), reg::StatusSilent);
    bench_.wait_irq(bench_.now() + 2000);
    EXPECT_EQ(bench_.sent().back().starts.size(), 1U);
    EXPECT_TRUE(bench_.quiet());
    const auto answer = pcd.exchange({.data = {0x26}, .last_bits = 7, .start = bench_.now() + 600});
    EXPECT_EQ(bench_.sent().back().bits, bench::plain_bits(0x26, 7));
    EXPECT_TRUE(answer.silent);
}

// Stamps have 32 bits; the driver makes 64 of them.
TEST_F(PcdRegisters, TicksGoOnPast32Bits) {
    bench_.skip_to(0xFFFF'F000U);
    driver::PcdDriver pcd{bench_};
    bench_.card([](const bench::SentFrame& frame) {
        return bench::Reply{.symbols = bench::symbols(bench::air_bits("04 00")),
                            .start = frame.end + 1236};
    });
    pcd.field(true, 0xFFFF'F800U);
    for (const Tick start : {Tick{0xFFFF'FFF0U}, Tick{0x1'0000'4000U}}) {
        const auto answer = pcd.exchange({.data = {0x26}, .last_bits = 7, .start = start});
        EXPECT_EQ(bench_.sent().back().starts.front(), start);
        EXPECT_EQ(answer.tx_end, bench_.sent().back().end);
        EXPECT_EQ(answer.rx_start, answer.tx_end + 1236);
        EXPECT_EQ(answer.data, (Bytes{0x04, 0x00}));
    }
}

// quiet_o is what lets a simulation skip time: nothing may happen while it is high.
TEST_F(PcdRegisters, QuietMeansNothingHappens) {
    driver::PcdDriver pcd{bench_};
    pcd.field(true, 1000);
    pcd.wait_until(6000);
    EXPECT_TRUE(bench_.quiet());
    Tick loud = 0;
    bench_.each_tick([&] { loud += bench_.quiet() ? 0U : 1U; });
    const auto answer = pcd.exchange(
        {.data = {0x26}, .last_bits = 7, .start = bench_.now() + 20'000, .timeout = 5000});
    // Only the frame, the accesses and the first ticks of listening: the waits are quiet.
    EXPECT_TRUE(answer.silent);
    EXPECT_LT(loud, 2000U);
    EXPECT_GT(loud, 1000U);
    EXPECT_TRUE(bench_.quiet());
}

}  // namespace
