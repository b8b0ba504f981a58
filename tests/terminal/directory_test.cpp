// The application directory against the sheet (mifare-classic 4).
#include "terminal/directory.hpp"

#include <gtest/gtest.h>

#include <string_view>

#include "chip_card.hpp"

namespace {

base::Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

TEST(Directory, CheckBytesOfTheSheet) {
    EXPECT_EQ(terminal::directory_crc(bytes("123456789")), 0x99);
    EXPECT_EQ(terminal::directory_crc(base::Bytes(31)), 0xCE);
}

TEST(Directory, SectorsAreNamedLowByteFirst) {
    base::Bytes blocks(32);
    blocks[2] = 0xE1;
    blocks[3] = 0x03;
    blocks[31] = 0x48;
    blocks[0] = terminal::directory_crc(base::ByteView{blocks}.subspan(1));
    const auto read = terminal::read_directory_1(blocks);
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->sound);
    EXPECT_EQ(read->applications.size(), 15U);
    EXPECT_EQ(read->applications.at(1), 0x03E1);
    EXPECT_EQ(read->applications.at(15), 0x4800);
}

TEST(Directory, AWrongCheckByteIsTold) {
    base::Bytes blocks(32);
    blocks[0] = 0xCE;
    EXPECT_TRUE(terminal::read_directory_1(blocks)->sound);
    blocks[9] = 1;
    EXPECT_FALSE(terminal::read_directory_1(blocks)->sound);
}

TEST(Directory, TheSecondOneNamesSectorsFrom17To39) {
    const auto read = terminal::read_directory_2(base::Bytes(48));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->applications.begin()->first, 17U);
    EXPECT_EQ(read->applications.rbegin()->first, 39U);
}

TEST(Directory, OtherLengthsAreNone) {
    EXPECT_FALSE(terminal::read_directory_1(base::Bytes(48)));
    EXPECT_FALSE(terminal::read_directory_1({}));
    EXPECT_FALSE(terminal::read_directory_2(base::Bytes(32)));
}

}  // namespace
