// The reader's running sums over sixteen steps, against the sums as their header writes them down.
#include <Vrtl_rf_subcarrier_sums.h>
#include <gtest/gtest.h>
#include <verilated.h>

#include <algorithm>
#include <random>
#include <vector>

#include "verilated/coverage.hpp"

namespace {

constexpr unsigned StepBits = 13;
constexpr unsigned OutBits = StepBits + 1;
constexpr int Largest = (1 << (StepBits - 1)) - 1;
constexpr std::size_t Kept = 16;
constexpr unsigned Apart = 4;  // ticks from step to step
constexpr std::size_t RestSteps = 20;

int two_complement(unsigned value, unsigned bits) {
    const auto all = static_cast<int>(value);
    return value >> (bits - 1) != 0 ? all - (1 << bits) : all;
}

/// Every second step of the sixteen up to `last`, signs in turn; those before the first are 0. The
/// two lowest bits are left out.
int sum_of(const std::vector<int>& steps, std::size_t count) {
    int sum = 0;
    int sign = 1;
    for (std::size_t back = 0; back < Kept; back += 2, sign = -sign)
        if (count > back) sum += sign * steps[count - 1 - back];
    return sum >> 2;
}

class SubcarrierSums : public testing::Test {
protected:
    SubcarrierSums() {
        top.rst_ni = 1;
        top.eval();
        top.rst_ni = 0;
        top.eval();
        top.rst_ni = 1;
        top.listen_i = 1;
        top.eval();
    }
    ~SubcarrierSums() override {
        top.final();
        tb::save_coverage(context);
    }
    void tick() {
        top.clk_i = 1;
        top.eval();
        top.clk_i = 0;
        top.eval();
    }
    void forget() {
        top.listen_i = 0;
        tick();
        tick();
        top.listen_i = 1;
        steps.clear();
    }
    /// One step and what becomes of it two ticks later.
    void take(int step) {
        top.step_valid_i = 1;
        top.step_i = static_cast<unsigned short>(step) & ((1U << StepBits) - 1);
        if (steps.size() >= Kept) {
            EXPECT_EQ(two_complement(top.old_o, StepBits), steps[steps.size() - Kept]);
        }
        steps.push_back(step);
        tick();
        top.step_valid_i = 0;
        EXPECT_EQ(top.valid_o, 0);
        tick();
        EXPECT_EQ(top.valid_o, 1);
        EXPECT_EQ(two_complement(top.sum_o, OutBits), sum_of(steps, steps.size()));
        EXPECT_EQ(two_complement(top.turn_o, OutBits), sum_of(steps, steps.size() - 1));
        for (unsigned i = 2; i < Apart; ++i) tick();
        EXPECT_EQ(top.valid_o, 0);
    }
    void take_random(std::size_t count, int largest) {
        std::uniform_int_distribution<int> step{-largest, largest};
        for (std::size_t i = 0; i < count; ++i) take(step(random));
    }

    VerilatedContext context;
    Vrtl_rf_subcarrier_sums top{&context};
    std::mt19937 random{14443};
    std::vector<int> steps;
};

TEST_F(SubcarrierSums, AddUpWhatTheHeaderSays) {
    for (const int largest : {Largest, 300, 3}) {
        SCOPED_TRACE(largest);
        take_random(500, largest);
        forget();
        take_random(5, largest);  // too few to take the place of others
        forget();
    }
}

TEST_F(SubcarrierSums, HoldTheLoudestBurst) {
    for (const int step : {Largest, -Largest - 1}) {
        for (std::size_t i = 0; i < 2 * Kept; ++i) take(i % 4 < 2 ? step : -(step + 1));
        forget();
    }
}

TEST_F(SubcarrierSums, RestWhenAllHaveBeenNoneForLong) {
    take_random(40, Largest);
    for (std::size_t i = 1; i <= RestSteps + 10; ++i) {
        take(0);
        EXPECT_EQ(top.rests_o != 0, i >= RestSteps) << i;
    }
    take(1);
    EXPECT_EQ(top.rests_o, 0);
}

}  // namespace
