// Fragments of FIDO's GATT service: the sheet's vector, and every way to break them.
#include "ble/frame.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "base/hex.hpp"

namespace {

using ble::Assembler;
using ble::Error;
using ble::Frame;
using ble::Kind;

base::Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

/// 80 E8 00 00 28 00..27 (cos-loading.md, 6).
base::Bytes worked_apdu() {
    base::Bytes apdu = hex("80E8000028");
    for (std::uint8_t i = 0; i < 0x28; ++i) apdu.push_back(i);
    return apdu;
}

const std::vector<base::Bytes> Worked{hex("83002D80E8000028000102030405060708090A0B"),
                                      hex("000C0D0E0F101112131415161718191A1B1C1D1E"),
                                      hex("011F2021222324252627")};

TEST(BleFrame, TheWorkedApduHasTheseFragments) {
    EXPECT_EQ(ble::fragments({Kind::Message, worked_apdu()}, 20), Worked);
}

TEST(BleFrame, TheWorkedFragmentsAreTheApdu) {
    Assembler assembler{1024};
    EXPECT_FALSE(assembler.take(Worked[0]).frame);
    EXPECT_FALSE(assembler.take(Worked[1]).frame);
    const auto last = assembler.take(Worked[2]);
    ASSERT_TRUE(last.frame);
    EXPECT_EQ(*last.frame, (Frame{Kind::Message, worked_apdu()}));
    EXPECT_TRUE(assembler.idle());
}

TEST(BleFrame, EverySizeComesBackThroughEveryFragmentSize) {
    for (const std::size_t size : {20U, 21U, 64U, 244U, 512U}) {
        for (std::size_t bytes = 0; bytes < 3000; bytes += 37) {
            base::Bytes data(bytes);
            std::iota(data.begin(), data.end(), std::uint8_t{0});
            Assembler assembler{3000};
            std::optional<Frame> got;
            for (const auto& fragment : ble::fragments({Kind::Message, data}, size)) {
                ASSERT_LE(fragment.size(), size);
                ASSERT_FALSE(got);
                const auto taken = assembler.take(fragment);
                ASSERT_FALSE(taken.error);
                got = taken.frame;
            }
            ASSERT_TRUE(got);
            ASSERT_EQ(got->data, data);
        }
    }
}

TEST(BleFrame, SequencesWrapAt7F) {
    const auto all = ble::fragments({Kind::Message, base::Bytes(17 + 19 * 129)}, 20);
    ASSERT_EQ(all.size(), 130U);
    EXPECT_EQ(all[128][0], 0x7F);
    EXPECT_EQ(all[129][0], 0x00);
}

TEST(BleFrame, WrongOrderIsInvalidSequence) {
    Assembler assembler{1024};
    EXPECT_EQ(assembler.take(Worked[1]).error, Error::InvalidSequence) << "no message under way";
    (void)assembler.take(Worked[0]);
    EXPECT_EQ(assembler.take(Worked[2]).error, Error::InvalidSequence);
    EXPECT_EQ(assembler.take(Worked[1]).error, Error::InvalidSequence) << "dropped by then";
}

TEST(BleFrame, ANewFirstFragmentAbortsTheOldMessage) {
    Assembler assembler{1024};
    (void)assembler.take(Worked[0]);
    (void)assembler.take(Worked[1]);
    (void)assembler.take(Worked[0]);
    EXPECT_EQ(assembler.take(Worked[2]).error, Error::InvalidSequence);
    const auto ping = assembler.take(hex("81000155"));
    ASSERT_TRUE(ping.frame);
    EXPECT_EQ(ping.frame->kind, Kind::Ping);
}

TEST(BleFrame, LengthsThatDoNotHoldAreInvalid) {
    Assembler assembler{64};
    EXPECT_EQ(assembler.take({}).error, Error::InvalidLength);
    EXPECT_EQ(assembler.take(hex("8300")).error, Error::InvalidLength);
    EXPECT_EQ(assembler.take(hex("83000155AA")).error, Error::InvalidLength) << "more than said";
    EXPECT_EQ(assembler.take(hex("830041")).error, Error::InvalidLength) << "more than the limit";
    EXPECT_EQ(assembler.take(base::Bytes(513, 0x83)).error, Error::InvalidLength);
    (void)assembler.take(hex("83000455"));
    EXPECT_EQ(assembler.take(hex("00")).error, Error::InvalidLength) << "nothing in it";
}

TEST(BleFrame, UnknownCommandsAreInvalid) {
    Assembler assembler{64};
    EXPECT_EQ(assembler.take(hex("80000155")).error, Error::InvalidCommand);
    EXPECT_EQ(assembler.take(hex("FF000155")).error, Error::InvalidCommand);
}

TEST(BleFrame, SizesNoLinkHasThrow) {
    EXPECT_THROW((void)ble::fragments({Kind::Message, {}}, 19), std::invalid_argument);
    EXPECT_THROW((void)ble::fragments({Kind::Message, {}}, 513), std::invalid_argument);
    EXPECT_THROW((void)ble::fragments({Kind::Message, base::Bytes(65'536)}, 20), std::length_error);
}

}  // namespace
