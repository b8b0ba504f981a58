// What a change would do: differences, warnings, and refusals of what cannot be taken back.
#include "terminal/preview.hpp"

#include <gtest/gtest.h>

#include "chip_card.hpp"

namespace {

using bench::block;
using terminal::Notice;

constexpr std::string_view Hundred = "640000009BFFFFFF6400000004FB04FB";

/// Sector 1: a value, two empty blocks, the trailer with `access` (bytes 6 to 9).
terminal::SectorView sector(std::string_view access = "08778F69") {
    base::Bytes content(64);
    const auto value = block(Hundred);
    std::copy(value.begin(), value.end(), content.begin());
    const base::Bytes bytes = bench::hex(access);
    std::copy(bytes.begin(), bytes.end(), content.begin() + 54);
    return terminal::describe(1, content, {});
}

terminal::Edits trailer(std::string_view access) {
    return {{3, block("C0C1C2C3C4C5" + std::string{access} + "D0D1D2D3D4D5")}};
}

bool says(const terminal::Preview& preview, Notice::Weight weight, std::string_view words) {
    return std::any_of(preview.notices.begin(), preview.notices.end(), [&](const Notice& notice) {
        return notice.weight == weight && notice.text.find(words) != std::string::npos;
    });
}

TEST(Preview, ShowsBeforeAndAfter) {
    const auto made = terminal::preview(sector(), {{1, block("43495459205041535300000000000000")}});
    EXPECT_TRUE(made.allowed());
    ASSERT_EQ(made.changes.size(), 1U);
    EXPECT_EQ(made.changes[0].index, 1U);
    EXPECT_EQ(made.changes[0].meaning_before, "empty");
    EXPECT_EQ(made.changes[0].meaning_after, "“CITY PASS”");
}

TEST(Preview, TheSameContentIsNoChange) {
    const auto made = terminal::preview(sector(), {{0, block(Hundred)}});
    EXPECT_TRUE(made.changes.empty());
    EXPECT_TRUE(says(made, Notice::Weight::Note, "Nothing changes"));
}

TEST(Preview, TheLaterOfTwoEditsCounts) {
    const auto made = terminal::preview(sector(), {{1, block(Hundred)}, {1, port::Block{}}});
    EXPECT_TRUE(made.changes.empty());
}

TEST(Preview, WarnsWhenAValueIsLost) {
    const auto made = terminal::preview(sector(), {{0, port::Block{}}});
    EXPECT_TRUE(made.allowed());
    EXPECT_TRUE(says(made, Notice::Weight::Warning, "value block"));
}

TEST(Preview, RefusesAccessBitsWhoseCopiesDoNotMatch) {
    const auto made = terminal::preview(sector(), trailer("4F8F0B69"));
    EXPECT_FALSE(made.allowed());
    EXPECT_TRUE(says(made, Notice::Weight::Refusal, "blocked for ever"));
}

TEST(Preview, RefusesWhatNobodyCouldRead) {
    // 111 for all data blocks (sheet: 101x4 F0F0F0, 111x4 00F0FF); 011 trailer: 111x3/011.
    const auto never = terminal::preview(sector(), trailer("08F0FF69"));
    EXPECT_FALSE(never.allowed());
    // 011x3/011 is read with key B, which works: 0F00FF.
    EXPECT_TRUE(terminal::preview(sector(), trailer("0F00FF69")).allowed());
}

TEST(Preview, RefusesRightsOfAKeyBThatCanBeRead) {
    // 011 for data, 001 for the trailer: key B is readable and opens nothing, so nobody reads.
    // C1 = 0000, C2 = 0111, C3 = 1111: 8F 00 F7.
    const auto made = terminal::preview(sector(), trailer("8F00F769"));
    EXPECT_FALSE(made.allowed());
    EXPECT_TRUE(says(made, Notice::Weight::Refusal, "read by no key"));
}

TEST(Preview, RefusesATrailerThatNobodyCanChange) {
    // 100x3/110 (sheet): 70 FF 08; nobody writes keys or access bits any more.
    const auto made = terminal::preview(sector(), trailer("70FF0869"));
    EXPECT_FALSE(made.allowed());
    EXPECT_TRUE(says(made, Notice::Weight::Refusal, "lock yourself out"));
    // It was so before: nothing is lost.
    EXPECT_TRUE(terminal::preview(sector("70FF0869"), trailer("70FF0869")).allowed());
}

TEST(Preview, WarnsOfNewKeysAndFrozenAccessBits) {
    // 100x3/100: C1 = 1111: 0F F0 -> /C2 = F, /C1 = 0; C1 = F, /C3 = F; C3 = 0, C2 = 0.
    const auto made = terminal::preview(sector(), trailer("F0FF0069"));
    EXPECT_TRUE(made.allowed());
    EXPECT_TRUE(says(made, Notice::Weight::Warning, "both keys"));
    EXPECT_TRUE(says(made, Notice::Weight::Warning, "freezes"));
    EXPECT_TRUE(made.changes.at(0).keys);
}

TEST(Preview, KeysAreNotInWhatIsShown) {
    const auto made = terminal::preview(sector(), trailer("7F078869"));
    ASSERT_EQ(made.changes.size(), 1U);
    EXPECT_EQ(made.changes[0].after, block("0000000000007F078869000000000000"));
}

TEST(Preview, RefusesTheManufacturerBlockAndBlocksBehindTheEnd) {
    const auto first = terminal::describe(0, base::Bytes(64), {});
    EXPECT_FALSE(terminal::preview(first, {{0, block(Hundred)}}).allowed());
    EXPECT_FALSE(terminal::preview(sector(), {{4, block(Hundred)}}).allowed());
}

}  // namespace
