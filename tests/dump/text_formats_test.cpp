// .eml, proxmark3 .json, Flipper .nfc: what each tool writes, and broken files.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/hex.hpp"
#include "dump/card_image.hpp"
#include "test_data.hpp"

namespace {

using dump::CardImage;
using dump::Format;
using port::CardKind;

constexpr Format AllFormats[] = {Format::Raw, Format::Eml, Format::Proxmark, Format::Flipper};

base::Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

CardImage parsed(const std::string& text) { return dump::parse(bytes_of(text), "card"); }

std::string refusal(const std::string& text) {
    try {
        (void)parsed(text);
    } catch (const dump::Error& error) {
        return error.what();
    }
    return "accepted";
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), with);
}

/// Test plan's C1K7: 04 18 3F 09 32 1B 85, ATQA 44 00 on the air.
CardImage sample(CardKind kind = CardKind::Classic1k) {
    const base::Bytes uid{0x04, 0x18, 0x3F, 0x09, 0x32, 0x1B, 0x85};
    CardImage image = dump::fresh(kind, uid, dump::default_identity(kind, uid.size()));
    for (std::size_t i = 0; i < 16; ++i) image.blocks[5][i] = static_cast<std::uint8_t>(i * 17);
    return image;
}

std::string text_of(CardImage image, Format format) {
    image.format = format;
    const base::Bytes content = dump::serialise(image);
    return {content.begin(), content.end()};
}

TEST(Formats, EachFormatKeepsTheCard) {
    for (const CardKind kind : {CardKind::Mini, CardKind::Classic1k, CardKind::Classic4k}) {
        for (const Format format : AllFormats) {
            const CardImage original = sample(kind);
            const CardImage image = parsed(text_of(original, format));
            EXPECT_EQ(image.format, format);
            EXPECT_EQ(image.kind, original.kind);
            EXPECT_EQ(image.uid, original.uid);
            EXPECT_EQ(image.atqa, original.atqa);
            EXPECT_EQ(image.sak, original.sak);
            EXPECT_EQ(image.blocks, original.blocks);
            EXPECT_EQ(dump::serialise(image), bytes_of(text_of(original, format)));
        }
    }
}

// --- proxmark3
// -------------------------------------------------------------------------------------

TEST(ProxmarkFormat, EmptyMiniOfProxmark) {
    const auto path = test_data("dumps/s20-empty.json");
    if (!path) GTEST_SKIP() << "no CARTOUCHE_DATA";
    const CardImage image = dump::load(*path);
    EXPECT_EQ(image.format, Format::Proxmark);
    EXPECT_EQ(image.kind, CardKind::Mini);
    EXPECT_EQ(image.uid, (base::Bytes{0x1D, 0x35, 0x7A, 0xE9}));
    EXPECT_EQ(image.atqa, 0x0004) << "written 0400: low byte first";
    EXPECT_EQ(image.sak, 0x09);
    EXPECT_EQ(base::to_hex(image.blocks[0]), "1D357AE9BB890400C846002000000017");
    EXPECT_EQ(base::to_hex(image.blocks[19]), "FFFFFFFFFFFFFF078069FFFFFFFFFFFF");

    // What we write for it agrees with the tool's own file but for who made it and the type's
    // version.
    const base::Bytes own = base::read_file(*path, dump::MostBytes);
    std::string text{own.begin(), own.end()};
    text = replaced(text, "\"proxmark3\"", "\"cartouche\"");
    text = replaced(text, "mfcard", "mfc v2");
    EXPECT_EQ(text_of(image, Format::Proxmark), text + "\n");
}

TEST(ProxmarkFormat, OtherCardsAreRefused) {
    const std::string good = text_of(sample(), Format::Proxmark);
    EXPECT_EQ(refusal(replaced(good, "mfc v2", "iclass")),
              "card: FileType: \"iclass\" is no MIFARE Classic and no Ultralight");
}

