#include "trace/list.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "session.hpp"
#include "trace/json.hpp"
#include "trace/recorder.hpp"

namespace {

using trace_test::pcd;
using trace_test::picc;
using trace_test::session_b;

const base::SectorKey DefaultKey{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};

/// The columns of one row, without the blanks around them.
std::vector<std::string> columns(const std::string& row) {
    std::vector<std::string> cells;
    std::istringstream in{row};
    for (std::string cell; std::getline(in, cell, '|');) {
        const auto from = cell.find_first_not_of(' ');
        const auto to = cell.find_last_not_of(' ');
        cells.push_back(from == std::string::npos ? "" : cell.substr(from, to - from + 1));
    }
    if (row.ends_with("| ")) cells.emplace_back();
    return cells;
}

std::vector<std::vector<std::string>> list(const std::vector<port::AirFrame>& frames,
                                           std::vector<base::SectorKey> keys = {}) {
    std::ostringstream out;
    trace::List list{out, std::move(keys)};
    for (const port::AirFrame& frame : frames) list.on_frame(frame);
    std::istringstream in{out.str()};
    std::vector<std::vector<std::string>> rows;
    std::string row;
    std::getline(in, row);
    EXPECT_EQ(columns(row),
              (std::vector<std::string>{"Start", "End", "Src", "Data (! denotes parity error)",
                                        "CRC", "Annotation"}));
    std::getline(in, row);
    while (std::getline(in, row)) rows.push_back(columns(row));
    return rows;
}

using Row = std::vector<std::string>;

TEST(TraceList, ActivationReadsAsProxmarkUsersKnowIt) {
    const auto rows = list(session_b());
    ASSERT_EQ(rows.size(), 23U);
    EXPECT_EQ(rows[0], (Row{"0", "1024", "Rdr", "26(7)", "", "REQA"}));
    EXPECT_EQ(rows[1], (Row{"20000", "22432", "Tag", "04  00", "", "ATQA"}));
    EXPECT_EQ(rows[2][3], "93  20");
    EXPECT_EQ(rows[2][5], "ANTICOLL");
    EXPECT_EQ(rows[3][5], "UID");
    EXPECT_EQ(rows[4], (Row{"80000", "90496", "Rdr", "93  70  9C  59  9B  32  6C  6B  30", "ok",
                            "SELECT_UID"}));
    EXPECT_EQ(rows[5], (Row{"100000", "103584", "Tag", "08  B6  DD", "ok", "SAK"}));
    EXPECT_EQ(rows[6][5], "AUTH-A(0)");
    EXPECT_EQ(rows[7][5], "AUTH: nt");
    EXPECT_EQ(rows[8][3], "A1  E4! 58  CE! 6E  EA! 41  E0!");
    EXPECT_EQ(rows[8][5], "AUTH: nr ar (enc)");
    EXPECT_EQ(rows[9][5], "AUTH: at (enc)");
}

TEST(TraceList, KnownKeyShowsThePlaintextOfAllFourAuthentications) {
    const auto rows = list(session_b(), {DefaultKey});
    std::vector<Row> plain;
    for (const Row& row : rows)
        if (row[2] == "*") plain.push_back({row[3], row[4], row[5]});
    // Plaintexts of mifare-classic.md, 3.5; parity bits in clear are odd, so no byte has a mark.
    ASSERT_EQ(plain.size(), 12U);
    EXPECT_EQ(plain[0], (Row{"EF  EA  1C  DA  8D  65  73  4B", "", "nr ar"}));
    EXPECT_EQ(plain[1], (Row{"9A  42  7B  20", "", "at"}));
    EXPECT_EQ(plain[2], (Row{"60  00  F5  7B", "ok", "AUTH-A(0)"}));
    EXPECT_EQ(plain[3], (Row{"77  B7  89  18  14  91  FB  DB", "", "nt A55D950B, nr ar"}));
    EXPECT_EQ(plain[4], (Row{"A5  38  5D  38", "", "at"}));
    EXPECT_EQ(plain[5], (Row{"60  00  F5  7B", "ok", "AUTH-A(0)"}));
    EXPECT_EQ(plain[6][2], "nt C9BE54A3, nr ar");
    EXPECT_EQ(plain[8][2], "AUTH-A(0)");
    EXPECT_EQ(plain[9][2], "nt 4A9C3394, nr ar");
    EXPECT_EQ(plain[11], (Row{"30  00  02  A8", "ok", "READBLOCK(0)"}));
}

TEST(TraceList, WrongKeyShowsNoPlaintext) {
    const auto rows = list(session_b(), {base::SectorKey{{1, 2, 3, 4, 5, 6}}});
    for (const Row& row : rows) EXPECT_NE(row[2], "*");
}

TEST(TraceList, CommandsInClearAreNamed) {
    const std::vector<std::pair<std::string, std::string>> named{
        {"52/7", "WUPA"},
        {"95 20", "ANTICOLL-2"},
        {"97 70 12 DE 5F 80 13 EA 25", "SELECT_UID-3"},
        {"30 04 26 EE", "READBLOCK(4)"},
        {"A0 04 7B F7", "WRITEBLOCK(4)"},
        {"C1 04 F6 8B", "INC(4)"},
        {"B0 04 EA 62", "TRANSFER(4)"},
        {"60 14 50 2D", "AUTH-A(20)"},
        {"50 00 57 CD", "HALT"},
        {"E0 50 BC A5", "RATS"},
    };
    for (const auto& [bytes, name] : named) {
        const auto rows = list({pcd(bytes)});
        ASSERT_EQ(rows.size(), 1U);
        EXPECT_EQ(rows[0][5], name) << bytes;
    }
}

TEST(TraceList, LongFrameGoesOnInTheNextRow) {
    std::string bytes;
    for (int i = 0; i < 20; ++i) bytes += i < 18 ? "01 " : "02 ";
    const auto rows = list({picc(bytes)});
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0][2], "Tag");
    EXPECT_EQ(rows[0][4], "");
    EXPECT_EQ(rows[1][2], "");
    EXPECT_EQ(rows[1][3], "02  02");
    EXPECT_EQ(rows[1][4], "!crc");
}

