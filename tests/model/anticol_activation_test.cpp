// Expected values: iso14443.md 3, 5, 6.2; mifare-classic.md 2; test plan, suite Anticol.
#include <gtest/gtest.h>

#include "air_bits.hpp"
#include "anticol/activation.hpp"
#include "base/hex.hpp"
#include "frame/bits.hpp"

namespace anticol {
namespace {

using model_test::bits;
using model_test::show;

Uid uid(std::string_view text) { return Uid::from(base::from_hex(text).value()); }
base::Bits frame_of(std::string_view text) {
    return frame::standard_bits(base::from_hex(text).value());
}

class AnticolState : public testing::Test {
protected:
    Activation card;
    base::Bits reply;

    void wake(std::string_view text = "10E2F0A1") { card.wake({uid(text), 0x0004, 0x08}, reply); }
    /// The bits of the answer, "-" for silence.
    std::string send(const base::Bits& air) {
        return card.ready_frame(air, reply) ? show(reply) : "-";
    }
};

TEST(AnticolUid, PartsOfEveryLevel) {
    using Part = std::array<std::uint8_t, 5>;
    EXPECT_EQ(uid("14579F69").part(1), (Part{0x14, 0x57, 0x9F, 0x69, 0xB5}));
    EXPECT_EQ(uid("04183F09321B85").part(1), (Part{0x88, 0x04, 0x18, 0x3F, 0xAB}));
    EXPECT_EQ(uid("04183F09321B85").part(2), (Part{0x09, 0x32, 0x1B, 0x85, 0xA5}));
    EXPECT_EQ(uid("04112233445566778899").part(1), (Part{0x88, 0x04, 0x11, 0x22, 0xBF}));
    EXPECT_EQ(uid("04112233445566778899").part(2), (Part{0x88, 0x33, 0x44, 0x55, 0xAA}));
    EXPECT_EQ(uid("04112233445566778899").part(3), (Part{0x66, 0x77, 0x88, 0x99, 0x00}));
}

TEST(AnticolUid, NuidOfTheSheet) {
    const auto bytes = [](const Uid& u) { return u.cipher_bytes(); };
    EXPECT_EQ(bytes(nuid(uid("040D681AB52281"))),
              (std::array<std::uint8_t, 4>{0x8F, 0x43, 0x0F, 0xEF}));
    EXPECT_EQ(bytes(nuid(uid("04183F09321B85"))),
              (std::array<std::uint8_t, 4>{0x4F, 0x50, 0x5D, 0x7D}));
}

TEST_F(AnticolState, SplitByteExampleOfTheStandard) {
    wake("3210ABCD");
    const auto whole = bits("11010101.0 10110011.0 00100010.1");
    EXPECT_EQ(send(frame_of("9340 3210")), show(whole));
    const auto split = send(bits("11001001.1 10100100.0 01001"));
    ASSERT_EQ(split.size(), 3U + 1 + 36);
    EXPECT_EQ(split.substr(0, 3), "100");
    EXPECT_EQ(split.substr(4), show(bits("00001000.0 11010101.0 10110011.0 00100010.1")));
}

TEST_F(AnticolState, EveryCutIsAnsweredWithTheRest) {
    const auto payload = base::from_hex("10E2F0A1A3").value();
    base::Bits known;
    for (unsigned k = 0; k < 40; ++k) {
        wake();
        auto air = frame_of("93");
        const auto nvb = static_cast<std::uint8_t>((2 + k / 8) << 4 | k % 8);
        frame::append_byte_with_parity(air, nvb);
        for (unsigned i = 0; i < k / 8; ++i) {
            frame::append_byte_with_parity(air, payload[i]);
        }
        frame::append_bits(air, payload[k / 8], k % 8);
        base::Bits rest;
        frame::append_bits(rest, static_cast<std::uint8_t>(payload[k / 8] >> k % 8), 8 - k % 8);
        rest.push_back(frame::odd_parity(payload[k / 8]));
        for (unsigned i = k / 8 + 1; i < 5; ++i) {
            frame::append_byte_with_parity(rest, payload[i]);
        }
        EXPECT_EQ(send(air), show(rest)) << k;
        EXPECT_EQ(card.state(), State::Ready);
        if (k != 0) {
            air[k % 8 != 0 ? air.size() - 1 : air.size() - 2] ^= 1;
            if (k % 8 == 0) {
                air.back() ^= 1;
            }
            EXPECT_EQ(send(air), "-") << k;
            EXPECT_EQ(card.state(), State::Idle);
        }
    }
}

TEST_F(AnticolState, TenByteUidTakesThreeLevels) {
    wake("04112233445566778899");
    EXPECT_EQ(send(frame_of("93708804 1122BFB3F9")), show(frame_of("04DA17")));
    EXPECT_EQ(send(frame_of("9320")), "-");
    wake("04112233445566778899");
    EXPECT_EQ(send(frame_of("937088041122BFB3F9")), show(frame_of("04DA17")));
    EXPECT_EQ(send(frame_of("957088334455AA13FA")), show(frame_of("04DA17")));
    EXPECT_EQ(card.level(), 3U);
    EXPECT_EQ(send(frame_of("97706677889900CE25")), show(frame_of("08B6DD")));
    EXPECT_EQ(card.state(), State::Active);
}

TEST_F(AnticolState, WrongSelectsFallBack) {
    for (const char* wrong : {"937010E2F0A1A3A24C", "937010E2F0A1A22B5C", "937010E2F0A1A3",
                              "937010E2F021236645", "9320 10", "9340 10", "957010E2F0A1A3A24D"}) {
        wake();
        EXPECT_EQ(send(frame_of(wrong)), "-") << wrong;
        EXPECT_EQ(card.state(), State::Idle) << wrong;
    }
}

TEST_F(AnticolState, EveryParityBitOfSelectCounts) {
    for (unsigned i = 0; i < 9; ++i) {
        wake();
        auto air = frame_of("937010E2F0A1A3A24D");
        air[9 * i + 8] ^= 1;
        EXPECT_EQ(send(air), "-") << i;
    }
}

TEST_F(AnticolState, HaltedCardWakesToWupaOnlyAndFallsBackToHalt) {
    card.halt();
    EXPECT_FALSE(card.wakes(frame::short_bits(0x26)));
    EXPECT_TRUE(card.wakes(frame::short_bits(0x52)));
    wake();
    EXPECT_EQ(send(frame_of("937010E2F0A1A3A24C")), "-");
    EXPECT_EQ(card.state(), State::Halt);
}

TEST_F(AnticolState, OnlyReqaAndWupaWakeFromIdle) {
    for (unsigned code = 0; code < 0x80; ++code) {
        EXPECT_EQ(card.wakes(frame::short_bits(static_cast<std::uint8_t>(code))),
                  code == 0x26 || code == 0x52);
    }
    EXPECT_FALSE(card.wakes(frame_of("26")));
    EXPECT_FALSE(card.wakes(bits("011001")));
}

}  // namespace
}  // namespace anticol
