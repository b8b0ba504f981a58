// Raw images: the recordings in $CARTOUCHE_DATA/dumps are read where they lie.
#include <gtest/gtest.h>

#include <algorithm>

#include "dump/card_image.hpp"
#include "test_data.hpp"

namespace {

using dump::CardImage;
using port::CardKind;

TEST(RawFormat, EmptyCardOfProxmark) {
    const auto path = test_data("dumps/s50-empty.bin");
    if (!path) GTEST_SKIP() << "no CARTOUCHE_DATA";
    const CardImage image = dump::load(*path);
    EXPECT_EQ(image.kind, CardKind::Classic1k);
    EXPECT_EQ(image.uid, (base::Bytes{0x01, 0xA0, 0x62, 0xBD}));
    EXPECT_EQ(image.atqa, 0x0004);
    EXPECT_EQ(image.sak, 0x08);
    EXPECT_EQ(image.blocks[3][6], 0xFF);
    EXPECT_EQ(dump::serialise(image), base::read_file(*path, dump::MostBytes));
}

TEST(RawFormat, ImageWithoutCheckByteHasSevenByteUid) {
    const auto path = test_data("dumps/MFC1k_randomContent_fixedKeys.mfd");
    if (!path) GTEST_SKIP() << "no CARTOUCHE_DATA";
    const CardImage image = dump::load(*path);
    EXPECT_EQ(image.uid, (base::Bytes{0x7C, 0xAA, 0x73, 0x22, 0x02, 0x59, 0xA5}));
    EXPECT_EQ(image.atqa, 0x0044);
    EXPECT_EQ(dump::serialise(image), base::read_file(*path, dump::MostBytes));
}

struct SizeCase {
    const char* name;
    std::size_t size;
    CardKind kind;
    std::uint16_t atqa;
    std::uint8_t sak;
};
void PrintTo(const SizeCase& c, std::ostream* out) { *out << c.name; }

class RawSizes : public testing::TestWithParam<SizeCase> {};

// Sheet 1: sizes, ATQA and SAK.
TEST_P(RawSizes, KindFollowsFromTheSize) {
    base::Bytes content(GetParam().size, 0xC3);
    const base::Bytes head{0x10, 0xE2, 0xF0, 0xA1, 0xA3};
    std::copy(head.begin(), head.end(), content.begin());
    const CardImage image = dump::parse(content, "x");
    EXPECT_EQ(image.kind, GetParam().kind);
    EXPECT_EQ(image.atqa, GetParam().atqa);
    EXPECT_EQ(image.sak, GetParam().sak);
    EXPECT_EQ(image.uid.size(), 4U);
    EXPECT_EQ(dump::serialise(image), content);
}
INSTANTIATE_TEST_SUITE_P(
    Kinds, RawSizes,
    testing::Values(SizeCase{"Mini", 320, CardKind::Mini, 0x0004, 0x09},
                    SizeCase{"Classic1k", 1024, CardKind::Classic1k, 0x0004, 0x08},
                    SizeCase{"Classic4k", 4096, CardKind::Classic4k, 0x0002, 0x18}),
    [](const auto& each) { return each.param.name; });

TEST(RawFormat, OtherSizesAreRefusedWithTheReason) {
    for (const std::size_t size : {1U, 65U, 192U, 319U, 1023U, 1025U, 2048U, 4112U}) {
        const base::Bytes content(size, 0xC3);
        try {
            (void)dump::parse(content, "card.bin");
            FAIL() << size;
        } catch (const dump::Error& error) {
            const std::string text = error.what();
            EXPECT_TRUE(text.starts_with("card.bin: offset " + std::to_string(size) + ": "))
                << text;
            EXPECT_EQ(text.find('\n'), std::string::npos);
        }
    }
    EXPECT_THROW((void)dump::parse({}, "x"), dump::Error);
}

}  // namespace
