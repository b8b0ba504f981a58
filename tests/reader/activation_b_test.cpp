// Activation of type B and polling for both. Expected frames: ISO/IEC 14443-3 and -4 sheet, 9; plan
// rows TYB; times: docs/choices.md.
#include <gtest/gtest.h>

#include <map>

#include "base/hex.hpp"
#include "reader/iso_dep.hpp"
#include "reader/played_port.hpp"

namespace reader {
namespace {

using base::Bytes;
using port::BitRate;
using port::Technology;

Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

constexpr std::string_view Atqb = "50 56 64 73 F2 00 00 00 00 80 81 71";
constexpr std::string_view Attrib = "1D 56 64 73 F2 00 05 01 00";

class ActivationB : public testing::Test {
protected:
    /// Cards of type B: what they say to each frame, without CRC; "x": a spoiled frame.
    std::map<std::string, std::string> says_{};
    bool type_a_ = false;

    std::string sent_text() const {
        std::string text;
        for (const auto& request : port_.sent) {
            if (!text.empty()) text += " | ";
            text +=
                (request.technology == Technology::B ? "" : "A:") + base::to_hex(request.data, " ");
        }
        return text;
    }

    played::Port port_{[this](const port::Request& request) -> std::optional<played::Reply> {
        if (request.technology == Technology::A)
            return type_a_ ? played::single_card(request) : std::nullopt;
        EXPECT_TRUE(request.tx_crc && request.rx_crc);
        const auto found = says_.find(base::to_hex(request.data, " "));
        if (found == says_.end()) return std::nullopt;
        if (found->second == "x") return played::Reply{.data = {0xFF}, .errors = {.crc = true}};
        return played::Reply{.data = hex(found->second)};
    }};
    Reader reader_{port_};
};

TEST_F(ActivationB, OneRequestFindsTheOnlyCard) {
    says_ = {{"05 00 00", std::string{Atqb}}};
    const Selected found = reader_.activate_b(Wake::Idle);
    ASSERT_EQ(found.status, Status::Ok);
    EXPECT_EQ(found.card.technology, Technology::B);
    EXPECT_EQ(found.card.uid, hex("56 64 73 F2"));
    EXPECT_EQ(found.card.atqb, hex(Atqb));
    EXPECT_TRUE(found.card.has_part4());
    EXPECT_EQ(sent_text(), "05 00 00");
}

TEST_F(ActivationB, WakeUpAndFamilyAreInTheRequest) {
    says_ = {{"05 11 08", std::string{Atqb}}};
    EXPECT_EQ(reader_.activate_b(Wake::All, 0x11).status, Status::Ok);
    EXPECT_EQ(sent_text(), "05 11 08");
}

TEST_F(ActivationB, NobodyIsSilence) {
    EXPECT_EQ(reader_.activate_b(Wake::Idle, 0, 2).status, Status::Silent);
    EXPECT_EQ(sent_text(), "05 00 00 | 05 00 00");
}

TEST_F(ActivationB, CardsThatCollideGetSlots) {
    says_ = {{"05 00 00", "x"}, {"25", std::string{Atqb}}};
    EXPECT_EQ(reader_.activate_b(Wake::Idle).card.uid, hex("56 64 73 F2"));
    // Four slots; the second marker's card is taken.
    EXPECT_EQ(sent_text(), "05 00 00 | 05 00 02 | 15 | 25");
}

TEST_F(ActivationB, SlotsGrowToSixteen) {
    says_ = {{"05 00 00", "x"}, {"05 00 02", "x"}, {"05 00 04", "x"}, {"F5", std::string{Atqb}}};
    EXPECT_EQ(reader_.activate_b(Wake::Idle).status, Status::Ok);
    EXPECT_EQ(sent_text(),
              "05 00 00 | 05 00 02 | 15 | 25 | 35 | 05 00 04 | 15 | 25 | 35 | 45 | 55 | 65 | 75 | "
              "85 | 95 | A5 | B5 | C5 | D5 | E5 | F5");
}

TEST_F(ActivationB, AnswerThatIsNoAtqbIsNoCard) {
    says_ = {{"05 00 00", "50 56 64 73 F2"}};
    EXPECT_EQ(reader_.activate_b(Wake::Idle, 0, 1).status, Status::Protocol);
}

TEST_F(ActivationB, ListHaltsEachCard) {
    // Two cards in different slots after a collision; both are silent once halted.
    unsigned halted = 0;
    port_.card = [&](const port::Request& request) -> std::optional<played::Reply> {
        const std::string text = base::to_hex(request.data, " ");
        if (halted == 0 && text == "05 00 00")
            return played::Reply{.data = {0xFF}, .errors = {.crc = true}};
        if (halted == 0 && text == "05 00 02") return played::Reply{.data = hex(Atqb)};
        if (halted == 0 && text == "35")
            return played::Reply{.data = hex("50 01 02 03 04 00 00 00 00 80 81 71")};
        if (text.starts_with("50 ")) {
            ++halted;
            return played::Reply{.data = {0x00}};
        }
        return std::nullopt;
    };
    const auto cards = reader_.list_b();
    ASSERT_EQ(cards.size(), 2U);
    EXPECT_EQ(cards[0].uid, hex("56 64 73 F2"));
    EXPECT_EQ(cards[1].uid, hex("01 02 03 04"));
    EXPECT_EQ(halted, 2U);
    EXPECT_TRUE(sent_text().find("50 56 64 73 F2 | 50 01 02 03 04") != std::string::npos)
        << sent_text();
}

TEST_F(ActivationB, ListEndsWhenNobodyCanBeToldApart) {
    port_.card = [](const port::Request&) {
        return played::Reply{.data = {0xFF}, .errors = {.crc = true}};
    };
    EXPECT_TRUE(reader_.list_b().empty());
}

TEST_F(ActivationB, KnownCardIsWokenWhoeverElseAnswers) {
    const Card card{.technology = Technology::B, .uid = hex("56 64 73 F2"), .atqb = hex(Atqb)};
    says_ = {{"05 00 08", "x"}};
    EXPECT_EQ(reader_.activate_known_b(card).status, Status::Ok);
    says_ = {};
    EXPECT_EQ(reader_.activate_known_b(card).status, Status::Silent);
}

TEST_F(ActivationB, HaltMustBeConfirmed) {
    const Card card{.technology = Technology::B, .uid = hex("56 64 73 F2")};
    EXPECT_EQ(reader_.halt_b(card), Status::Silent);
    says_ = {{"50 56 64 73 F2", "01"}};
    EXPECT_EQ(reader_.halt_b(card), Status::Protocol);
    says_ = {{"50 56 64 73 F2", "00"}};
    EXPECT_EQ(reader_.halt_b(card), Status::Ok);
}

TEST_F(ActivationB, AttribOpensAChannel) {
    says_ = {{"05 00 00", std::string{Atqb}},
             {std::string{Attrib}, "00"},
             {"02 00 A4", "02 90 00"},
             {"C2", "C2"}};
    const Selected found = reader_.activate_b(Wake::Idle);
    auto opened = IsoDep::open(reader_, found.card);
    ASSERT_TRUE(opened.channel);
    EXPECT_EQ(opened.answer, Bytes{0x00});
    EXPECT_EQ(base::to_hex(opened.channel->exchange(hex("00 A4")).data), "9000");
    // FWI 7 of the ATQB: 4096 x 2^7.
    EXPECT_EQ(port_.sent.back().timeout, 524'288U);
    EXPECT_EQ(opened.channel->deselect(), Status::Ok);
    EXPECT_EQ(sent_text(), "05 00 00 | 1D 56 64 73 F2 00 05 01 00 | 02 00 A4 | C2");
}

TEST_F(ActivationB, CidIsKeptInBlocks) {
    // The sheet's recording: FSD 64, CID 1.
    says_ = {{"1D 56 64 73 F2 00 05 01 01", "01"}, {"0A 01 00 CA 7F 68 00", "0A 01 6D 00"}};
    const Card card{.technology = Technology::B, .uid = hex("56 64 73 F2"), .atqb = hex(Atqb)};
    auto opened = IsoDep::open(reader_, card, 0x51);
    ASSERT_TRUE(opened.channel);
    EXPECT_EQ(base::to_hex(opened.channel->exchange(hex("00 CA 7F 68 00")).data), "6D00");
}

TEST_F(ActivationB, CardWithoutCidsGetsNone) {
    says_ = {{"1D 56 64 73 F2 00 05 01 00", "00"}};
    const Card card{.technology = Technology::B,
                    .uid = hex("56 64 73 F2"),
                    .atqb = hex("50 56 64 73 F2 00 00 00 00 80 81 70")};
    EXPECT_TRUE(IsoDep::open(reader_, card, 0x51).channel);
}

TEST_F(ActivationB, WrongAnswerToAttribIsAskedForAgainThenTheCardIsLeft) {
    says_ = {{std::string{Attrib}, "01"}};
    const Card card{.technology = Technology::B, .uid = hex("56 64 73 F2"), .atqb = hex(Atqb)};
    EXPECT_EQ(IsoDep::open(reader_, card).status, Status::Protocol);
    EXPECT_EQ(sent_text(),
              std::string{Attrib} + " | " + std::string{Attrib} + " | C2 | 50 56 64 73 F2");
}

TEST_F(ActivationB, CardThatIsNoPart4GetsNoAttrib) {
    says_ = {{"05 00 00", "50 56 64 73 F2 00 00 00 00 80 80 71"}};
    const Selected found = reader_.activate_b(Wake::Idle);
    ASSERT_EQ(found.status, Status::Ok);
    EXPECT_FALSE(found.card.has_part4());
    EXPECT_FALSE(IsoDep::open(reader_, found.card).channel);
    EXPECT_EQ(sent_text(), "05 00 00");
}

TEST_F(ActivationB, AttribAsksForTheHighestRatesBothHave) {
    struct Case {
        const char* name;
        const char* rates;  ///< of the ATQB
        BitRate highest;
        const char* parameter;  ///< P2: rates, FSD 64
    };
    for (const Case& c :
         {Case{"all", "77", BitRate::Fc16, "F5"}, Case{"up to 424", "77", BitRate::Fc32, "A5"},
          Case{"up to 106", "77", BitRate::Fc128, "05"},
          Case{"same only, nothing in common", "94", BitRate::Fc16, "05"},
          Case{"same only, 212", "93", BitRate::Fc16, "55"},
          Case{"from the card only", "70", BitRate::Fc16, "C5"},
          Case{"to the card only", "03", BitRate::Fc16, "25"},
          Case{"reserved bit", "7F", BitRate::Fc16, "05"}}) {
        SCOPED_TRACE(c.name);
        port_.sent.clear();
        says_ = {{std::string{"1D 56 64 73 F2 00 "} + c.parameter + " 01 00", "00"},
                 {"02 00 A4", "02 90 00"}};
        Policy policy;
        policy.highest_rate = c.highest;
        Reader fast{port_, policy};
        const Card card{
            .technology = Technology::B,
            .uid = hex("56 64 73 F2"),
            .atqb = hex(std::string{"50 56 64 73 F2 00 00 00 00 "} + c.rates + "81 71")};
        auto opened = IsoDep::open(fast, card);
        ASSERT_TRUE(opened.channel) << sent_text();
        EXPECT_EQ(port_.sent[0].tx_rate, BitRate::Fc128);
        EXPECT_EQ(port_.sent[0].rx_rate, BitRate::Fc128);
        EXPECT_EQ(opened.channel->exchange(hex("00 A4")).status, Status::Ok);
        const auto p2 = hex(c.parameter)[0];
        EXPECT_EQ(static_cast<unsigned>(port_.sent[1].tx_rate), (p2 >> 4U) & 3U);
        EXPECT_EQ(static_cast<unsigned>(port_.sent[1].rx_rate), p2 >> 6U);
    }
}

TEST_F(ActivationB, PollingLooksForTypeAFirst) {
    type_a_ = true;
    says_ = {{"05 00 00", std::string{Atqb}}};
    const Selected found = reader_.poll(Wake::Idle);
    EXPECT_EQ(found.status, Status::Ok);
    EXPECT_EQ(found.card.technology, Technology::A);
    EXPECT_EQ(found.card.uid, hex("10 E2 F0 A1"));
}

TEST_F(ActivationB, PollingLeavesTheFieldUnmodulatedBeforeEachType) {
    constexpr base::Tick FiveMilliseconds = 67'800;
    says_ = {{"05 00 00", std::string{Atqb}}};
    ASSERT_EQ(reader_.poll(Wake::Idle).card.technology, Technology::B);
    EXPECT_EQ(sent_text(), "A:26 | A:26 | A:26 | 05 00 00");
    EXPECT_GE(port_.sent[0].start, port_.field_changes.at(0).second + FiveMilliseconds);
    EXPECT_GE(port_.sent[3].start, port_.answers[2].tx_end + FiveMilliseconds);
}

}  // namespace
}  // namespace reader
