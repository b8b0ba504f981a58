// Expected bytes: host-links sheet 1.2 and 1.4, plan rows LINK-01 to LINK-03.
#include "link/hsu_frame.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace hostlink {
namespace {

using base::Bytes;
using Kind = HostMessage::Kind;

Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

std::vector<HostMessage> parse(std::string_view text) {
    FrameParser parser;
    return parser.feed(hex(text));
}

const HostMessage Firmware{Kind::Command, {0x02}};

TEST(HsuFrame, NormalFrameIsFound) {
    EXPECT_EQ(parse("00 00 FF 02 FE D4 02 2A 00"), std::vector{Firmware});
}

TEST(HsuFrame, WakeUpBytesAndPreamblesAreSkipped) {
    EXPECT_EQ(parse("00000000000000000000 00 00 FF 02 FE D4 02 2A 00"), std::vector{Firmware});
    const auto messages = parse("55 55 0000000000000000000000000000 00 00 FF 03 FD D4 14 01 17 00");
    EXPECT_EQ(messages, (std::vector{HostMessage{Kind::Command, {0x14, 0x01}}}));
}

TEST(HsuFrame, OnePreambleByteIsEnoughAndThePostambleMayBeMissing) {
    EXPECT_EQ(parse("00 FF 02 FE D4 02 2A 00 FF 02 FE D4 02 2A"),
              (std::vector{Firmware, Firmware}));
}

TEST(HsuFrame, AckAndNackAreTold) {
    EXPECT_EQ(parse("00 00 FF 00 FF 00 00 00 FF FF 00 00"),
              (std::vector{HostMessage{Kind::Ack, {}}, HostMessage{Kind::Nack, {}}}));
}

TEST(HsuFrame, BytesMayComeOneByOne) {
    FrameParser parser;
    std::vector<HostMessage> all;
    for (const std::uint8_t byte : hex("00 00 FF 02 FE D4 02 2A 00 00 00 FF 00 FF 00")) {
        for (auto& message : parser.feed(base::ByteView{&byte, 1})) all.push_back(message);
    }
    EXPECT_EQ(all, (std::vector{Firmware, HostMessage{Kind::Ack, {}}}));
}

TEST(HsuFrame, WrongChecksumsAreNoFrame) {
    EXPECT_TRUE(parse("00 00 FF 02 FE D4 02 2B 00").empty());
    EXPECT_TRUE(parse("00 00 FF 02 FD D4 02 2A 00").empty());
    EXPECT_TRUE(parse("00 00 FF 02 FE D5 02 29 00").empty()) << "from a chip, not from a host";
    EXPECT_TRUE(parse("00 00 FF 01 FF D4 2C 00").empty()) << "no command code";
}

TEST(HsuFrame, FrameAfterABrokenOneIsFound) {
    EXPECT_EQ(parse("00 00 FF 02 FE D4 02 2B 00 00 00 FF 02 FE D4 02 2A 00"),
              std::vector{Firmware});
    EXPECT_EQ(parse("00 00 FF 09 F7 D4 00 00 00 FF 02 FE D4 02 2A 00"), std::vector{Firmware})
        << "a frame cut short by a client that died";
}

TEST(HsuFrame, ExtendedFrameIsFoundAndMade) {
    Bytes payload(262);
    for (std::size_t i = 2; i < payload.size(); ++i) payload[i] = static_cast<std::uint8_t>(i);
    Bytes frame = hex("00 00 FF FF FF 01 07 F8 D4");
    frame.insert(frame.end(), payload.begin(), payload.end());
    unsigned sum = 0xD4;
    for (const auto byte : payload) sum += byte;
    frame.push_back(static_cast<std::uint8_t>(-sum));
    frame.push_back(0x00);
    FrameParser parser;
    EXPECT_EQ(parser.feed(frame), (std::vector{HostMessage{Kind::Command, payload}}));

    frame[8] = 0xD5;
    frame[frame.size() - 2] = static_cast<std::uint8_t>(-(sum + 1));
    EXPECT_EQ(to_frame(payload), frame);
}

TEST(HsuFrame, LengthBeyondTheBufferIsNoFrame) {
    FrameParser parser;
    EXPECT_TRUE(parser.feed(hex("00 00 FF FF FF FF FF 02 D4")).empty());
    EXPECT_FALSE(parser.is_inside());
}

TEST(HsuFrame, LongestNormalAndShortestExtendedAnswer) {
    EXPECT_EQ(to_frame(Bytes(254))[3], 0xFF);
    EXPECT_EQ(to_frame(Bytes(254))[4], 0x01);
    const Bytes extended = to_frame(Bytes(255));
    EXPECT_EQ((Bytes{extended.begin() + 3, extended.begin() + 8}), hex("FF FF 01 00 FF"));
}

TEST(HsuFrame, AnswersCarryTheirChecksums) {
    EXPECT_EQ(to_frame(hex("03 32 01 06 07")), hex("00 00 FF 06 FA D5 03 32 01 06 07 E8 00"));
    EXPECT_EQ(to_frame(hex("15")), hex("00 00 FF 02 FE D5 15 16 00"));
    EXPECT_EQ(ack_frame(), hex("00 00 FF 00 FF 00"));
    EXPECT_EQ(syntax_error_frame(), hex("00 00 FF 01 FF 7F 81 00"));
}

}  // namespace
}  // namespace hostlink
