// Value blocks against the examples of the sheet (mifare-classic 1.4).
#include "terminal/value.hpp"

#include <gtest/gtest.h>

#include "chip_card.hpp"

namespace {

using terminal::read_value;
using terminal::Value;
using terminal::write_value;

struct Example {
    const char* block;
    Value value;
};
const Example Examples[] = {
    {"87D612007829EDFF87D6120011EE11EE", {1234567, 17}},
    {"640000009BFFFFFF6400000004FB04FB", {100, 4}},
    {"FFFFFFFF00000000FFFFFFFF04FB04FB", {-1, 4}},
};

TEST(Value, BlocksOfTheSheetAreRead) {
    for (const Example& example : Examples)
        EXPECT_EQ(read_value(bench::block(example.block)), example.value) << example.block;
}

TEST(Value, BlocksOfTheSheetAreMade) {
    for (const Example& example : Examples)
        EXPECT_EQ(write_value(example.value), bench::block(example.block)) << example.block;
}

TEST(Value, ACopyThatDiffersInOneBitIsNoValue) {
    for (std::size_t bit = 0; bit < 128; ++bit) {
        port::Block block = bench::block("640000009BFFFFFF6400000004FB04FB");
        block[bit / 8] = static_cast<std::uint8_t>(block[bit / 8] ^ (1U << bit % 8));
        EXPECT_EQ(read_value(block), std::nullopt) << bit;
    }
}

}  // namespace
