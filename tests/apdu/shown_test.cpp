// Commands in logs: no keys, passwords, PINs.
#include "apdu/shown.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"

namespace apdu {
namespace {

std::string text(std::string_view hex) { return shown(base::from_hex(hex).value()); }

TEST(Shown, DataThatMayBeSecretAreHidden) {
    EXPECT_EQ(text("0020000004 31323334"), "00 20 00 00 04 ** ** ** **");
    EXPECT_EQ(text("0024000008 3132333435363738"), "00 24 00 00 08 ** ** ** ** ** ** ** **");
    EXPECT_EQ(text("002C000002 3132"), "00 2C 00 00 02 ** **");
    EXPECT_EQ(text("0020000000 0002 3132 0000"), "00 20 00 00 00 00 02 ** ** 00 00");
    EXPECT_EQ(text("80E60C0003 0102C9 00"), "80 E6 0C 00 03 ** ** ** 00");
    EXPECT_EQ(text("84E2900002 8110"), "84 E2 90 00 02 ** **");
    EXPECT_EQ(text("80D4000001 06"), "80 D4 00 00 01 **");
    EXPECT_EQ(text("00C2000002 8020"), "00 C2 00 00 02 ** **");
    EXPECT_EQ(text("FF82000006 A0A1A2A3A4A5"), "FF 82 00 00 06 ** ** ** ** ** **");
    EXPECT_EQ(text("FFD6000702 0102"), "FF D6 00 07 02 ** **");
    EXPECT_EQ(text("FFD6008F02 0102"), "FF D6 00 8F 02 ** **");
    EXPECT_EQ(text("0020000005 3132"), "00 20 00 00 ** ** **") << "no command";
    EXPECT_EQ(text("0020"), "00 20");
}

TEST(Shown, EverythingElseIsShown) {
    for (const std::string_view command :
         {"00 A4 04 00 02 A0 00 00", "00 20 00 00", "80 E6 02 00 02 01 02 00",
          "84 D8 00 81 02 30 01 00", "FF D6 00 04 02 01 02", "FF D6 00 83 02 01 02",
          "FF 86 00 00 05 01 00 07 60 00", "04 D6 95 00 01 31", "80 CA 00 66 00"})
        EXPECT_EQ(text(command), command);
}

}  // namespace
}  // namespace apdu
