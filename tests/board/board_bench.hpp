/// \file board_bench.hpp
/// A card on a board, from its RTL or from its netlist: field at the comparator's pin, host at the
/// SPI's.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>

#include "air_bench.hpp"
#include "base/bytes.hpp"
#include "verilated.h"

namespace board {

/// `Dut`: Verilated board_classic or board_card.
template <class Dut>
class BoardBench final : public picc_rtl::AirBench {
public:
    BoardBench()
        : AirBench{SyncTicks},
          context_{std::make_unique<VerilatedContext>()},
          dut_{std::make_unique<Dut>(context_.get())} {
        context_->fatalOnError(false);
        dut_->cs_ni = 1;
        dut_->reset_ni = 1;
        dut_->eval();
        dut_->reset_ni = 0;
        dut_->eval();
        dut_->reset_ni = 1;
        run(8);
    }
    ~BoardBench() override { EXPECT_EQ(context_->errorCount(), 0) << "assertions of the RTL"; }

    [[nodiscard]] bool powered() const override { return dut_->powered_o != 0; }

    /// Begins one SPI transaction, which goes on in the ticks that follow.
    void begin(const base::Bytes& mosi) {
        for (const std::uint8_t byte : mosi)
            for (unsigned bit = 8; bit-- > 0;) out_.push_back((byte >> bit & 1U) != 0);
        in_.clear();
        gap_ = GapTicks;
    }
    /// Lets it end; what came on MISO.
    base::Bytes end() {
        while (!out_.empty() || gap_ != 0) run(1);
        base::Bytes bytes;
        for (std::size_t n = 0; n + 8 <= in_.size(); n += 8) {
            unsigned byte = 0;
            for (std::size_t bit = 0; bit < 8; ++bit) byte = byte << 1U | (in_[n + bit] ? 1U : 0U);
            bytes.push_back(static_cast<std::uint8_t>(byte));
        }
        return bytes;
    }
    /// Words of one byte, as the table in bus_spi.sv has them.
    void write(std::uint8_t address, const base::Bytes& bytes) {
        begin(write_of(address, bytes));
        end();
    }
    base::Bytes read(std::uint8_t address, std::size_t count) {
        begin(read_of(address, count));
        return read_end();
    }
    [[nodiscard]] static base::Bytes write_of(std::uint8_t address, const base::Bytes& bytes) {
        base::Bytes mosi{static_cast<std::uint8_t>(0x80U | address >> 2U)};
        mosi.insert(mosi.end(), bytes.begin(), bytes.end());
        return mosi;
    }
    [[nodiscard]] static base::Bytes read_of(std::uint8_t address, std::size_t count) {
        base::Bytes mosi(2 + count, 0);
        mosi[0] = static_cast<std::uint8_t>(address >> 2U);
        mosi[1] = static_cast<std::uint8_t>(count);
        return mosi;
    }
    base::Bytes read_end() {
        base::Bytes miso = end();
        miso.erase(miso.begin(), miso.begin() + 2);
        return miso;
    }

private:
    static constexpr picc_rtl::Tick SyncTicks = 2;   // of the comparator's synchroniser
    static constexpr unsigned ComparatorLevel = 64;  // a third of the carrier
    static constexpr unsigned GapTicks = 8;          // CS high, and around its edges
    static constexpr unsigned HalfTicks = 2;         // half an SCK period: its shortest

    void tick(std::uint8_t level) override {
        spi();
        dut_->comparator_i = level >= ComparatorLevel;
        dut_->clk_i = 1;
        dut_->eval();
        dut_->clk_i = 0;
        dut_->eval();
    }
    [[nodiscard]] bool loads() const override { return dut_->load_o != 0; }

    void spi() {
        if (gap_ != 0) {
            --gap_;
            // Half of the gap lies before CS falls, or behind its rise.
            dut_->cs_ni = out_.empty() ? gap_ < GapTicks / 2 : gap_ >= GapTicks / 2;
            phase_ = 0;
            return;
        }
        if (out_.empty()) return;
        dut_->mosi_i = out_.front();
        dut_->sck_i = phase_ >= HalfTicks;
        if (phase_ == HalfTicks - 1) in_.push_back(dut_->miso_o != 0);
        if (++phase_ == 2 * HalfTicks) {
            phase_ = 0;
            out_.pop_front();
            if (out_.empty()) gap_ = GapTicks;
        }
    }

    std::unique_ptr<VerilatedContext> context_;
    std::unique_ptr<Dut> dut_;
    std::deque<bool> out_{};
    std::vector<bool> in_{};
    unsigned phase_ = 0;
    unsigned gap_ = 0;
};

}  // namespace board
