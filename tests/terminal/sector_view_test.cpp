// A sector, decoded.
#include "terminal/sector_view.hpp"

#include <gtest/gtest.h>

#include "chip_card.hpp"
#include "terminal/text.hpp"

namespace {

using bench::hex;
using terminal::BlockKind;
using terminal::describe;

base::Bytes sector_of(std::string_view a, std::string_view b, std::string_view c,
                      std::string_view trailer) {
    base::Bytes made;
    for (const auto part : {a, b, c, trailer}) {
        const base::Bytes bytes = hex(part);
        made.insert(made.end(), bytes.begin(), bytes.end());
    }
    return made;
}

constexpr std::string_view Zeros = "00000000000000000000000000000000";
constexpr std::string_view Hundred = "640000009BFFFFFF6400000004FB04FB";
constexpr std::string_view Pass = "43495459205041535300000000000000";
// 000,110,100/011 (sheet 1.3).
constexpr std::string_view Trailer = "00000000000059678A69000000000000";

TEST(SectorView, EachBlockSaysWhatItIs) {
    const auto view = describe(1, sector_of(Zeros, Hundred, Pass, Trailer), {});
    ASSERT_EQ(view.count(), 4U);
    EXPECT_EQ(view.blocks[0].kind, BlockKind::Empty);
    EXPECT_EQ(view.blocks[1].kind, BlockKind::Value);
    EXPECT_EQ(view.blocks[1].meaning, "value 100, address 4");
    EXPECT_EQ(view.blocks[2].kind, BlockKind::Text);
    EXPECT_EQ(view.blocks[2].meaning, "“CITY PASS”");
    EXPECT_EQ(view.blocks[3].kind, BlockKind::Trailer);
    EXPECT_EQ(view.blocks[3].number, 7U);
    EXPECT_EQ(view.access, (dump::AccessGroups{0, 6, 4, 3}));
    EXPECT_EQ(view.blocks[2].rights, "read with either key, write with key B, no value commands");
}

TEST(SectorView, KeysAreNotKept) {
    const auto view =
        describe(1, sector_of(Zeros, Zeros, Zeros, "A0A1A2A3A4A5FF078069B0B1B2B3B4B5"), {});
    EXPECT_EQ(view.trailer().data, bench::block("000000000000FF078069000000000000"));
}

TEST(SectorView, BrokenAccessBitsAreToldAsBlocked) {
    // 4F 8F 0B is the sheet's invalid example.
    const auto view =
        describe(1, sector_of(Zeros, Zeros, Zeros, "0000000000004F8F0B69000000000000"), {});
    EXPECT_FALSE(view.access);
    EXPECT_NE(view.trailer().meaning.find("blocked"), std::string::npos);
}

TEST(SectorView, TheManufacturerBlockTellsTheUid) {
    const auto view =
        describe(0, sector_of("10E2F0A1A30804000102030405060708", Zeros, Zeros, Trailer), {});
    EXPECT_EQ(view.blocks[0].kind, BlockKind::Manufacturer);
    EXPECT_EQ(view.blocks[0].meaning, "UID 10 E2 F0 A1");
}

TEST(SectorView, TheDirectoryIsReadWhenTheTrailerSaysSo) {
    const std::string_view Entry = "CE000000000000000000000000000000";
    const auto without = describe(0, sector_of(Zeros, Entry, Zeros, Trailer), {});
    EXPECT_FALSE(without.directory);
    const auto with =
        describe(0, sector_of(Zeros, Entry, Zeros, "000000000000787788C1000000000000"), {});
    ASSERT_TRUE(with.directory);
    EXPECT_TRUE(with.directory->sound);
    EXPECT_EQ(with.blocks[1].kind, BlockKind::Directory);
}

TEST(SectorView, AnNdefSectorShowsItsMessage) {
    terminal::Surroundings around;
    around.application = terminal::NdefAid;
    const auto view =
        describe(1, sector_of("0308D101045402656E41FE0000000000", Zeros, Zeros, Trailer), around);
    ASSERT_TRUE(view.ndef);
    EXPECT_EQ(view.ndef->records.at(0).text, "A");
}

TEST(SectorView, SixteenBlocksHaveTheirTrailerLast) {
    base::Bytes content(256);
    const base::Bytes trailer = hex(Trailer);
    std::copy(trailer.begin(), trailer.end(), content.end() - 16);
    const auto view = describe(32, content, {});
    EXPECT_EQ(view.count(), 16U);
    EXPECT_EQ(view.trailer().number, 143U);
    // Blocks 5 to 9 have the rights of group 1: 110.
    EXPECT_NE(view.blocks[9].rights.find("increase"), std::string::npos);
    EXPECT_NE(view.blocks[10].rights.find("no value commands"), std::string::npos);
    EXPECT_THROW((void)describe(31, content, {}), std::invalid_argument);
}

TEST(Text, OnlyWholeCharactersAreReadable) {
    EXPECT_TRUE(terminal::is_readable("Grüße 票"));
    EXPECT_FALSE(terminal::is_readable("a\x1B[31m"));
    EXPECT_FALSE(terminal::is_readable("\xC3"));
    EXPECT_FALSE(terminal::is_readable("\xC0\x80"));
    EXPECT_FALSE(terminal::is_readable("\xED\xA0\x80"));
    EXPECT_FALSE(terminal::is_readable("\xF4\x90\x80\x80"));
    EXPECT_FALSE(terminal::is_readable("\xC2\x85"));
    EXPECT_EQ(terminal::text_in(hex("41420000000000000000000000000000")), "");
}

}  // namespace
