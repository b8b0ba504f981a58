// Block protocol of the reader. Expected blocks: ISO/IEC 14443-4 sheet, 8.2, and plan rows DEP-R.
#include "reader/iso_dep.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "base/hex.hpp"
#include "reader/played_port.hpp"

namespace reader {
namespace {

using base::Bytes;

Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

class IsoDepChannel : public testing::Test {
protected:
    /// The card's blocks in turn, without CRC; "-" = silence, "x" = wrong CRC.
    void card_says(std::initializer_list<std::string_view> blocks) { script_.assign(blocks); }

    /// The exchange's status and data, then all blocks the reader sent.
    std::string run(std::string_view apdu, const DepParameters& parameters = {},
                    std::optional<std::uint8_t> cid = {}) {
        IsoDep channel{reader_, parameters, cid};
        const Read answer = channel.exchange(hex(apdu));
        std::string text = answer.status == Status::Ok ? base::to_hex(answer.data, " ")
                                                       : std::string{to_string(answer.status)};
        for (const auto& request : port_.sent) text += " | " + base::to_hex(request.data, " ");
        return text;
    }

    std::deque<std::string_view> script_;
    played::Port port_{[this](const port::Request&) -> std::optional<played::Reply> {
        if (script_.empty()) return std::nullopt;
        const auto block = script_.front();
        script_.pop_front();
        if (block == "-") return std::nullopt;
        if (block == "x") return played::Reply{.data = {0xFF}, .errors = {.crc = true}};
        return played::Reply{.data = hex(block)};
    }};
    Reader reader_{port_};
};

TEST_F(IsoDepChannel, NumbersToggle) {
    card_says({"02 90 00", "03 6A 82"});
    IsoDep channel{reader_, {}};
    EXPECT_EQ(base::to_hex(channel.exchange(hex("00 A4 04 00 00")).data), "9000");
    EXPECT_EQ(base::to_hex(channel.exchange(hex("00 B0 00 00 00")).data), "6A82");
    EXPECT_EQ(port_.sent[0].data, hex("02 00 A4 04 00 00"));
    EXPECT_EQ(port_.sent[1].data, hex("03 00 B0 00 00 00"));
}

TEST_F(IsoDepChannel, LostCommandIsSentAgain) {
    card_says({"-", "A3", "02 90 00"});
    EXPECT_EQ(run("00 A4"), "90 00 | 02 00 A4 | B2 | 02 00 A4");
}

TEST_F(IsoDepChannel, SpoiledAnswerIsAskedForAgain) {
    card_says({"x", "02 90 00"});
    EXPECT_EQ(run("00 A4"), "90 00 | 02 00 A4 | B2");
}

TEST_F(IsoDepChannel, ChainedAnswerIsJoinedAndErrorsInItAreAcknowledgedAgain) {
    card_says({"12 11", "x", "13 22", "02 33"});
    EXPECT_EQ(run("00 A4"), "11 22 33 | 02 00 A4 | A3 | A3 | A2");
}

TEST_F(IsoDepChannel, SilentCardIsGivenUp) {
    EXPECT_EQ(run("00 A4"), "no answer | 02 00 A4 | B2 | B2 | C2");
}

TEST_F(IsoDepChannel, BrokenRulesEndTheChannel) {
    for (const auto* wrong : {"A2", "03 90 00", "B3", "F2 00", "F2 3C", "F2", "F2 01 01", "A3 00",
                              "06 00 90", "22 90 00", "C2"}) {
        port_.sent.clear();
        card_says({wrong});
        EXPECT_EQ(run("00 A4"), "card broke the protocol | 02 00 A4 | C2") << wrong;
    }
}

TEST_F(IsoDepChannel, CardThatNeverGetsTheBlockIsGivenUp) {
    card_says({"A3", "A3", "A3", "C2"});
    EXPECT_EQ(run("00 A4"), "card broke the protocol | 02 00 A4 | 02 00 A4 | 02 00 A4 | C2");
}

TEST_F(IsoDepChannel, BlockLongerThanTheReadersIsAskedForAgain) {
    card_says({"02 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E", "02 90 00"});
    IsoDep channel{reader_, {}, {}, 16};
    EXPECT_EQ(base::to_hex(channel.exchange(hex("00 A4")).data), "9000");
    EXPECT_EQ(port_.sent[1].data, hex("B2"));
}

TEST_F(IsoDepChannel, EndlessWaitingTimeIsGivenUp) {
    Policy policy;
    policy.command_limit = 1'000'000;
    Reader hasty{port_, policy};
    port_.card = [](const port::Request& request) -> std::optional<played::Reply> {
        if (request.data == hex("C2")) return played::Reply{.data = hex("C2")};
        return played::Reply{.data = hex("F2 01"), .delay = 60'000};
    };
    IsoDep channel{hasty, {}};
    EXPECT_EQ(channel.exchange(hex("00 A4")).status, Status::Silent);
    EXPECT_EQ(port_.sent.back().data, hex("C2"));
}

TEST_F(IsoDepChannel, WaitingTimeIsExtendedForOneBlock) {
    card_says({"F2 C3", "x", "02 90 00"});
    EXPECT_EQ(run("00 A4"), "90 00 | 02 00 A4 | F2 03 | B2");
    EXPECT_EQ(port_.sent[0].timeout, 65'536U);
    EXPECT_EQ(port_.sent[1].timeout, 3U * 65'536U);
    EXPECT_EQ(port_.sent[2].timeout, 65'536U);
}

TEST_F(IsoDepChannel, ExtensionStopsAtTheLongestWaitingTime) {
    card_says({"F2 3B", "02 90 00"});
    run("00 A4", {.fwi = 14});
    EXPECT_EQ(port_.sent[1].timeout, 67'108'864U);
}

TEST_F(IsoDepChannel, LongCommandIsChainedToTheCardsFrameSize) {
    std::string apdu;
    for (int i = 0; i < 100; ++i) apdu += "5A";
    card_says({"A2", "03 90 00"});
    run(apdu, {.frame_size = 64});
    ASSERT_EQ(port_.sent.size(), 2U);
    EXPECT_EQ(port_.sent[0].data[0], 0x12);
    EXPECT_EQ(port_.sent[0].data.size(), 1 + 61U);
    EXPECT_EQ(port_.sent[1].data[0], 0x03);
    EXPECT_EQ(port_.sent[1].data.size(), 1 + 39U);

    port_.sent.clear();
    card_says({"AA 01", "0B 01 90 00"});
    run(apdu, {.frame_size = 64}, 1);
    ASSERT_EQ(port_.sent.size(), 2U);
    EXPECT_EQ(port_.sent[0].data.size(), 2 + 60U);
    EXPECT_EQ((Bytes{port_.sent[0].data.begin(), port_.sent[0].data.begin() + 2}), hex("1A 01"));
    EXPECT_EQ((Bytes{port_.sent[1].data.begin(), port_.sent[1].data.begin() + 2}), hex("0B 01"));
}

TEST_F(IsoDepChannel, LostAcknowledgeOfAChainDoesNotRepeatThePiece) {
    std::string apdu;
    for (int i = 0; i < 100; ++i) apdu += "5A";
    card_says({"-", "A2", "03 90 00"});
    run(apdu, {.frame_size = 64});
    ASSERT_EQ(port_.sent.size(), 3U);
    EXPECT_EQ(port_.sent[1].data, hex("B2"));
    EXPECT_EQ(port_.sent[2].data[0], 0x03);
}

TEST_F(IsoDepChannel, BlocksWithAnotherCidAreNotPassedUp) {
    card_says({"02 90 00", "0A 02 90 00", "0A 01 90 00"});
    EXPECT_EQ(run("00 A4", {}, 1), "90 00 | 0A 01 00 A4 | BA 01 | BA 01");
}

TEST_F(IsoDepChannel, DeselectMustBeConfirmed) {
    card_says({"C2", "02"});
    IsoDep channel{reader_, {}};
    EXPECT_EQ(channel.deselect(), Status::Ok);
    EXPECT_EQ(channel.deselect(), Status::Protocol);
    EXPECT_EQ(channel.deselect(), Status::Silent);
}

TEST(Ats, SaysWhatTheCardCan) {
    EXPECT_EQ(parse_ats(hex("01")), DepParameters{});
    EXPECT_EQ(
        parse_ats(hex("06 75 77 81 02 80")),
        (DepParameters{
            .frame_size = 64, .fwi = 8, .sfgi = 1, .cid = true, .nad = false, .rates = 0x77}));
    EXPECT_EQ(
        parse_ats(hex("05 78 80 71 02")),
        (DepParameters{
            .frame_size = 256, .fwi = 7, .sfgi = 1, .cid = true, .nad = false, .rates = 0x80}));
    EXPECT_EQ(parse_ats(hex("")), std::nullopt);
    EXPECT_EQ(parse_ats(hex("03 75 77")), std::nullopt) << "interface bytes are missing";
    EXPECT_EQ(parse_ats(hex("05 75 77")), std::nullopt) << "length is wrong";
}

TEST(Atqb, SaysWhatTheCardCan) {
    EXPECT_EQ(
        parse_atqb(hex("50 56 64 73 F2 00 00 00 00 80 81 71")),
        (DepParameters{
            .frame_size = 256, .fwi = 7, .sfgi = 0, .cid = true, .nad = false, .rates = 0x80}));
    EXPECT_EQ(
        parse_atqb(hex("50 56 64 73 F2 00 00 00 00 77 51 A2 30")),
        (DepParameters{
            .frame_size = 64, .fwi = 10, .sfgi = 3, .cid = false, .nad = true, .rates = 0x77}));
    EXPECT_EQ(parse_atqb(hex("50 56 64 73 F2 00 00 00 00 80 81")), std::nullopt);
    EXPECT_EQ(parse_atqb(hex("51 56 64 73 F2 00 00 00 00 80 81 71")), std::nullopt);
}

}  // namespace
}  // namespace reader
