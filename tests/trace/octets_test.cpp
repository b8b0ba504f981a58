#include "trace/octets.hpp"

#include <gtest/gtest.h>

#include "session.hpp"

namespace {

using trace::Octets;
using trace::to_bits;
using trace::to_octets;

// Bit strings of iso14443.md, 1.3 and 3.
TEST(Octets, ShortFrameHasSevenBitsAndNoParity) {
    const base::Bits reqa{0, 1, 1, 0, 0, 1, 0};
    const Octets octets = to_octets(reqa);
    EXPECT_EQ(octets.data, base::Bytes{0x26});
    EXPECT_EQ(octets.last_bits, 7U);
    EXPECT_TRUE(octets.parity.empty());
    EXPECT_EQ(to_bits(octets), reqa);
}

TEST(Octets, StandardFrameGivesItsParityBits) {
    const base::Bits bits{1, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0};  // 93 20
    const Octets octets = to_octets(bits);
    EXPECT_EQ(octets.data, (base::Bytes{0x93, 0x20}));
    EXPECT_EQ(octets.parity, (base::Bits{1, 0}));
    EXPECT_TRUE(octets.whole());
    EXPECT_FALSE(octets.any_parity_wrong());
    EXPECT_EQ(to_bits(octets), bits);
}

TEST(Octets, SecondPartOfSplitFrameStartsInsideItsByte) {
    // The example of the standard: 93 25 and 5 bits of UID 32 10 AB CD; the card goes on at bit 5.
    const base::Bits bits{1, 0, 0, 1,                  // 100.x
                          0, 0, 0, 0, 1, 0, 0, 0, 0,   // 10
                          1, 1, 0, 1, 0, 1, 0, 1, 0,   // AB
                          1, 0, 1, 1, 0, 0, 1, 1, 0,   // CD
                          0, 0, 1, 0, 0, 0, 1, 0, 1};  // 44
    const Octets octets = to_octets(bits, 5);
    ASSERT_EQ(octets.data.size(), 5U);
    EXPECT_EQ(octets.data[0] >> 5, 0x32 >> 5);
    EXPECT_EQ((base::Bytes{octets.data.begin() + 1, octets.data.end()}),
              (base::Bytes{0x10, 0xAB, 0xCD, 0x44}));
    EXPECT_FALSE(octets.any_parity_wrong()) << "the cut byte's parity is not ours to judge";
    EXPECT_EQ(to_bits(octets), bits);
}

TEST(Octets, WrongParityIsSeenAtItsByte) {
    const Octets octets = to_octets(trace_test::air_bits("A1 E4! 58 CE!"));
    EXPECT_FALSE(octets.parity_wrong(0));
    EXPECT_TRUE(octets.parity_wrong(1));
    EXPECT_FALSE(octets.parity_wrong(2));
    EXPECT_TRUE(octets.parity_wrong(3));
}

}  // namespace
