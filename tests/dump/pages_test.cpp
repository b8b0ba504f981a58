// Images of type 2 memory; the dumps of $CARTOUCHE_DATA are read where they lie.
#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "dump/card_image.hpp"
#include "test_data.hpp"

namespace {

using dump::CardImage;
using dump::Format;
using port::CardKind;

constexpr CardKind PageKinds[] = {CardKind::Ultralight, CardKind::Ntag213, CardKind::Ntag215,
                                  CardKind::Ntag216, CardKind::UltralightAes};

TEST(Pages, RawDumpOfAnUltralight) {
    const auto path = test_data("dumps/MifareUltralight.mfd");
    if (!path) GTEST_SKIP() << "no CARTOUCHE_DATA";
    const CardImage image = dump::load(*path);
    EXPECT_EQ(image.kind, CardKind::Ultralight);
    EXPECT_EQ(base::to_hex(image.uid), "041A74D9A12581");
    EXPECT_EQ(image.atqa, 0x0044);
    EXPECT_EQ(image.sak, 0x00);
    EXPECT_EQ(dump::serialise(image), base::read_file(*path, dump::MostBytes));
}

TEST(Pages, FlipperDumpOfAnNtag) {
    const auto path = test_data("dumps/Ntag213_locked.nfc");
    if (!path) GTEST_SKIP() << "no CARTOUCHE_DATA";
    const CardImage image = dump::load(*path);
    EXPECT_EQ(image.kind, CardKind::Ntag213);
    EXPECT_EQ(base::to_hex(image.uid), "04AC6B72BA6C80");
    EXPECT_EQ(image.atqa, 0x0044);
    EXPECT_EQ(base::to_hex(image.blocks[10]), "000000BD04000004C0050000953F52FF");
}

TEST(Pages, ProxmarkDumpOfAnNtag) {
    const auto path = test_data("dumps/ntag216-empty.json");
    if (!path) GTEST_SKIP() << "no CARTOUCHE_DATA";
    const CardImage image = dump::load(*path);
    EXPECT_EQ(image.kind, CardKind::Ntag216);
    EXPECT_EQ(base::to_hex(image.uid), "045869D29C3980");
    EXPECT_EQ(base::to_hex(image.blocks[57]), "00050000FFFFFFFF0000000000000000");
}

TEST(Pages, EachFormatKeepsEachKind) {
    const base::Bytes uid{0x04, 0x58, 0x69, 0xD2, 0x9C, 0x39, 0x80};
    for (const CardKind kind : PageKinds) {
        CardImage card = dump::fresh(kind, uid, dump::default_identity(kind, uid.size()));
        card.blocks[1][7] = 0x5A;
        for (const Format format : {Format::Raw, Format::Eml, Format::Proxmark, Format::Flipper}) {
            card.format = format;
            const CardImage back = dump::parse(dump::serialise(card), "card");
            EXPECT_EQ(back.kind, kind);
            EXPECT_EQ(back.format, format);
            EXPECT_EQ(back.uid, uid);
            EXPECT_EQ(back.sak, 0x00);
            EXPECT_EQ(back.blocks, card.blocks);
        }
    }
}

// The head of ntag216-empty.json, a card as it left the factory.
TEST(Pages, AFreshCardIsADeliveredOne) {
    const base::Bytes uid{0x04, 0x58, 0x69, 0xD2, 0x9C, 0x39, 0x80};
    const CardImage card = dump::fresh(CardKind::Ntag216, uid, {0x0044, 0x00});
    EXPECT_EQ(base::to_hex(card.blocks[0]), "045869BDD29C3980F7480000E1106D00");
    EXPECT_EQ(base::to_hex(card.blocks[56]), "0000000000000000000000BD040000FF");
    EXPECT_EQ(base::to_hex(card.blocks[57]), "00050000FFFFFFFF0000000000000000");
    EXPECT_THROW((void)dump::fresh(CardKind::Ntag216, {1, 2, 3, 4}, {0x0044, 0x00}),
                 std::invalid_argument);
}

TEST(Pages, ABrokenFileGivesPlaceAndReason) {
    const auto refusal = [](const std::string& text) -> std::string {
        try {
            (void)dump::parse(base::Bytes{text.begin(), text.end()}, "card");
        } catch (const dump::Error& error) {
            return error.what();
        }
        return "accepted";
    };
    EXPECT_EQ(refusal("04586 9BD\nD29C3980\n"),
              "card: line 1: expected the 32 hex digits of a block");
    EXPECT_EQ(refusal("045869BD\nD29C39\n"), "card: line 2: expected the 8 hex digits of a page");
    EXPECT_EQ(refusal(R"({"FileType": "mfu", "blocks": {"0": "045869BD"}})"),
              "card: blocks: 1 pages, expected 16, 45, 60, 135 or 231");
    EXPECT_EQ(refusal("Filetype: Flipper NFC device\nNTAG/Ultralight type: 1K\n"),
              "card: line 2: expected Mifare Ultralight, Mifare Ultralight AES, NTAG213, NTAG215 "
              "or NTAG216, once");
    EXPECT_EQ(refusal("Filetype: Flipper NFC device\nDevice type: NTAG213\nPage 45: 00 00 00 00\n"),
              "card: line 3: this card has no such page");
}

}  // namespace
