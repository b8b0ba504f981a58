// The MIFARE Classic card as it goes onto a board: its RTL, and the netlist that Yosys made of it
// for an iCE40. Values of a blank card: docs/choices.md and fact sheet mifare-classic.md, 2.
#include <gtest/gtest.h>

#include "Vboard_classic_rtl.h"
#include "Vboard_netlist.h"
#include "board_bench.hpp"
#include "driver/board_registers.hpp"
#include "mifare_reader.hpp"

namespace board {
namespace {

namespace reg = driver::board_reg;
using base::Bytes;
using picc_rtl::hex;

constexpr std::uint8_t AuthA = 0x60;

template <class Dut>
class BoardClassic : public testing::Test {
protected:
    void SetUp() override { bench_.power_cycle(64); }

    BoardBench<Dut> bench_{};
    picc_rtl::MifareReader reader_{bench_};
};

struct DutNames {
    template <class Dut>
    static std::string GetName(int) {
        return std::is_same_v<Dut, Vboard_netlist> ? "netlist" : "rtl";
    }
};
using Duts = testing::Types<Vboard_classic_rtl, Vboard_netlist>;
TYPED_TEST_SUITE(BoardClassic, Duts, DutNames);

TYPED_TEST(BoardClassic, IsActivatedAuthenticatedReadAndWritten) {
    auto& reader = this->reader_;
    ASSERT_TRUE(reader.activate(hex("01020304")));
    ASSERT_TRUE(reader.authenticate(AuthA, 0));
    EXPECT_EQ(reader.send({0x30, 0x00}).data,
              picc_rtl::with_crc(hex("01020304 04 08 0400 0000000000000000")));
    // Key A never comes out.
    EXPECT_EQ(reader.send({0x30, 0x03}).data,
              picc_rtl::with_crc(hex("000000000000 FF078069 FFFFFFFFFFFF")));
    const Bytes value = hex("00112233445566778899AABBCCDDEEFF");
    EXPECT_EQ(reader.send({0xA0, 0x02}).nibble, 0xAU);
    EXPECT_EQ(reader.send(value).nibble, 0xAU);
    // Another session, a field loss between: it stays.
    this->bench_.power_cycle();
    reader.forget();
    ASSERT_TRUE(reader.activate(hex("01020304")));
    ASSERT_TRUE(reader.authenticate(AuthA, 2));
    EXPECT_EQ(reader.send({0x30, 0x02}).data, picc_rtl::with_crc(value));
}

TYPED_TEST(BoardClassic, RefusesAWrongKey) {
    ASSERT_TRUE(this->reader_.activate(hex("01020304")));
    EXPECT_FALSE(this->reader_.authenticate(AuthA, 0, hex("A0A1A2A3A4A5")));
}

TYPED_TEST(BoardClassic, TheHostReadsAndWritesMemory) {
    auto& bench = this->bench_;
    EXPECT_EQ(bench.read(reg::Design, 1), Bytes{reg::DesignClassic});
    EXPECT_EQ(bench.read(reg::State, 1), Bytes{reg::StatePowered});
    bench.write(reg::Block, {0});
    EXPECT_EQ(bench.read(reg::Data, 16), hex("01020304 04 08 0400 0000000000000000"));
    const Bytes two = hex("F0E0D0C0B0A090807060504030201000 0F1E2D3C4B5A69788796A5B4C3D2E1F0");
    bench.write(reg::Block, {0x3C});
    bench.write(reg::Data, two);
    // The host reads on while the card answers a reader from the same memory.
    bench.write(reg::Block, {0x3C});
    bench.begin(bench.read_of(reg::Data, 255));
    ASSERT_TRUE(this->reader_.activate(hex("01020304")));
    ASSERT_TRUE(this->reader_.authenticate(AuthA, 0x3C));
    EXPECT_EQ(this->reader_.send({0x30, 0x3C}).data,
              picc_rtl::with_crc(Bytes{two.begin(), two.begin() + 16}));
    Bytes seen = bench.read_end();
    seen.resize(two.size());
    EXPECT_EQ(seen, two);
}

TYPED_TEST(BoardClassic, TheHostGivesItAnotherIdentity) {
    auto& bench = this->bench_;
    // UID of 7 bytes, ATQA 0044, SAK 08, options.
    bench.write(reg::Identity, hex("04A1B2C3D4E5F6 000000 4400 08 01"));
    bench.power_cycle();
    EXPECT_TRUE(this->reader_.activate(hex("04A1B2C3D4E5F6")));
    EXPECT_TRUE(this->reader_.authenticate(AuthA, 4));
}

TYPED_TEST(BoardClassic, AnUnknownRegisterIsAnError) {
    auto& bench = this->bench_;
    bench.write(0xF0, {1});
    bench.begin({0});
    EXPECT_EQ(bench.end(), Bytes{0x02});
}

}  // namespace
}  // namespace board
