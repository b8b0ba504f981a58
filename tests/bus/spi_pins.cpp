#include "spi_pins.hpp"

#include <gtest/gtest.h>

#include "verilated/coverage.hpp"

namespace bus_rtl {

namespace {

constexpr unsigned Tick = 16;
constexpr unsigned WriteBit = 0x80;

}  // namespace

SpiPins::SpiPins(unsigned half, std::uint32_t seed)
    : context_{std::make_unique<VerilatedContext>()},
      dut_{std::make_unique<Vspi_pair>(context_.get())},
      random_{seed},
      half_{half} {
    context_->fatalOnError(false);
    dut_->cs_ni = 3;
    dut_->rst_ni = 1;
    dut_->eval();
    dut_->rst_ni = 0;
    dut_->eval();
    dut_->rst_ni = 1;
    pass(10 * Tick);
}

SpiPins::~SpiPins() {
    EXPECT_EQ(context_->errorCount(), 0) << "assertions of the RTL";
    tb::save_coverage(*context_);
}

void SpiPins::pass(unsigned sixteenths) {
    phase_ += sixteenths;
    while (phase_ >= Tick) {
        phase_ -= Tick;
        dut_->clk_i = 1;
        dut_->eval();
        dut_->clk_i = 0;
        dut_->eval();
        if (watch) watch(*dut_);
    }
}

void SpiPins::run(unsigned ticks) { pass(Tick * ticks); }

base::Bytes SpiPins::transfer(unsigned target, const base::Bytes& mosi) {
    base::Bytes miso;
    pass(random_() % (4 * Tick));
    dut_->cs_ni = 3U & ~(1U << target);
    pass(4 * Tick);
    for (const std::uint8_t byte : mosi) {
        unsigned in = 0;
        for (unsigned bit = 8; bit-- > 0;) {
            dut_->mosi_i = byte >> bit & 1U;
            pass(half_);
            in = in << 1U | (dut_->miso_o >> target & 1U);
            dut_->sck_i = 1;
            pass(half_);
            dut_->sck_i = 0;
        }
        miso.push_back(static_cast<std::uint8_t>(in));
    }
    pass(half_);
    dut_->cs_ni = 3;
    pass(4 * Tick + random_() % Tick);
    return miso;
}

void SpiPins::write(unsigned target, std::uint8_t address, const base::Bytes& words) {
    base::Bytes mosi{static_cast<std::uint8_t>(WriteBit | address >> 2U)};
    mosi.insert(mosi.end(), words.begin(), words.end());
    transfer(target, mosi);
}

base::Bytes SpiPins::read(unsigned target, std::uint8_t address, unsigned words,
                          unsigned word_bytes) {
    base::Bytes mosi(2 + words * word_bytes, 0);
    mosi[0] = static_cast<std::uint8_t>(address >> 2U);
    mosi[1] = static_cast<std::uint8_t>(words);
    base::Bytes miso = transfer(target, mosi);
    miso.erase(miso.begin(), miso.begin() + 2);
    return miso;
}

void SpiPins::tell(unsigned event) {
    dut_->event_i = static_cast<std::uint8_t>(event);
    run(1);
    dut_->event_i = 0;
    run(1);
}

}  // namespace bus_rtl
