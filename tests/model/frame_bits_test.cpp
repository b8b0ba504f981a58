// Expected values: iso14443.md 1.3, 3, 3.1.
#include <gtest/gtest.h>

#include "air_bits.hpp"
#include "base/hex.hpp"
#include "frame/bits.hpp"
#include "frame/crc_a.hpp"

namespace frame {
namespace {

using model_test::bits;
using model_test::show;

base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

TEST(CrcA, ValuesOfTheSheet) {
    const std::pair<const char*, std::uint16_t> cases[] = {{"", 0x6363},
                                                           {"00", 0x51FE},
                                                           {"0000", 0x1EA0},
                                                           {"1234", 0xCF26},
                                                           {"ABCD", 0x481E},
                                                           {"5000", 0xCD57},
                                                           {"313233343536373839", 0xBF05}};
    for (const auto& [data, crc] : cases) {
        EXPECT_EQ(crc_a(hex(data)), crc) << data;
    }
    EXPECT_EQ(crc_a(hex("1234 26CF")), 0);
}

TEST(Bits, StandardFramesOfTheSheet) {
    EXPECT_EQ(show(standard_bits(hex("9320"))), show(bits("11001001.1 00000100.0")));
    EXPECT_EQ(show(standard_bits_with_crc(hex("5000"))),
              show(bits("00001010.1 00000000.1 11101010.0 10110011.0")));
    EXPECT_EQ(show(short_bits(0x26)), "0110010");
}

TEST(Bits, BytesComeBack) {
    for (unsigned byte = 0; byte < 256; ++byte) {
        base::Bits air{1};
        append_byte(air, static_cast<std::uint8_t>(byte));
        EXPECT_EQ(byte_at(air, 1), byte);
    }
}

TEST(Bits, StandardFrameIsJudged) {
    auto air = bits("00001010.1 00000000.1 11101010.0 10110011.0");
    const auto good = read_standard(air);
    EXPECT_TRUE(good.whole && good.parity_ok && good.crc_ok);
    EXPECT_EQ(good.size, 4U);
    EXPECT_EQ(good.data[0], 0x50);
    air[8] ^= 1;
    EXPECT_FALSE(read_standard(air).parity_ok);
    air[8] ^= 1;
    air[9] ^= 1;
    EXPECT_FALSE(read_standard(air).crc_ok);
    air.pop_back();
    EXPECT_FALSE(read_standard(air).whole);
}

}  // namespace
}  // namespace frame
