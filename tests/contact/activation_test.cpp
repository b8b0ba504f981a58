// Reset, answer to reset and PPS, both sides (ISO/IEC 7816-3:2006, 6 to 9; test plan, CONT-A).
#include <gtest/gtest.h>

#include "contact/atr.hpp"
#include "contact/pps.hpp"
#include "contact/scripted_card.hpp"
#include "contact/scripted_reader.hpp"

namespace contact_test {

namespace {

using Contact = CardTest;

TEST_F(Contact, CONT_A_01_AtrFollowsResetInTime) {
    EXPECT_EQ(power_on(), "3B D4 95 00 80 31 FE 45 43 53 4D 31 27");
    const Cycle delay = heard.front().start - reset_at;
    EXPECT_GE(delay, 400U);
    EXPECT_LE(delay, 40'000U);
    EXPECT_EQ(application.resets.size(), 1U);
}

TEST_F(Contact, CONT_A_02_MuteCardIsDeactivatedInOrder) {
    ScriptedCard card{""};
    Slot slot{card, {}};
    EXPECT_TRUE(slot.power_on(0).empty());
    EXPECT_EQ(slot.status(), Status::Mute);
    EXPECT_EQ(last_pins(card), Deactivated);
    const auto count = card.pins.size();
    EXPECT_GT(card.pins[count - 4].at, card.pins[count - 5].at + 40'000);
    EXPECT_FALSE(slot.powered());
}

TEST_F(Contact, CONT_A_03_WorkedAtrsAreRead) {
    struct Case {
        std::string_view atr;
        contact::Parameters says;
        std::string_view historical;
    };
    contact::Parameters sim;
    sim.ta1 = 0x95;
    sim.protocols = {1};
    sim.ifsc = 0xFE;
    sim.bwi = 4;
    sim.cwi = 5;
    contact::Parameters csm = sim;
    csm.protocols = {0, 1};
    contact::Parameters jcop = sim;
    jcop.ta1 = 0x13;
    contact::Parameters storage;
    storage.protocols = {0, 1};
    const std::array cases{Case{"3B 94 95 81 31 FE 45 53 49 4D 31 6C", sim, "53 49 4D 31"},
                           Case{"3B D4 95 00 80 31 FE 45 43 53 4D 31 27", csm, "43 53 4D 31"},
                           Case{"3B F8 13 00 00 81 31 FE 45 4A 43 4F 50 76 32 34 31 B7", jcop,
                                "4A 43 4F 50 76 32 34 31"},
                           Case{"3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A",
                                storage, "80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00"},
                           Case{"3B 81 80 01 80 80", storage, "80"}};
    for (const auto& one : cases) {
        const auto atr = contact::parse_atr(bytes(one.atr));
        ASSERT_TRUE(atr.has_value()) << one.atr;
        EXPECT_EQ(contact::parameters_of(*atr), one.says) << one.atr;
        EXPECT_EQ(text(atr->historical), one.historical);
        EXPECT_EQ(text(contact::build(*atr)), one.atr);
        // A reader knows where it ends, and not before.
        const auto whole = bytes(one.atr);
        for (std::size_t n = 1; n < whole.size(); ++n)
            EXPECT_NE(contact::atr_length(base::ByteView{whole}.first(n)), n) << one.atr;
    }
}

TEST_F(Contact, CONT_A_04_WrongCheckByteIsRefused) {
    ScriptedCard card{"3B D4 95 00 80 31 FE 45 43 53 4D 31 26"};
    Slot slot{card, {}};
    EXPECT_TRUE(slot.power_on(0).empty());
    EXPECT_EQ(slot.status(), Status::BadAtr);
    EXPECT_EQ(last_pins(card), Deactivated);
}

TEST_F(Contact, CONT_A_05_InverseConventionIsUnderstood) {
    // (H) L HHL LLL LLH: nine moments after the start, read with H = 1 and LSB first 03.
    const auto ts = contact::encode(0x3F, contact::Convention::Inverse, {}, 0);
    EXPECT_EQ(ts.levels, 0b1'0000'0011U);
    EXPECT_EQ(contact::decode(ts, contact::Convention::Direct, {}).byte, 0x03);
    ScriptedCard card{"3F 02 14 50", {{5, {{"6D 00"}}}}};
    card.convention = contact::Convention::Inverse;
    Slot slot{card, {}};
    EXPECT_EQ(text(slot.power_on(0)), "3F 02 14 50");
    EXPECT_EQ(text(slot.transmit(bytes("00 A4 00 00"))), "6D 00");
    EXPECT_EQ(card.heard(), "00 A4 00 00 00|");
}

TEST_F(Contact, CONT_A_06_PpsChangesRateAndProtocol) {
    power_on();
    EXPECT_EQ(exchange("FF 11 95 7B"), "FF 11 95 7B");
    EXPECT_EQ(heard.back().rate, Rate{});
    rate = Fast;
    EXPECT_EQ(rate.etus(1), 32U);
    // From 12 etu of 372 cycles after PCK on.
    Cycle start = last_edge + 12 * 372;
    for (const auto byte : bytes("00 00 05 80 03 00 00 01 87")) {
        EXPECT_FALSE(send_byte(byte, start).has_value());
        start += 12 * 32;
    }
    EXPECT_EQ(listen(), "00 00 03 01 90 00 92");
    EXPECT_EQ(heard.front().rate, Fast);
    EXPECT_EQ(heard[1].start - heard[0].start, 12U * 32);
}

TEST_F(Contact, CONT_A_07_WrongPpsIsNotAnswered) {
    power_on();
    EXPECT_EQ(exchange("FF 11 95 7A"), "silent");
    // Still at 372 cycles and in the first offered protocol.
    EXPECT_EQ(exchange("80 03 00 00 01"), "03 01 90 00");
    EXPECT_EQ(heard.front().rate, Rate{});
}

TEST_F(Contact, CONT_A_08_ReaderTakesWhatTheCardLeaves) {
    contact::SlotOptions options;
    options.protocol = 1;
    options.ifsd = 32;
    ScriptedCard card{BothAtr, {{4, {{"FF 01 FE"}}}, {8, {{"00 00 02 90 00 92"}}}}};
    Slot slot{card, options};
    EXPECT_EQ(text(slot.power_on(0)), BothAtr);
    EXPECT_EQ(slot.protocol(), 1);
    EXPECT_EQ(slot.rate(), Rate{});
    EXPECT_EQ(text(slot.transmit(bytes("00 A4 04 00"))), "90 00");
    EXPECT_EQ(card.heard(), "FF 11 95 7B|00 00 04 00 A4 04 00 A4|");

    ScriptedCard other{BothAtr, {{4, {{"FF 11 96 78"}}}}};
    Slot refusing{other, options};
    EXPECT_TRUE(refusing.power_on(0).empty());
    EXPECT_EQ(refusing.status(), Status::PpsFailed);
    EXPECT_EQ(last_pins(other), Deactivated);
}

// ---- Beyond the plan ----

using Activation = CardTest;

TEST_F(Activation, PublishedPpsVectors) {
    const std::array cases{std::pair{contact::Pps{1, 0x95}, "FF 11 95 7B"},
                           std::pair{contact::Pps{1, 0x96}, "FF 11 96 78"},
                           std::pair{contact::Pps{1, 0x18}, "FF 11 18 F6"},
                           std::pair{contact::Pps{0, 0x13}, "FF 10 13 FC"},
                           std::pair{contact::Pps{1}, "FF 01 FE"}};
    for (const auto& [pps, hex] : cases) {
        EXPECT_EQ(text(pps.bytes()), hex);
        EXPECT_EQ(contact::parse_pps(bytes(hex)), pps);
    }
}

TEST_F(Activation, PublishedRates) {
    const std::array cases{std::pair{0x11, 372U}, std::pair{0x94, 64U}, std::pair{0x95, 32U},
                           std::pair{0x96, 16U}, std::pair{0x18, 31U}};
    for (const auto& [ta1, cycles] : cases)
        EXPECT_EQ(contact::rate_of(static_cast<std::uint8_t>(ta1)).value().etus(1), cycles);
    for (const int reserved : {0x10, 0x1A, 0x71, 0x81, 0xE1, 0xF1})
        EXPECT_FALSE(contact::rate_of(static_cast<std::uint8_t>(reserved)).has_value());
}

TEST_F(Activation, CardTakesPpsOnlyWithinWhatItsAtrSays) {
    struct Case {
        std::string_view request;
        std::string_view response;
    };
    const std::array cases{Case{"FF 10 95 7A", "FF 10 95 7A"},     // T=0 at the rate of TA1
                           Case{"FF 10 11 FE", "FF 10 11 FE"},     // the default, said aloud
                           Case{"FF 11 13 FD", "FF 11 13 FD"},     // between the two
                           Case{"FF 11 96 78", "FF 01 FE"},        // faster than TA1: left out
                           Case{"FF 11 7F 91", "FF 01 FE"},        // reserved: left out
                           Case{"FF 31 95 00 5B", "FF 11 95 7B"},  // no use of SPU
                           Case{"FF 02 FD", "silent"},             // T=2 is not offered
                           Case{"FF 91 95 FB", "silent"}};         // b8 of PPS0
    for (const auto& one : cases) {
        power_on();
        EXPECT_EQ(exchange(one.request), one.response) << one.request;
    }
}

TEST_F(Activation, BrokenOffPpsIsForgotten) {
    power_on();
    EXPECT_EQ((send("FF 11 95"), listen(2 * WorkWait)), "silent");
    EXPECT_EQ(exchange("FF 11 95 7B"), "FF 11 95 7B");
}

TEST_F(Activation, SpecificModeStartsAtOnce) {
    contact::Profile profile;
    // TA1 95, TA2 01: T=1 at 512/16, IFSC 32.
    profile.atr.groups = {{.a = std::uint8_t{0x95}, .b = {}, .c = {}, .next = std::uint8_t{1}},
                          {.a = std::uint8_t{0x01}, .b = {}, .c = {}, .next = {}}};
    profile.atr.historical.clear();
    make_card(profile);
    EXPECT_EQ(power_on(), "3B 90 95 11 01 15");
    rate = Fast;
    EXPECT_EQ(exchange("00 00 05 80 03 00 00 01 87"), "00 00 03 01 90 00 92");
}

TEST_F(Activation, ShortResetIsNone) {
    power_on();
    line().drive(Pin::Rst, false, line().now() + 1000);
    line().drive(Pin::Rst, true, line().now() + 399);
    last_edge = line().now();
    EXPECT_EQ(listen(), "silent");
    EXPECT_EQ(application.resets.size(), 1U);
    EXPECT_EQ(reset(), BothAtr);
}

TEST_F(Activation, ReaderActivatesInOrder) {
    ScriptedCard card{BlockAtr};
    contact::SlotOptions options;
    options.pps = false;
    Slot slot{card, options};
    EXPECT_EQ(text(slot.power_on(13'560)), BlockAtr);
    ASSERT_EQ(card.pins.size(), 5U);
    EXPECT_EQ(card.pins[0].pin, Pin::Rst);
    EXPECT_FALSE(card.pins[0].high);
    EXPECT_GE(card.pins[0].at, 3571U);  // a millisecond at 3.5712 MHz
    EXPECT_EQ(last_pins(card), "VCC on, I/O Z, CLK on, RST H");
    EXPECT_GE(card.pins[4].at, card.pins[3].at + 400);
    slot.power_off();
    EXPECT_EQ(last_pins(card), Deactivated);
}

TEST_F(Activation, AtrThatBreaksOffIsRefused) {
    for (const std::string_view broken :
         {"3B D4 95 00 80 31 FE 45 43 53 4D 31", "3B", "3B 0F 00"}) {
        ScriptedCard card{broken};
        Slot slot{card, {}};
        EXPECT_TRUE(slot.power_on(0).empty()) << broken;
        EXPECT_EQ(slot.status(), Status::BadAtr) << broken;
    }
}

TEST_F(Activation, AtrThatBreaksARuleIsNoAtr) {
    for (const std::string_view broken : {"", "3B", "3A 00", "3B 80 0F 8F", "3B 80 81 00 01",
                                          "3B 81 80 01 80 80 00", "3B 80 80 01"})
        EXPECT_FALSE(contact::parse_atr(bytes(broken)).has_value()) << broken;
    EXPECT_TRUE(contact::parse_atr(bytes("3B 00")).has_value());
    EXPECT_TRUE(contact::parse_atr(bytes("3B 80 80 01 01")).has_value());
}

TEST_F(Activation, ReaderKeepsTheGuardTimeOfTc1) {
    // TC1 = 05: 17 etu from start edge to start edge.
    ScriptedCard card{"3B 40 05", {{5, {{"6D 00"}}}}};
    Slot slot{card, {}};
    ASSERT_FALSE(slot.power_on(0).empty());
    EXPECT_EQ(text(slot.transmit(bytes("00 A4 00 00"))), "6D 00");
    ASSERT_EQ(card.edges.size(), 5U);
    for (std::size_t i = 1; i < 5; ++i) EXPECT_EQ(card.edges[i] - card.edges[i - 1], 17U * 372);
}

}  // namespace

}  // namespace contact_test