TEST(TraceList, WrongCrcIsMarked) {
    const auto rows = list({pcd("30 04 26 EF")});
    EXPECT_EQ(rows[0][4], "!crc");
}

TEST(TraceList, FourBitAnswersAreAckAndNak) {
    const auto rows = list({pcd("30 04 26 EE"), picc("0A/4"), pcd("30 04 26 EE"), picc("04/4")});
    EXPECT_EQ(rows[1][3], "0A(4)");
    EXPECT_EQ(rows[1][5], "ACK");
    EXPECT_EQ(rows[3][5], "NAK(4)");
}

TEST(TraceList, SessionOfValueCommandsIsReadWithItsKey) {
    // Session D of mifare-classic.md: ciphertext with its parity column.
    const auto bits = [](const std::string& hex, const std::string& parity) {
        base::Bits made;
        for (std::size_t i = 0; i < hex.size() / 2; ++i) {
            const auto byte = static_cast<unsigned>(std::stoul(hex.substr(2 * i, 2), nullptr, 16));
            for (unsigned b = 0; b < 8; ++b)
                made.push_back(static_cast<std::uint8_t>((byte >> b) & 1U));
            made.push_back(static_cast<std::uint8_t>(parity[i] - '0'));
        }
        return made;
    };
    using Source = port::AirFrame::Source;
    const std::vector<port::AirFrame> frames{
        pcd("93 70 10 E2 F0 A1 A3 A2 4D"),
        picc("08 B6 DD"),
        pcd("60 04 D1 3D"),
        picc("01 20 01 45"),
        {Source::Pcd, 0, bits("CD0646EDC69A4D00", "10000110"), 0, 0},
        {Source::Picc, 0, bits("9381F6AD", "1011"), 0, 0},
        {Source::Pcd, 0, bits("5E524607", "1111"), 0, 0},
        picc("03/4"),
        {Source::Pcd, 0, bits("6D5025C0F814C183A6CF4AD7D71DF28A15B7", "001011111100001011"), 0, 0},
        picc("0A/4"),
        {Source::Pcd, 0, bits("ECF375A2", "1100"), 0, 0},
        picc("0D/4"),
        {Source::Pcd, 0, bits("16DA0AB13594", "110000"), 0, 0},
        {Source::Pcd, 0, bits("A06CAC24", "0001"), 0, 0},
        picc("0B/4"),
        {Source::Pcd, 0, bits("08F277B4", "1101"), 0, 0},
        {Source::Picc, 0, bits("1CFAF839C501470565282B3A46B20B911CFF", "010101100011110010"), 0, 0},
        {Source::Pcd, 0, bits("79D069B8", "1110"), 0, 0},
        picc("02/4"),
    };
    std::vector<Row> plain;
    for (const Row& row : list(frames, {DefaultKey}))
        if (row[2] == "*") plain.push_back({row[3], row[4], row[5]});
    ASSERT_EQ(plain.size(), 15U);
    EXPECT_EQ(plain[2][2], "WRITEBLOCK(4)");
    EXPECT_EQ(plain[3], (Row{"0A(4)", "", "ACK"}));
    EXPECT_EQ(plain[4][2], "DATA");
    EXPECT_EQ(plain[4][1], "ok");
    EXPECT_EQ(plain[6][2], "INC(4)");
    EXPECT_EQ(plain[8], (Row{"0A  00  00  00  AE  8A", "ok", "DATA"}));
    EXPECT_EQ(plain[9][2], "TRANSFER(4)");
    EXPECT_EQ(
        plain[12],
        (Row{"6E  00  00  00  91  FF  FF  FF  6E  00  00  00  04  FB  04  FB  BA  90", "ok", ""}));
    EXPECT_EQ(plain[13][2], "READBLOCK(64)");
    EXPECT_EQ(plain[14], (Row{"04(4)", "", "NAK(4)"}));
}

TEST(TraceJson, FrameHasItsFields) {
    const std::vector<trace::Event> events{trace::FieldChange{true, 0}, pcd("26/7", 13560),
                                           picc("04 00", 27120)};
    const auto json = trace::to_json(events);
    ASSERT_EQ(json.size(), 2U);
    EXPECT_EQ(json[0]["source"], "pcd");
    EXPECT_EQ(json[0]["data"], "26");
    EXPECT_EQ(json[0]["bits"], 7);
    EXPECT_EQ(json[0]["start_us"], 1000.0);
    EXPECT_TRUE(json[0]["crc_ok"].is_null());
    EXPECT_EQ(json[1]["source"], "picc");
    EXPECT_EQ(json[1]["bits"], 16);
    EXPECT_EQ(json[1]["parity"], "01");
    EXPECT_EQ(json[1]["parity_ok"], true);
}

}  // namespace
