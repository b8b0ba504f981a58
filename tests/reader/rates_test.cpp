// Bit rates above fc/128. Expected blocks: ISO/IEC 14443-4 sheet, 7.1 and 7.2, and plan rows RATE.
#include <gtest/gtest.h>

#include <deque>

#include "base/hex.hpp"
#include "reader/iso_dep.hpp"
#include "reader/played_port.hpp"

namespace reader {
namespace {

using base::Bytes;
using port::BitRate;

Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

class HigherRates : public testing::Test {
protected:
    /// The card's blocks in turn, without CRC; "-" = silence, "x" = wrong CRC.
    void card_says(std::initializer_list<std::string_view> blocks) { script_.assign(blocks); }

    /// Frames with their rates where these are not fc/128. Example: "02 00 A4 @32/32"
    std::string sent_text() const {
        constexpr std::array<const char*, 4> Names{"128", "64", "32", "16"};
        std::string text;
        for (const auto& request : port_.sent) {
            if (!text.empty()) text += " | ";
            text += base::to_hex(request.data, " ");
            if (request.tx_rate == BitRate::Fc128 && request.rx_rate == BitRate::Fc128) continue;
            text += std::string{" @"} + Names[static_cast<unsigned>(request.tx_rate)] + "/" +
                    Names[static_cast<unsigned>(request.rx_rate)];
        }
        return text;
    }

    static Policy up_to(BitRate rate) {
        Policy policy;
        policy.highest_rate = rate;
        return policy;
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
};

TEST_F(HigherRates, AreSelectedAfterTheAtsAndLeftByDeselect) {
    Reader reader{port_, up_to(BitRate::Fc32)};
    card_says({"06 75 77 81 02 80", "D0", "02 90 00", "C2"});
    auto opened = IsoDep::open(reader, Card{});
    ASSERT_TRUE(opened.channel);
    EXPECT_EQ(base::to_hex(opened.channel->exchange(hex("00 A4")).data), "9000");
    EXPECT_EQ(opened.channel->deselect(), Status::Ok);
    EXPECT_EQ(opened.channel->rates(), Rates{});
    EXPECT_EQ(sent_text(), "E0 50 | D0 11 0A | 02 00 A4 @32/32 | C2 @32/32");
}

TEST_F(HigherRates, AreTheHighestThatBothAllow) {
    struct Case {
        const char* ats;
        BitRate highest;
        const char* sent;
    };
    for (const Case& c :
         {Case{"06 75 77 81 02 80", BitRate::Fc16, "E0 50 | D0 11 0F"},
          Case{"06 75 77 81 02 80", BitRate::Fc64, "E0 50 | D0 11 05"},
          Case{"06 75 77 81 02 80", BitRate::Fc128, "E0 50"},
          Case{"06 75 00 81 02 80", BitRate::Fc16, "E0 50"},
          Case{"06 75 80 81 02 80", BitRate::Fc16, "E0 50"},
          Case{"06 75 14 81 02 80", BitRate::Fc16, "E0 50 | D0 11 07"},  // DSI 1, DRI 3
          Case{"06 75 94 81 02 80", BitRate::Fc16, "E0 50"},             // same divisor only
          Case{"06 75 B3 81 02 80", BitRate::Fc16, "E0 50 | D0 11 0A"},
          Case{"01", BitRate::Fc16, "E0 50"}}) {
        SCOPED_TRACE(c.ats);
        port_.sent.clear();
        Reader reader{port_, up_to(c.highest)};
        card_says({c.ats, "D0"});
        EXPECT_TRUE(IsoDep::open(reader, Card{}).channel);
        EXPECT_EQ(sent_text(), c.sent);
    }
}

TEST_F(HigherRates, SelectionHasTheCidOfRats) {
    Reader reader{port_, up_to(BitRate::Fc16)};
    card_says({"06 75 77 81 02 80", "D1"});
    EXPECT_TRUE(IsoDep::open(reader, Card{}, 0x51).channel);
    // A card without CIDs in its blocks has one in PPS all the same.
    card_says({"06 75 77 81 00 80", "D1", "02 90 00"});
    auto opened = IsoDep::open(reader, Card{}, 0x51);
    ASSERT_TRUE(opened.channel);
    opened.channel->exchange(hex("00 A4"));
    EXPECT_EQ(sent_text(), "E0 51 | D1 11 0F | E0 51 | D1 11 0F | 02 00 A4 @16/16");
}

TEST_F(HigherRates, UnansweredSelectionLeavesAllAsItWas) {
    Reader reader{port_, up_to(BitRate::Fc16)};
    card_says({"06 75 77 81 02 80", "-", "x", "02 90 00"});
    auto opened = IsoDep::open(reader, Card{});
    ASSERT_TRUE(opened.channel);
    opened.channel->exchange(hex("00 A4"));
    EXPECT_EQ(sent_text(), "E0 50 | D0 11 0F | D0 11 0F | 02 00 A4");
}

TEST_F(HigherRates, SelectionIsSentOnceMore) {
    Reader reader{port_, up_to(BitRate::Fc16)};
    card_says({"06 75 77 81 02 80", "x", "D0", "02 90 00"});
    auto opened = IsoDep::open(reader, Card{});
    ASSERT_TRUE(opened.channel);
    opened.channel->exchange(hex("00 A4"));
    EXPECT_EQ(sent_text(), "E0 50 | D0 11 0F | D0 11 0F | 02 00 A4 @16/16");
}

TEST_F(HigherRates, ErrorsAreRepairedAtTheSameRate) {
    Reader reader{port_, up_to(BitRate::Fc32)};
    card_says({"06 75 77 81 02 80", "D0", "x", "02 90 00"});
    auto opened = IsoDep::open(reader, Card{});
    ASSERT_TRUE(opened.channel);
    EXPECT_EQ(base::to_hex(opened.channel->exchange(hex("00 A4")).data), "9000");
    EXPECT_EQ(sent_text(), "E0 50 | D0 11 0A | 02 00 A4 @32/32 | B2 @32/32");
}

TEST_F(HigherRates, DirectionsMayDiffer) {
    Reader reader{port_};
    card_says({"06 75 77 81 02 80", "D0", "02 90 00"});
    auto opened = IsoDep::open(reader, Card{});
    ASSERT_TRUE(opened.channel);
    EXPECT_EQ(opened.channel->change_rates({BitRate::Fc128, BitRate::Fc64}), Status::Ok);
    opened.channel->exchange(hex("00 A4"));
    EXPECT_EQ(sent_text(), "E0 50 | D0 11 04 | 02 00 A4 @128/64");
}

TEST(RatesOfACard, AreReadBitByBit) {
    EXPECT_TRUE(allows(0x00, {}));
    EXPECT_FALSE(allows(0x00, {BitRate::Fc64, BitRate::Fc64}));
    EXPECT_TRUE(allows(0x77, {BitRate::Fc128, BitRate::Fc64}));
    EXPECT_FALSE(allows(0xF7, {BitRate::Fc128, BitRate::Fc64}));
    EXPECT_TRUE(allows(0xF7, {BitRate::Fc16, BitRate::Fc16}));
    EXPECT_TRUE(allows(0x14, {BitRate::Fc16, BitRate::Fc64}));
    EXPECT_FALSE(allows(0x14, {BitRate::Fc64, BitRate::Fc64}));
    EXPECT_FALSE(allows(0x14, {BitRate::Fc16, BitRate::Fc16}));
}

}  // namespace
}  // namespace reader
