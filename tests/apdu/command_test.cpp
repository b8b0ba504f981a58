// APDU cases of ISO/IEC 7816-4, 5.1 (fact sheet iso7816.md, section 7).
#include "apdu/command.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace {

struct Case {
    const char* name;
    const char* bytes;
    std::size_t nc;
    std::size_t ne;  // 0: none
    bool extended;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class ApduCase : public testing::TestWithParam<Case> {};

TEST_P(ApduCase, IsReadAndWrittenAlike) {
    const auto bytes = *base::from_hex(GetParam().bytes);
    const auto command = apdu::parse(bytes);
    ASSERT_TRUE(command);
    EXPECT_EQ(command->data.size(), GetParam().nc);
    EXPECT_EQ(command->ne.value_or(0), GetParam().ne);
    EXPECT_EQ(command->extended, GetParam().extended);
    EXPECT_EQ(command->bytes(), bytes);
}

INSTANTIATE_TEST_SUITE_P(, ApduCase,
                         testing::Values(Case{"Case1", "80030000", 0, 0, false},
                                         Case{"Case2S", "8003000001", 0, 1, false},
                                         Case{"Case2SAll", "8003000000", 0, 256, false},
                                         Case{"Case3S", "8004000001AA", 1, 0, false},
                                         Case{"Case4S", "8004000001AA00", 1, 256, false},
                                         Case{"Case2E", "80010100000100", 0, 256, true},
                                         Case{"Case2EAll", "80010100000000", 0, 65536, true},
                                         Case{"Case3E", "80040000000001AA", 1, 0, true},
                                         Case{"Case4E", "80040000000001AA0000", 1, 65536, true}),
                         [](const auto& test) { return std::string{test.param.name}; });

TEST(ApduParse, RefusesLengthsThatAreNoCase) {
    for (const char* hex : {"", "00A404", "00A4040005AA", "00A404000000", "00A4040000000001",
                            "00A404000000000000", "00A4040001AA0000"}) {
        EXPECT_FALSE(apdu::parse(*base::from_hex(hex))) << hex;
    }
}

TEST(ApduParse, LongDataMakeAnExtendedCommand) {
    const apdu::Command command{0x80, 0x04, 0, 0, base::Bytes(256, 0x11), 256};
    const auto bytes = command.bytes();
    EXPECT_EQ(bytes.size(), 4U + 3 + 256 + 2);
    EXPECT_EQ(apdu::parse(bytes)->data, command.data);
    EXPECT_EQ(apdu::parse(bytes)->ne, 256U);
}

TEST(ApduClass, TellsChannelChainingAndSecureMessaging) {
    EXPECT_EQ(apdu::read_class(0x03)->channel, 3U);
    EXPECT_TRUE(apdu::read_class(0x10)->chained);
    EXPECT_EQ(apdu::read_class(0x84)->secure, 1);
    EXPECT_EQ(apdu::read_class(0x0C)->secure, 3);
    EXPECT_EQ(apdu::read_class(0x4F)->channel, 19U);
    EXPECT_EQ(apdu::read_class(0xE2)->channel, 6U);
    EXPECT_EQ(apdu::read_class(0xE2)->secure, 1);
    EXPECT_FALSE(apdu::read_class(0x20));
    EXPECT_FALSE(apdu::read_class(0xFF));
}

TEST(ApduResponse, IsDataThenStatus) {
    const apdu::Response response{{1, 2}, apdu::Sw::Ok};
    EXPECT_EQ(base::to_hex(response.bytes()), "01029000");
    EXPECT_EQ(apdu::parse_response(response.bytes()), response);
    EXPECT_FALSE(apdu::parse_response(base::Bytes{0x90}));
}

}  // namespace
