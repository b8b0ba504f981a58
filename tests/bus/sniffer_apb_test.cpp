// The sniffer's log as a processor reads it: top_sniffer_apb with its receivers of type A at
// fc/128.
#include <Vsniffer_apb.h>
#include <gtest/gtest.h>
#include <verilated.h>

#include <optional>
#include <vector>

#include "driver/sniffer_registers.hpp"
#include "verilated/coverage.hpp"

namespace {

namespace reg = driver::sniffer_reg;

// Of nfc_pkg::log_kind_e.
constexpr unsigned LogStart = 0;
constexpr unsigned LogBits = 1;
constexpr unsigned LogEnd = 2;
constexpr unsigned LogLost = 7;

struct Word {
    unsigned kind = 0;
    unsigned count = 0;
    std::uint32_t data = 0;
};

class SnifferApb : public testing::Test {
protected:
    void SetUp() override {
        context_.fatalOnError(false);
        top_.clk_i = 0;
        top_.level_i = Carrier;
        top_.rst_ni = 1;
        top_.eval();
        top_.rst_ni = 0;
        top_.eval();
        top_.rst_ni = 1;
        pass(5000);
    }
    void TearDown() override {
        top_.final();
        EXPECT_EQ(context_.errorCount(), 0);
        tb::save_coverage(context_);
    }

    void pass(unsigned ticks) {
        for (; ticks > 0; --ticks) {
            top_.clk_i = 1;
            top_.eval();
            top_.clk_i = 0;
            top_.eval();
            ++tick_;
        }
    }

    /// Both phases; what is read, unless the access fails.
    std::optional<std::uint32_t> access(unsigned address, std::optional<std::uint32_t> write) {
        top_.psel_i = 1;
        top_.paddr_i = static_cast<std::uint8_t>(address);
        top_.pwrite_i = write.has_value();
        top_.pwdata_i = write.value_or(0);
        pass(1);
        top_.penable_i = 1;
        top_.eval();
        EXPECT_EQ(top_.pready_o, 1);
        const bool failed = top_.pslverr_o != 0;
        const std::uint32_t value = top_.prdata_o;
        pass(1);
        top_.psel_i = 0;
        top_.penable_i = 0;
        top_.eval();
        if (failed) return {};
        return value;
    }
    std::uint32_t read(unsigned address) { return access(address, {}).value(); }
    void write(unsigned address, std::uint32_t value) {
        EXPECT_TRUE(access(address, value).has_value());
    }

    /// Pauses of 34 ticks at `starts`, then silence. The tick of the first one.
    std::uint64_t pauses(const std::vector<unsigned>& starts) {
        const std::uint64_t begin = tick_;
        for (const unsigned start : starts) {
            pass(static_cast<unsigned>(begin + start - tick_));
            top_.level_i = 0;
            pass(34);
            top_.level_i = Carrier;
        }
        pass(600);
        return begin;
    }
    std::uint64_t reqa() { return pauses({0, 128, 320, 448, 640, 832, 1024}); }

    std::vector<Word> words() {
        std::vector<Word> all;
        for (;;) {
            const auto head = read(reg::Head);
            if ((head & reg::HeadValid) == 0) return all;
            EXPECT_EQ(head & reg::HeadPicc, 0U);
            EXPECT_EQ(head & reg::HeadTypeB, 0U);
            EXPECT_EQ(head >> reg::HeadRateShift & reg::HeadRateMask, 0U);
            const auto data = read(reg::Data);
            all.push_back({head >> reg::HeadKindShift & reg::HeadKindMask,
                           head >> reg::HeadCountShift & reg::HeadCountMask, data});
        }
    }

    static constexpr unsigned Carrier = 3000;
    VerilatedContext context_{};
    Vsniffer_apb top_{&context_};
    std::uint64_t tick_ = 0;  ///< since reset
};

// REQA: iso14443.md, 1.2.
TEST_F(SnifferApb, AFrameIsReadWordByWord) {
    write(reg::Control, reg::ControlRun);
    const auto begin = reqa();
    const auto heard = words();
    ASSERT_EQ(heard.size(), 3U);
    EXPECT_EQ(heard[0].kind, LogStart);
    EXPECT_NEAR(heard[0].data, static_cast<double>(begin), 4);
    EXPECT_EQ(heard[1].kind, LogBits);
    EXPECT_EQ(heard[1].count, 7U);
    EXPECT_EQ(heard[1].data, 0x26U);
    EXPECT_EQ(heard[2].kind, LogEnd);
    constexpr double EndLatency = 3 + 16;  // docs/rooms.md, top_sniffer
    EXPECT_NEAR(heard[2].data, static_cast<double>(begin) + 1024 + 34 + EndLatency, 4);
}

TEST_F(SnifferApb, TellsByItsInterruptThatAWordWaits) {
    write(reg::Control, reg::ControlRun);
    reqa();
    EXPECT_EQ(top_.irq_o, 0);
    write(reg::IrqEnable, reg::IrqEnableWord);
    EXPECT_EQ(top_.irq_o, 1);
    EXPECT_EQ(words().size(), 3U);
    EXPECT_EQ(top_.irq_o, 0);
}

TEST_F(SnifferApb, KeepsNothingUnlessItRuns) {
    reqa();
    EXPECT_EQ(read(reg::Head), 0U);
    EXPECT_EQ(read(reg::Data), 0U);
    write(reg::Control, reg::ControlRun);
    EXPECT_TRUE(words().empty());
    reqa();
    EXPECT_EQ(words().size(), 3U);
}

// Seven frames of three words are more than the FIFO of 16 holds.
TEST_F(SnifferApb, SaysThatWordsWereLost) {
    write(reg::Control, reg::ControlRun);
    for (int i = 0; i < 7; ++i) {
        reqa();
        pass(600);
    }
    bool lost = false;
    for (const Word& word : words()) lost = lost || word.kind == LogLost;
    EXPECT_TRUE(lost);
    reqa();
    const auto heard = words();
    ASSERT_EQ(heard.size(), 3U);
    EXPECT_EQ(heard[1].data, 0x26U);
}

TEST_F(SnifferApb, OtherAddressesAreErrors) {
    EXPECT_FALSE(access(0x10, {}).has_value());
    EXPECT_FALSE(access(0xFC, 1).has_value());
    write(reg::Control, reg::ControlRun);
    EXPECT_EQ(read(reg::Control), reg::ControlRun);
    write(reg::IrqEnable, ~0U);
    EXPECT_EQ(read(reg::IrqEnable), reg::IrqEnableWord);
    write(reg::IrqEnable, 0);
    EXPECT_EQ(read(reg::IrqEnable), 0U);
}

}  // namespace
