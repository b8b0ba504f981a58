// Blocks and frames of type B by the vectors of the sheet (iso14443, 8 and 9).
#include "trace/block_names.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace {

std::string block(const char* hex) { return trace::name_of_block(base::from_hex(hex).value()); }
std::string reader(const char* hex) { return trace::name_of_b(base::from_hex(hex).value(), true); }

TEST(BlockNames, BlocksOfPart4) {
    EXPECT_EQ(block("03 65 63"), "I(1)");
    EXPECT_EQ(block("12 00 A4 17 76"), "I(+0)");
    EXPECT_EQ(block("0A 01 00 A4 04 00 00 EB D9"), "I(0)");
    EXPECT_EQ(block("A3 6F C6"), "R(ACK 1)");
    EXPECT_EQ(block("B2 67 C7"), "R(NAK 0)");
    EXPECT_EQ(block("CA 01 F3 38"), "S(DESELECT)");
    EXPECT_EQ(block("F2 01 91 40"), "S(WTX)");
    EXPECT_EQ(block("D0 11 05 FF F1"), "PPS");
    EXPECT_EQ(block("60 00 F5 7B"), "");
}

TEST(BlockNames, FramesOfTypeB) {
    EXPECT_EQ(reader("05 00 00 71 FF"), "REQB");
    EXPECT_EQ(reader("05 00 08 39 73"), "WUPB");
    EXPECT_EQ(reader("15 54 B7"), "SLOT(2)");
    EXPECT_EQ(reader("1D 56 64 73 F2 00 08 01 00 22 34"), "ATTRIB");
    EXPECT_EQ(reader("50 56 64 73 F2 84 4C"), "HLTB");
    EXPECT_EQ(trace::name_of_b(base::from_hex("50 56 64 73 F2 00 00 00 00 80 81 71 C8 AD").value(),
                               false),
              "ATQB");
}

}  // namespace
