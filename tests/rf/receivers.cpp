#include "receivers.hpp"

#include <gtest/gtest.h>
#include <verilated.h>

#include "Vrtl_rf_receivers.h"
#include "verilated/coverage.hpp"

namespace rf_test {

Receivers::Receivers()
    : context_{std::make_unique<VerilatedContext>()},
      top_{std::make_unique<Vrtl_rf_receivers>(context_.get())} {
    context_->fatalOnError(false);
    top_->clk_i = 0;
    top_->rst_ni = 1;
    top_->card_level_i = 0;
    top_->reader_level_i = 0;
    top_->enable_i = 1;
    top_->rate_i = 0;
    top_->listen_i = 1;
    top_->eval();
    top_->rst_ni = 0;  // the falling edge resets
    top_->eval();
    top_->rst_ni = 1;
    top_->eval();
}

Receivers::~Receivers() {
    top_->final();
    EXPECT_EQ(context_->errorCount(), 0) << "an assertion of the RTL failed";
    tb::save_coverage(*context_);
}

void Receivers::enable(bool on) { top_->enable_i = on ? 1 : 0; }
void Receivers::listen(bool on) { top_->listen_i = on ? 1 : 0; }
void Receivers::rate(unsigned rate) { top_->rate_i = static_cast<std::uint8_t>(rate); }
bool Receivers::powered() const { return top_->powered_o != 0; }

void Receivers::card_tick(std::uint16_t level) {
    top_->card_level_i = static_cast<std::uint8_t>(level);
    step();
}

void Receivers::reader_tick(std::uint16_t level) {
    top_->reader_level_i = level;
    step();
}

void Receivers::card(const Levels& levels) {
    for (const std::uint16_t level : levels) {
        card_tick(level);
    }
}

void Receivers::reader(const Levels& levels) {
    for (const std::uint16_t level : levels) {
        reader_tick(level);
    }
}

// The level given is that of tick `tick`: it is there before the edge that begins tick + 1, and
// what the registers hold after that edge belongs to tick + 1.
void Receivers::step() {
    top_->clk_i = 1;
    top_->eval();
    ++tick;
    if (top_->pause_start_o != 0) {
        pause_starts.push_back(tick);
    }
    if (top_->pause_end_o != 0) {
        pause_ends.push_back(tick);
    }
    if (top_->card_sof_o != 0) {
        card_frames.push_back({});
        card_frames.back().sof = tick;
    }
    if (top_->card_bit_valid_o != 0) {
        card_frames.back().bits.push_back(top_->card_bit_o);
    }
    if (top_->card_eof_o != 0) {
        card_frames.back().eof = tick;
        card_frames.back().error = top_->card_error_o != 0;
        card_frames.back().last_is_x = top_->last_is_x_o != 0;
    }
    if (top_->reader_sof_o != 0) {
        reader_frames.push_back({});
        reader_frames.back().sof = tick;
    }
    if (top_->reader_bit_valid_o != 0) {
        reader_frames.back().bits.push_back(top_->reader_bit_o);
        reader_frames.back().collisions.push_back(top_->collision_o);
    }
    if (top_->reader_eof_o != 0) {
        reader_frames.back().eof = tick;
        reader_frames.back().error = top_->reader_error_o != 0;
    }
    step_b();
    top_->clk_i = 0;
    top_->eval();
}

void Receivers::step_b() {
    if (top_->b_begin_o != 0) b_begin_ = tick;
    if (top_->b_rise_o != 0) b_rise_ = tick;
    if (top_->b_sof_o != 0) {
        b_frames.push_back({});
        b_frames.back().begin = b_begin_;
        b_frames.back().sof = tick;
    }
    if (top_->b_valid_o != 0) b_frames.back().bytes.push_back(top_->b_byte_o);
    if (top_->b_eof_o != 0) {
        b_frames.back().eof = tick;
        b_frames.back().rise = b_rise_;
        b_frames.back().error = top_->b_error_o != 0;
    }
}

}  // namespace rf_test
