// Expected answers: host-links sheet 1.4 to 1.8.
#include "link/pn532.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "link/hsu_frame.hpp"
#include "reader/played_port.hpp"

namespace hostlink {
namespace {

using base::Bytes;

Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

class Pn532Chip : public testing::Test {
protected:
    /// The payload of the answer as text; "error" for a syntax error.
    std::string run(std::string_view command) {
        const auto frame = chip_.execute(hex(command));
        if (!frame) return "none";
        if (*frame == syntax_error_frame()) return "error";
        return base::to_hex(base::ByteView{*frame}.subspan(6, frame->size() - 8), " ");
    }

    /// The payload of an answer that may be an extended frame.
    std::string chunk(std::string_view command) {
        const auto frame = chip_.execute(hex(command)).value();
        const std::size_t head = frame[3] == 0xFF && frame[4] == 0xFF ? 9 : 6;
        return base::to_hex(base::ByteView{frame}.subspan(head, frame.size() - head - 2));
    }

    played::Port port_{[](const port::Request& request) { return played::single_card(request); }};
    reader::Reader reader_{port_};
    bool cancelled_ = false;
    unsigned polls_ = 0;
    Pn532 chip_{reader_, Hooks{[this] { return cancelled_; },
                               [this](std::chrono::milliseconds) { cancelled_ = ++polls_ > 50; }}};
};

TEST_F(Pn532Chip, AnswersWhatEveryHostAsksFirst) {
    EXPECT_EQ(run("14 01"), "15");
    EXPECT_EQ(run("14 01 00 00"), "15");
    EXPECT_EQ(run("00 00 6C 69 62 6E 66 63"), "01 00 6C 69 62 6E 66 63");
    EXPECT_EQ(run("02"), "03 32 01 06 07");
    EXPECT_EQ(run("12 14"), "13");
    EXPECT_EQ(run("06 63 02 63 03 63 0D 63 38 63 3D"), "07 80 80 00 00 00");
    EXPECT_EQ(run("32 01 00"), "33");
    EXPECT_EQ(run("32 05 FF FF FF"), "33");
    EXPECT_EQ(run("52 00"), "53 00");
    EXPECT_EQ(run("16 F0"), "17 00");
    EXPECT_EQ(run("10 07"), "11");
    EXPECT_EQ(run("04"), "05 00 00 00 00");
    EXPECT_EQ(run("00 01"), "01 00");
    EXPECT_EQ(run("00 02"), "01 00");
}

TEST_F(Pn532Chip, WrongParametersAreASyntaxError) {
    for (const auto* command :
         {"F0",       "00",       "06", "06 63", "08 63 02",    "12",         "32 01",
          "32 05 FF", "32 77 00", "40", "44",    "4A",          "4A 01",      "4A 03 00",
          "4A 01 03", "52",       "54", "60",    "60 01 00 10", "60 01 10 10"}) {
        EXPECT_EQ(run(command), "error") << command;
    }
}

TEST_F(Pn532Chip, FieldFollowsTheHost) {
    run("32 01 01");
    ASSERT_EQ(port_.field_changes.size(), 1U);
    EXPECT_TRUE(port_.field_changes[0].first);
    run("32 01 01");
    EXPECT_EQ(port_.field_changes.size(), 1U) << "on already";
    run("32 01 02");
    ASSERT_EQ(port_.field_changes.size(), 2U);
    EXPECT_FALSE(port_.field_changes[1].first) << "item 1: bit 1 is not the field";
}

TEST_F(Pn532Chip, ListsACardAndForgetsItWithTheField) {
    EXPECT_EQ(run("4A 01 00"), "4B 01 01 00 04 08 04 10 E2 F0 A1");
    EXPECT_EQ(run("04"), "05 00 00 01 01 00 00 00 00");
    run("32 01 00");
    EXPECT_EQ(run("40 01 30 00"), "41 27");
}

TEST_F(Pn532Chip, RetriesAsOftenAsConfigured) {
    port_.card = [](const port::Request&) { return std::nullopt; };
    run("32 05 00 01 02");
    EXPECT_EQ(run("4A 01 00"), "4B 00");
    EXPECT_EQ(port_.sent.size(), 3U);
    run("32 05 FF FF FF");
    EXPECT_EQ(run("4A 01 00"), "none") << "until the host gives up";
    EXPECT_GT(port_.sent.size(), 50U);
}

TEST_F(Pn532Chip, OtherTypesAreNotFound) {
    EXPECT_EQ(run("4A 01 01 00 FF FF 01 00"), "4B 00");
    EXPECT_EQ(run("4A 01 04"), "4B 00");
    EXPECT_TRUE(port_.sent.empty());
    run("08 63 02 92 63 03 92");
    EXPECT_EQ(run("42 05 00 08"), "43 01") << "FeliCa";
    EXPECT_TRUE(port_.sent.empty());
}

/// A card of type B that speaks ISO-DEP; it forgets nothing.
std::optional<played::Reply> card_b(const port::Request& request) {
    if (request.technology != port::Technology::B) return std::nullopt;
    const std::string text = base::to_hex(request.data, " ");
    if (text == "05 00 00" || text == "05 00 08")
        return played::Reply{.data = hex("50 56 64 73 F2 00 00 00 00 80 81 71")};
    if (text == "1D 56 64 73 F2 00 05 01 00") return played::Reply{.data = hex("00")};
    if (text == "02 00 A4") return played::Reply{.data = hex("02 90 00")};
    if (text == "C2") return played::Reply{.data = hex("C2")};
    return std::nullopt;
}

TEST_F(Pn532Chip, ListsACardOfTypeB) {
    port_.card = card_b;
    EXPECT_EQ(run("4A 01 03 00"), "4B 01 01 50 56 64 73 F2 00 00 00 00 80 81 71 01 00");
    EXPECT_EQ(run("40 01 00 A4"), "41 00 90 00");
    EXPECT_EQ(run("44 01"), "45 00");
    EXPECT_EQ(port_.sent.back().data, hex("C2"));
    // Deselected: woken again by the next exchange.
    EXPECT_EQ(run("40 01 00 A4"), "41 00 90 00");
    EXPECT_EQ(run("06 63 02 63 03"), "07 83 83");
}

TEST_F(Pn532Chip, CardOfTypeBThatIsNoPart4IsListedWithoutAnswerToAttrib) {
    port_.card = [](const port::Request& request) -> std::optional<played::Reply> {
        if (request.data == hex("05 00 00"))
            return played::Reply{.data = hex("50 56 64 73 F2 00 00 00 00 80 80 71")};
        if (request.data == hex("50 56 64 73 F2")) return played::Reply{.data = {0x00}};
        return std::nullopt;
    };
    EXPECT_EQ(run("4A 01 03 00"), "4B 01 01 50 56 64 73 F2 00 00 00 00 80 80 71 00");
    EXPECT_EQ(run("40 01 00 A4"), "41 27");
    EXPECT_EQ(run("44 01"), "45 00");
    EXPECT_EQ(port_.sent.back().data, hex("50 56 64 73 F2")) << "HLTB";
}

TEST_F(Pn532Chip, AutoPollReportsTypeB) {
    port_.card = card_b;
    EXPECT_EQ(run("60 14 02 20 10 23"), "61 01 23 0F 01 50 56 64 73 F2 00 00 00 00 80 81 71 01 00");
}

TEST_F(Pn532Chip, RawFramesOfTypeB) {
    port_.card = card_b;
    run("08 63 02 83 63 03 83");
    EXPECT_EQ(run("42 05 00 08"), "43 00 50 56 64 73 F2 00 00 00 00 80 81 71");
    EXPECT_TRUE(port_.sent.back().tx_crc && port_.sent.back().rx_crc);
    run("08 63 02 03 63 03 03");
    EXPECT_EQ(run("42 06 00"), "43 01");
    EXPECT_FALSE(port_.sent.back().tx_crc);
}

TEST_F(Pn532Chip, HigherRatesAreSelectedForTheHost) {
    port_.card = [](const port::Request& request) -> std::optional<played::Reply> {
        if (request.data == hex("E0 50")) return played::Reply{.data = hex("06 75 37 81 02 80")};
        if (request.data == hex("D0 11 0A")) return played::Reply{.data = hex("D0")};
        if (request.data == hex("02 00 A4")) return played::Reply{.data = hex("02 90 00")};
        return played::single_card(request, {0x10, 0xE2, 0xF0, 0xA1}, 0x20);
    };
    ASSERT_EQ(run("4A 01 00"), "4B 01 01 00 04 20 04 10 E2 F0 A1 06 75 37 81 02 80");
    EXPECT_EQ(run("4E 01 00 00"), "4F 00");
    EXPECT_EQ(port_.sent.back().data, hex("E0 50")) << "nothing to be done";
    EXPECT_EQ(run("4E 01 04 00"), "4F 10");
    EXPECT_EQ(run("4E 02 02 02"), "4F 27");
    EXPECT_EQ(run("4E 01 03 03"), "4F 27") << "not among the card's rates";
    EXPECT_EQ(run("4E 01 02 02"), "4F 00");
    EXPECT_EQ(run("40 01 00 A4"), "41 00 90 00");
    EXPECT_EQ(port_.sent.back().tx_rate, port::BitRate::Fc32);
    EXPECT_EQ(port_.sent.back().rx_rate, port::BitRate::Fc32);
    EXPECT_EQ(run("4E 01 02"), "error");
}

TEST_F(Pn532Chip, HigherRateOfAMemoryCardIsRefused) {
    run("4A 01 00");
    EXPECT_EQ(run("4E 01 01 01"), "4F 27");
    EXPECT_EQ(run("4E 01 00 00"), "4F 00");
}

TEST_F(Pn532Chip, KnownUidIsWokenFromHalt) {
    port_.card = [&](const port::Request& request) -> std::optional<played::Reply> {
        if (request.data == Bytes{0x52}) return played::Reply{.data = {0x44, 0x00}};
        if (request.data == hex("93 70 88 04 18 3F AB")) return played::Reply{.data = {0x04}};
        if (request.data == hex("95 70 09 32 1B 85 A5")) return played::Reply{.data = {0x08}};
        return std::nullopt;
    };
    EXPECT_EQ(run("4A 01 00 88 04 18 3F 09 32 1B 85"), "4B 01 01 00 44 08 07 04 18 3F 09 32 1B 85");
}

TEST_F(Pn532Chip, AutoPollReportsTheTypeThatFits) {
    EXPECT_EQ(run("60 14 02 20 10 03 11 12 04 03"), "61 01 10 09 01 00 04 08 04 10 E2 F0 A1");
}

TEST_F(Pn532Chip, AutoPollEndsWhenItsPollsAreUsedUp) {
    port_.card = [](const port::Request&) { return std::nullopt; };
    EXPECT_EQ(run("60 02 01 10 04"), "61 00");
    EXPECT_EQ(polls_, 4U) << "two polls of two types";
}

TEST_F(Pn532Chip, ReadsAndRefusesAsAMifareReader) {
    run("4A 01 00");
    port_.card = [](const port::Request& request) -> std::optional<played::Reply> {
        if (request.data[1] == 0x04) return played::Reply{.data = Bytes(16, 0x5A)};
        return played::Reply{.data = {0x04}, .last_bits = 4, .errors = {.crc = true}};
    };
    EXPECT_EQ(run("40 01 30 04"),
              "41 00" + std::string{base::to_hex(Bytes(16, 0x5A), " ")}.insert(0, " "));
    EXPECT_EQ(run("40 01 30 08"), "41 13");
    EXPECT_EQ(run("40 02 30 04"), "41 27");
    EXPECT_EQ(run("04").substr(0, 5), "05 13") << "last error";
}

TEST_F(Pn532Chip, AuthenticationSetsTheCipherBitAndTheHostClearsIt) {
    run("4A 01 00");
    EXPECT_EQ(run("40 01 60 04 FF FF FF FF FF FF 10 E2 F0 A1"), "41 00");
    ASSERT_EQ(port_.authentications.size(), 1U);
    EXPECT_EQ(port_.authentications[0].block, 4);
    EXPECT_EQ(run("06 63 38"), "07 08");
    EXPECT_EQ(run("08 63 38 00"), "09");
    EXPECT_FALSE(port_.crypto1_on());
    EXPECT_EQ(run("06 63 38"), "07 00");
    port_.authenticator = [](const port::AuthRequest&) { return port::AuthStatus::Refused; };
    EXPECT_EQ(run("40 01 61 04 FF FF FF FF FF FF 10 E2 F0 A1"), "41 14");
    EXPECT_EQ(run("06 63 38"), "07 00");
}

TEST_F(Pn532Chip, WritingTakesTwoFrames) {
    run("4A 01 00");
    port_.sent.clear();
    port_.card = [](const port::Request&) { return played::Reply{.data = {0x0A}, .last_bits = 4}; };
    EXPECT_EQ(run("40 01 A0 04 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F"), "41 00");
    ASSERT_EQ(port_.sent.size(), 2U);
    EXPECT_EQ(port_.sent[0].data, hex("A0 04"));
    EXPECT_EQ(port_.sent[1].data, hex("000102030405060708090A0B0C0D0E0F"));
    EXPECT_EQ(run("40 01 C1 04 0A 00 00 00"), "41 0B") << "part 2 must stay without answer";
}

TEST_F(Pn532Chip, Part4TargetGetsApdusAndLongAnswersComeInPieces) {
    // 300 bytes in blocks of 60, as FSD 64 of the RATS allows.
    unsigned piece = 0;
    port_.card = [&](const port::Request& request) -> std::optional<played::Reply> {
        if (request.data == hex("E0 50")) return played::Reply{.data = hex("06 75 77 81 02 80")};
        if (request.data == hex("02 00 01 02") || request.data == hex("A3") ||
            request.data == hex("A2")) {
            Bytes block(61, 0x11);
            block[0] = static_cast<std::uint8_t>(piece == 4 ? 0x02 : 0x12 + piece % 2);
            ++piece;
            return played::Reply{.data = block};
        }
        if (request.data == hex("C2")) return played::Reply{.data = hex("C2")};
        return played::single_card(request, {0x10, 0xE2, 0xF0, 0xA1}, 0x20);
    };
    EXPECT_EQ(run("4A 01 00"), "4B 01 01 00 04 20 04 10 E2 F0 A1 06 75 77 81 02 80");
    EXPECT_EQ(run("40 41 00 01"), "41 00");
    const auto first = base::from_hex(chunk("40 01 02")).value();
    ASSERT_EQ(first.size(), 264U);
    EXPECT_EQ(first[1], 0x40);
    const auto second = base::from_hex(chunk("40 01")).value();
    EXPECT_EQ(second.size(), 2 + 300U - 262U);
    EXPECT_EQ(second[1], 0x00);
    EXPECT_EQ(run("44 01"), "45 00");
    EXPECT_EQ(port_.sent.back().data, hex("C2"));
}

TEST_F(Pn532Chip, RawExchangeFollowsTheRegisters) {
    EXPECT_EQ(run("08 63 02 00 63 03 00 63 3D 07"), "09");
    EXPECT_EQ(run("42 26"), "43 00 04 00");
    EXPECT_EQ(port_.sent.back().last_bits, 7U);
    EXPECT_FALSE(port_.sent.back().tx_crc);
    EXPECT_EQ(run("06 63 3C"), "07 10");
    run("08 63 3D 00 63 02 80 63 03 80");
    EXPECT_EQ(run("42 50 00"), "43 01");
    EXPECT_TRUE(port_.sent.back().tx_crc);
    port_.card = [](const port::Request&) { return played::Reply{.data = {0x04}, .last_bits = 4}; };
    EXPECT_EQ(run("42 30 00"), "43 00 04");
    EXPECT_EQ(run("06 63 3C"), "07 14") << "four bits of the last byte";
}

TEST_F(Pn532Chip, TimedModeGoesThroughFifoAndTimer) {
    EXPECT_EQ(run("08 63 1A 80 63 1B 00 63 1C FF 63 1D FF"), "09");
    EXPECT_EQ(run("08 63 31 0C 63 3A 80 63 39 26 63 3D 87"), "09");
    EXPECT_EQ(run("06 63 3A"), "07 02");
    EXPECT_EQ(run("06 63 39 63 39 63 3A"), "07 04 00 00");
    EXPECT_NE(run("06 63 1E 63 1F"), "07 00 00");
}

TEST_F(Pn532Chip, TimeoutOfTheHostIsUsed) {
    run("32 02 00 0B 05");
    port_.card = [](const port::Request&) { return std::nullopt; };
    run("42 50 00");
    EXPECT_EQ(port_.sent.back().timeout, 1356U * 16) << "1.6 ms";
}

}  // namespace
}  // namespace hostlink