TEST(ProxmarkFormat, ABrokenFileGivesPlaceAndReason) {
    const std::string good = text_of(sample(), Format::Proxmark);
    EXPECT_EQ(refusal(replaced(good, "\"mfc v2\"", "12")),
              "card: FileType: missing: no card image of proxmark3");
    EXPECT_EQ(refusal(replaced(good, "\"1\": \"00000000000000000000000000000000\",", "")),
              "card: blocks: 63 blocks, expected 20, 64 or 256");
    EXPECT_EQ(refusal(replaced(good, "\"1\": \"0", "\"x1\": \"0")),
              "card: blocks.1: this block is missing");
    EXPECT_EQ(refusal(replaced(good, "\"1\": \"00", "\"1\": \"0")),
              "card: blocks.1: expected the 32 hex digits of a block");
    EXPECT_EQ(refusal(replaced(good, "\"UID\": \"04", "\"UID\": \"")),
              "card: Card.UID: expected 4, 7 or 10 bytes");
    EXPECT_EQ(refusal(replaced(good, "\"UID\": \"04", "\"UID\": \"0x")),
              "card: Card.UID: expected hex digits");
    EXPECT_EQ(refusal(replaced(good, "\"ATQA\": \"4400\"", "\"ATQA\": \"44\"")),
              "card: Card.ATQA: expected 2 bytes");
    EXPECT_EQ(refusal(replaced(good, "\"SAK\": \"08\"", "\"SAK\": 8")),
              "card: Card.SAK: expected hex digits");
    EXPECT_EQ(refusal(replaced(good, "\"SAK\": ", "\"SAK\" ")), "card: line 7: not JSON here");
    EXPECT_EQ(refusal(std::string(100'000, '{')), "card: line 1: nested too deeply");
    EXPECT_EQ(refusal("{\"FileType\": 1e9999}").substr(0, 5), "card:");
    EXPECT_EQ(refusal("{\"FileType\": \"mfc v2\"}"), "card: blocks: missing");
    for (std::size_t size = 1; size + 2 < good.size(); size += 37)
        EXPECT_TRUE(refusal(good.substr(0, size)).starts_with("card: line ")) << size;
}

TEST(ProxmarkFormat, WithoutCardTheBlocksTell) {
    std::string text = text_of(sample(), Format::Proxmark);
    text = replaced(text, "\"Card\"", "\"Other\"");
    const CardImage image = parsed(text);
    EXPECT_EQ(image.uid, sample().uid);
    EXPECT_EQ(image.atqa, 0x0044);
    EXPECT_EQ(image.sak, 0x08);
}

// --- Flipper
// ---------------------------------------------------------------------------------------

TEST(FlipperFormat, AtqaStandsHighByteFirstFromVersion3On) {
    const std::string text = text_of(sample(), Format::Flipper);
    EXPECT_NE(text.find("\nVersion: 4\n"), std::string::npos);
    EXPECT_NE(text.find("\nATQA: 00 44\n"), std::string::npos);
    EXPECT_EQ(parsed(text).atqa, 0x0044);
    EXPECT_EQ(parsed(replaced(text, "Version: 4", "Version: 3")).atqa, 0x0044);
    EXPECT_EQ(parsed(replaced(text, "Version: 4", "Version: 2")).atqa, 0x4400);
}

TEST(FlipperFormat, UnknownBytesReadAsZeroAndStayUnknown) {
    const std::string text = replaced(text_of(sample(), Format::Flipper),
                                      "Block 7: FF FF FF FF FF FF", "Block 7: ?? ?? ?? ?? ?? ??");
    CardImage image = parsed(text);
    EXPECT_EQ(base::to_hex(image.blocks[7]), "000000000000FF078069FFFFFFFFFFFF");
    ASSERT_EQ(image.notes.size(), 1U);
    EXPECT_EQ(image.notes[0], "6 bytes are unknown (\"?\?\") and read as 00");
    EXPECT_EQ(text_of(image, Format::Flipper), text);
    image.blocks[7][0] = 0xA0;
    EXPECT_NE(text_of(image, Format::Flipper).find("Block 7: A0 ?? ?? ?? ?? ?? FF"),
              std::string::npos);
}

TEST(FlipperFormat, LineEndsAndCaseDoNotMatter) {
    std::string text = text_of(sample(), Format::Flipper);
    std::string other;
    for (const char c : text) {
        if (c == '\n') other += '\r';
        other += c;
    }
    EXPECT_EQ(parsed(other).blocks, sample().blocks);
    EXPECT_EQ(parsed(replaced(text, "Block 3: FF FF", "Block 3: ff fF")).blocks, sample().blocks);
}

TEST(FlipperFormat, OtherCardsAreRefused) {
    const auto path = test_data("dumps/Ultralight_C.nfc");
    if (!path) GTEST_SKIP() << "no CARTOUCHE_DATA";
    try {
        (void)dump::load(*path);
        FAIL();
    } catch (const dump::Error& error) {
        EXPECT_EQ(std::string{error.what()},
                  path->string() +
                      ": line 12: expected Mifare Ultralight, Mifare Ultralight AES, "
                      "NTAG213, NTAG215 or NTAG216, once");
    }
    EXPECT_EQ(refusal("Filetype: Flipper NFC device\nDevice type: SLIX\n"),
              "card: line 2: \"SLIX\" is no MIFARE Classic, Ultralight or NTAG");
}

TEST(FlipperFormat, ABrokenFileGivesLineAndReason) {
    const std::string good = text_of(sample(), Format::Flipper);
    EXPECT_EQ(refusal(replaced(good, "SAK: 08", "SAK: 8")),
              "card: line 6: expected hex bytes for SAK");
    EXPECT_EQ(refusal(replaced(good, "UID: 04", "UID:")),
              "card: line 4: a UID has 4, 7 or 10 bytes");
    EXPECT_EQ(refusal(replaced(good, "type: 1K", "type: 2K")),
              "card: line 7: expected MINI, 1K or 4K, once");
    EXPECT_EQ(refusal(replaced(good, "Mifare Classic type", "Other")),
              "card: line 10: the type of the card must come before");
    EXPECT_EQ(refusal(replaced(good, "Block 1: 00", "Block 1:")),
              "card: line 11: expected the 16 bytes of a block");
    EXPECT_EQ(refusal(replaced(good, "Block 1:", "Block 64:")),
              "card: line 11: this card has no such block");
    EXPECT_EQ(refusal(replaced(good, "Block 1:", "Block 2:")),
              "card: line 12: this block comes twice");
    EXPECT_EQ(refusal(replaced(good, "Block 1:", "Bloc 1:")),
              "card: line 73: ends without block 1");
    EXPECT_EQ(refusal(replaced(good, "Version: 4", "Version: x")),
              "card: line 2: expected a version number");
    EXPECT_EQ(refusal(replaced(good, "Version: 4", "Version")),
              "card: line 2: expected \"Key: value\"");
    EXPECT_EQ(refusal("Filetype: Flipper NFC device\n"),
              "card: line 1: ends without the type of the card");
}

// --- .eml
// ------------------------------------------------------------------------------------------

TEST(EmlFormat, ALineIsABlock) {
    const std::string text = text_of(sample(), Format::Eml);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 64);
    EXPECT_TRUE(
        text.starts_with("04183F09321B850844000000000000"
                         "00\n"));
    const CardImage image = parsed("\n" + text + "\n\n");
    EXPECT_EQ(image.blocks, sample().blocks);
    EXPECT_EQ(image.uid, sample().uid);
}

TEST(EmlFormat, ABrokenFileGivesLineAndReason) {
    const std::string good = text_of(sample(), Format::Eml);
    EXPECT_EQ(refusal(good.substr(0, good.size() - 33)),
              "card: line 63: ends after 63 blocks, expected 20, 64 or 256");
    EXPECT_EQ(refusal(good.substr(0, good.size() - 2)),
              "card: line 64: expected the 32 hex digits of a block");
    EXPECT_EQ(refusal(replaced(good, "FF07", "FG07")),
              "card: line 4: expected the 32 hex digits of a block");
    EXPECT_EQ(refusal(good + good + good + good + "00\n").substr(0, 14), "card: line 257");
    EXPECT_EQ(refusal(good + good + good + good + good),
              "card: line 257: more than the 256 blocks of a 4K card");
    EXPECT_EQ(refusal("04112233\n44556677\n"),
              "card: line 2: ends after 2 pages, expected 16, 45, 60, 135 or 231");
}

TEST(Formats, ARawImageOfPrintableBytesIsStillRaw) {
    base::Bytes content(1024, 'X');
    EXPECT_EQ(dump::parse(content, "card").format, Format::Raw);
}

TEST(Formats, TooLongAFileIsRefused) {
    EXPECT_EQ(refusal(std::string((1U << 20) + 1, '0')),
              "card: offset 1048576: too long for a card image");
}

TEST(Formats, ExtensionNamesTheFormat) {
    EXPECT_EQ(dump::format_of("a/b.mfd"), Format::Raw);
    EXPECT_EQ(dump::format_of("b.BIN"), Format::Raw);
    EXPECT_EQ(dump::format_of("b.eml"), Format::Eml);
    EXPECT_EQ(dump::format_of("b.json"), Format::Proxmark);
    EXPECT_EQ(dump::format_of("b.nfc"), Format::Flipper);
    EXPECT_EQ(dump::format_of("b.nvm"), std::nullopt);
    EXPECT_EQ(dump::format_of("b"), std::nullopt);
}

// Sheet 1 and 1.1: identification and block 0.
TEST(Fresh, DeliveryCards) {
    const base::Bytes single{0x10, 0xE2, 0xF0, 0xA1};
    const CardImage card =
        dump::fresh(CardKind::Classic4k, single, dump::default_identity(CardKind::Classic4k, 4));
    EXPECT_EQ(base::to_hex(card.blocks[0]), "10E2F0A1A31802000000000000000000");
    EXPECT_EQ(base::to_hex(card.blocks[127]), "FFFFFFFFFFFFFF078069FFFFFFFFFFFF");
    EXPECT_EQ(base::to_hex(card.blocks[131]), "00000000000000000000000000000000");
    EXPECT_EQ(base::to_hex(card.blocks[143]), "FFFFFFFFFFFFFF078069FFFFFFFFFFFF");
    EXPECT_EQ(base::to_hex(sample(CardKind::Mini).blocks[0]), "04183F09321B85094400000000000000");
    EXPECT_EQ(dump::default_identity(CardKind::Classic4k, 7).atqa, 0x0042);
    EXPECT_EQ(dump::default_identity(CardKind::Classic1k, 10).atqa, 0x0084);
    EXPECT_THROW((void)dump::fresh(CardKind::Mini, {1, 2, 3}, {0, 0}), std::invalid_argument);
}

}  // namespace
