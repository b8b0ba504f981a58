// The design of docs/integrate.md in the field of a reader.
#include <gtest/gtest.h>
#include <verilated.h>

#include <memory>

#include "Vown_card.h"
#include "mifare_reader.hpp"

namespace {

using picc_rtl::hex;
using picc_rtl::with_crc;

class OwnCardBench final : public picc_rtl::AirBench {
public:
    OwnCardBench() : AirBench{SyncTicks} {
        context_->fatalOnError(false);
        dut_->rst_ni = 1;
        dut_->eval();
        dut_->rst_ni = 0;
        run(4);
        dut_->rst_ni = 1;
    }
    ~OwnCardBench() override { EXPECT_EQ(context_->errorCount(), 0) << "assertions of the RTL"; }

    void measure(std::uint16_t value) { dut_->sensor_i = value; }
    [[nodiscard]] bool powered() const override { return dut_->powered_o != 0; }

private:
    static constexpr picc_rtl::Tick SyncTicks = 2;

    void tick(std::uint8_t level) override {
        dut_->carrier_i = level >= 64;
        dut_->clk_i = 1;
        dut_->eval();
        dut_->clk_i = 0;
        dut_->eval();
    }
    [[nodiscard]] bool loads() const override { return dut_->load_o != 0; }

    std::unique_ptr<VerilatedContext> context_ = std::make_unique<VerilatedContext>();
    std::unique_ptr<Vown_card> dut_ = std::make_unique<Vown_card>(context_.get());
};

TEST(Integrate, AReaderReadsTheSensorOfOnesOwnDesign) {
    OwnCardBench bench;
    bench.measure(0x1234);
    bench.power_cycle(64);
    picc_rtl::MifareReader reader{bench};
    ASSERT_TRUE(reader.activate(hex("01020304")));
    ASSERT_TRUE(reader.authenticate(0x60, 4));
    EXPECT_EQ(reader.send({0x30, 0x04}).data, with_crc(hex("1234 0000000000000000000000000000")));
    bench.measure(0xBEEF);
    EXPECT_EQ(reader.send({0x30, 0x04}).data, with_crc(hex("BEEF 0000000000000000000000000000")));
    // Nothing is kept: WRITE ends with a NAK (docs/choices.md, programming fails).
    EXPECT_EQ(reader.send({0xA0, 0x04}).nibble, 0xAU);
    EXPECT_EQ(reader.send(hex("00112233445566778899AABBCCDDEEFF")).nibble, 0x4U);
}

}  // namespace
