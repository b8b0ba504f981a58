// What access bits allow, against both tables of the sheet (mifare-classic 1.3).
#include "terminal/access_words.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using terminal::DataRights;
using terminal::Keys;
using terminal::TrailerRights;

Keys keys(std::string_view text) {
    if (text == "A") return Keys::A;
    if (text == "B") return Keys::B;
    return text == "A|B" ? Keys::Either : Keys::None;
}

struct DataRow {
    std::uint8_t group;
    const char *read, *write, *increment, *decrement;
};
const DataRow DataRows[] = {
    {0b000, "A|B", "A|B", "A|B", "A|B"}, {0b010, "A|B", "-", "-", "-"},
    {0b100, "A|B", "B", "-", "-"},       {0b110, "A|B", "B", "B", "A|B"},
    {0b001, "A|B", "-", "-", "A|B"},     {0b011, "B", "B", "-", "-"},
    {0b101, "B", "-", "-", "-"},         {0b111, "-", "-", "-", "-"},
};

struct TrailerRow {
    std::uint8_t group;
    const char *write_a, *read_access, *write_access, *read_b, *write_b;
};
const TrailerRow TrailerRows[] = {
    {0b000, "A", "A", "-", "A", "A"},   {0b010, "-", "A", "-", "A", "-"},
    {0b100, "B", "A|B", "-", "-", "B"}, {0b110, "-", "A|B", "-", "-", "-"},
    {0b001, "A", "A", "A", "A", "A"},   {0b011, "B", "A|B", "B", "-", "B"},
    {0b101, "-", "A|B", "B", "-", "-"}, {0b111, "-", "A|B", "-", "-", "-"},
};

TEST(AccessWords, DataBlocksFollowTheSheet) {
    for (const DataRow& row : DataRows)
        EXPECT_EQ(
            terminal::data_rights(row.group, true),
            (DataRights{keys(row.read), keys(row.write), keys(row.increment), keys(row.decrement)}))
            << int{row.group};
}

TEST(AccessWords, TrailersFollowTheSheet) {
    for (const TrailerRow& row : TrailerRows)
        EXPECT_EQ(terminal::trailer_rights(row.group),
                  (TrailerRights{keys(row.write_a), keys(row.read_access), keys(row.write_access),
                                 keys(row.read_b), keys(row.write_b)}))
            << int{row.group};
}

TEST(AccessWords, KeyBThatCanBeReadOpensNothing) {
    for (std::uint8_t group = 0; group < 8; ++group) {
        const bool readable = group == 0b000 || group == 0b010 || group == 0b001;
        EXPECT_EQ(terminal::key_b_works(group), !readable) << int{group};
    }
    EXPECT_EQ(terminal::data_rights(0b000, false),
              (DataRights{Keys::A, Keys::A, Keys::A, Keys::A}));
    EXPECT_EQ(terminal::data_rights(0b011, false), DataRights{});
}

TEST(AccessWords, SixteenBlocksShareThreeGroups) {
    EXPECT_EQ(terminal::group_of(4, 16), 0U);
    EXPECT_EQ(terminal::group_of(5, 16), 1U);
    EXPECT_EQ(terminal::group_of(14, 16), 2U);
    EXPECT_EQ(terminal::group_of(15, 16), 3U);
    EXPECT_EQ(terminal::group_of(2, 4), 2U);
}

TEST(AccessWords, WordsNameWhoMayDoWhat) {
    EXPECT_EQ(terminal::words(terminal::data_rights(0b100, true)),
              "read with either key, write with key B, no value commands");
    EXPECT_EQ(terminal::words(terminal::data_rights(0b110, true)),
              "read with either key, write with key B, increase with key B, decrease with either "
              "key");
    EXPECT_EQ(terminal::words(terminal::trailer_rights(0b011)),
              "key A written with key B, access bits read with either key and written with key B, "
              "key B read never and written with key B");
}

}  // namespace
