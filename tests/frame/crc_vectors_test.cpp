// CRC_A and CRC_B of the fact sheet iso14443.md, 3.1 (test plan, FRAME-A-17).
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "Vrtl_frame_crc.h"
#include "base/hex.hpp"
#include "frame/crc_a.hpp"

namespace {

/// The register of rtl/frame/frame_crc.sv, one bit a clock.
class CrcPins {
public:
    explicit CrcPins(bool type_b) {
        dut_->type_b_i = type_b;
        dut_->rst_ni = 1;
        dut_->eval();
        dut_->rst_ni = 0;
        clock();
        dut_->rst_ni = 1;
    }
    ~CrcPins() { dut_->final(); }
    CrcPins(const CrcPins&) = delete;
    CrcPins& operator=(const CrcPins&) = delete;

    [[nodiscard]] std::uint16_t crc_of(base::ByteView data) {
        dut_->init_i = 1;
        clock();
        dut_->init_i = 0;
        dut_->valid_i = 1;
        for (const std::uint8_t byte : data) {
            for (unsigned bit = 0; bit < 8; ++bit) {
                dut_->bit_i = (byte >> bit) & 1U;
                clock();
            }
        }
        dut_->valid_i = 0;
        return dut_->crc_o;
    }

private:
    void clock() {
        dut_->clk_i = 0;
        dut_->eval();
        dut_->clk_i = 1;
        dut_->eval();
    }
    std::unique_ptr<VerilatedContext> context_ = std::make_unique<VerilatedContext>();
    std::unique_ptr<Vrtl_frame_crc> dut_ = std::make_unique<Vrtl_frame_crc>(context_.get());
};

class Frame : public testing::TestWithParam<const char*> {
protected:
    [[nodiscard]] std::uint16_t crc_of(base::ByteView data) {
        if (std::string{GetParam()} == "tlm") return frame::crc_a(data);
        return CrcPins{false}.crc_of(data);
    }
};
INSTANTIATE_TEST_SUITE_P(, Frame, testing::Values("rtl", "tlm"),
                         [](const auto& suite) { return suite.param; });

TEST_P(Frame, FRAME_A_17_CrcAMatchesTheSheet) {
    struct Vector {
        const char *data, *crc;
    };
    for (const Vector& vector :
         {Vector{"", "63 63"}, Vector{"00", "FE 51"}, Vector{"00 00", "A0 1E"},
          Vector{"12 34", "26 CF"}, Vector{"AB CD", "1E 48"}, Vector{"50 00", "57 CD"},
          Vector{"31 32 33 34 35 36 37 38 39", "05 BF"}}) {
        SCOPED_TRACE(vector.data);
        base::Bytes data = base::from_hex(vector.data).value();
        const std::uint16_t crc = crc_of(data);
        const base::Bytes sent{static_cast<std::uint8_t>(crc),
                               static_cast<std::uint8_t>(crc >> 8U)};
        EXPECT_EQ(base::to_hex(sent, " "), vector.crc);
        data.insert(data.end(), sent.begin(), sent.end());
        EXPECT_EQ(crc_of(data), 0) << "over data and CRC";
    }
}

TEST(FrameCrc, CrcBMatchesTheSheet) {
    constexpr std::uint16_t Residue = 0xF0B8;
    struct Vector {
        const char *data, *crc;
    };
    for (const Vector& vector :
         {Vector{"", "00 00"}, Vector{"00", "78 F0"}, Vector{"00 00 00", "CC C6"},
          Vector{"0F AA FF", "FC D1"}, Vector{"0A 12 34 56", "2C F6"}, Vector{"AB CD", "F9 59"},
          Vector{"50 00", "B0 DC"}, Vector{"31 32 33 34 35 36 37 38 39", "6E 90"}}) {
        SCOPED_TRACE(vector.data);
        base::Bytes data = base::from_hex(vector.data).value();
        const unsigned crc = ~unsigned{CrcPins{true}.crc_of(data)};
        const base::Bytes sent{static_cast<std::uint8_t>(crc),
                               static_cast<std::uint8_t>(crc >> 8U)};
        EXPECT_EQ(base::to_hex(sent, " "), vector.crc);
        data.insert(data.end(), sent.begin(), sent.end());
        EXPECT_EQ(CrcPins{true}.crc_of(data), Residue) << "over data and CRC";
    }
}

}  // namespace
