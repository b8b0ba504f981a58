#include "bpsk_receiver.hpp"

#include <Vrtl_rf_bpsk_decoder.h>
#include <gtest/gtest.h>
#include <verilated.h>

#include "verilated/coverage.hpp"

namespace rf_test {

BpskReceiver::BpskReceiver(bool type_b, unsigned rate)
    : context_{std::make_unique<VerilatedContext>()},
      top_{std::make_unique<Vrtl_rf_bpsk_decoder>(context_.get())} {
    context_->fatalOnError(false);
    top_->clk_i = 0;
    top_->rst_ni = 1;
    top_->level_i = 0;
    top_->listen_i = 1;
    top_->type_b_i = type_b;
    top_->rate_i = static_cast<unsigned char>(rate);
    top_->eval();
    top_->rst_ni = 0;
    top_->eval();
    top_->rst_ni = 1;
    top_->eval();
}

BpskReceiver::~BpskReceiver() {
    top_->final();
    tb::save_coverage(*context_);
    EXPECT_EQ(context_->errorCount(), 0) << "an assertion of the RTL failed";
}

bool BpskReceiver::settled() const { return top_->settled_o != 0; }

// As Receivers::step.
void BpskReceiver::take(const Levels& levels) {
    for (const auto level : levels) {
        top_->level_i = level;
        top_->clk_i = 1;
        top_->eval();
        ++tick;
        if (top_->sof_o != 0) {
            frames.push_back({});
            frames.back().sof = tick;
        }
        if (top_->bit_valid_o != 0 && !frames.empty()) frames.back().bits.push_back(top_->bit_o);
        if (top_->eof_o != 0 && !frames.empty()) {
            frames.back().eof = tick;
            frames.back().error = top_->error_o != 0;
        }
        if (top_->lost_o != 0 && !frames.empty()) frames.back().lost = true;
        top_->clk_i = 0;
        top_->eval();
    }
}

}  // namespace rf_test
