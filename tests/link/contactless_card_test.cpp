// The card in the field as a PC/SC card, against a played port. Source: host-links sheet 2.2,
// iso7816 sheet 3.
#include "link/contactless_card.hpp"

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "link/contactless_atr.hpp"
#include "reader/played_port.hpp"

namespace hostlink {
namespace {

using base::Bytes;

Bytes hex(std::string_view text) { return base::from_hex(text).value(); }

const std::string MifareAtr = "3B8F8001804F0CA000000306030001000000006A";

TEST(ContactlessAtr, IsMadeFromTheAts) {
    struct Case {
        const char* ats;
        const char* atr;
    };
    for (const Case& c :
         {Case{"0A788091028073C82110", "3B8580018073C821100E"},  // host-links sheet 2.2
          Case{"0678778102 80", "3B8180018080"},                 // iso7816 sheet, worked ATRs
          Case{"01", "3B80800101"}, Case{"0200", "3B80800101"},
          // no more than 15 historical bytes
          Case{"1200 0102030405060708090A0B0C0D0E0F10",
               "3B8F8001 0102030405060708090A0B0C0D0E0F0E"},
          Case{"0578", "3B80800101"}, Case{"", "3B80800101"}, Case{"0278", "3B80800101"}})
        EXPECT_EQ(base::to_hex(ats_to_atr(hex(c.ats))), base::to_hex(hex(c.atr))) << c.ats;
    EXPECT_EQ(base::to_hex(sak_to_atr(0x08)), MifareAtr);
    EXPECT_EQ(base::to_hex(sak_to_atr(0x18)), "3B8F8001804F0CA0000003060300020000000069");
    EXPECT_EQ(base::to_hex(sak_to_atr(0x09)), "3B8F8001804F0CA000000306030026000000004D");
}

TEST(ContactlessAtr, IsMadeFromAtqbAndAttrib) {
    // PC/SC part 3, 3.1.3.2.3.1: application data, protocol info, MBLI in the high nibble.
    const Bytes atqb = hex("50 56 64 73 F2 00 00 00 00 80 81 71");
    EXPECT_EQ(base::to_hex(atqb_to_atr(atqb, hex("00"))), "3B888001000000008081710079");
    EXPECT_EQ(base::to_hex(atqb_to_atr(hex("50 01 02 03 04 0A 0B 0C 0D 77 81 B1"), hex("31"))),
              "3B8880010A0B0C0D7781B1307E");
    EXPECT_TRUE(atqb_to_atr(atqb, {}).empty());
    EXPECT_TRUE(atqb_to_atr(hex("50 56 64 73 F2"), hex("00")).empty());
}

/// A card with SAK 20 that echoes APDUs, one block each.
struct EchoCard {
    bool active = false;
    bool silent = false;
    unsigned resets = 0;

    std::optional<played::Reply> operator()(const port::Request& request) {
        if (silent) return std::nullopt;
        if (request.data[0] == 0xE0) {
            active = true;
            ++resets;
            return played::Reply{.data = hex("0678778102 80")};
        }
        if ((request.data[0] & 0xE2U) == 0x02 && active) {
            played::Reply reply{.data = request.data};
            reply.data.insert(reply.data.end(), {0x90, 0x00});
            return reply;
        }
        return played::single_card(request, {0x9C, 0x59, 0x9B, 0x32}, 0x20);
    }
};

TEST(ContactlessCard, CarriesApdusOverIsoDep) {
    EchoCard echo;
    played::Port port{std::ref(echo)};
    reader::Reader reader{port};
    ContactlessCard card{reader};
    EXPECT_TRUE(card.transmit(hex("8003000001")).empty()) << "without power";
    EXPECT_EQ(base::to_hex(card.power_on()), "3B8180018080");
    EXPECT_EQ(base::to_hex(card.transmit(hex("8003000001"))), "80030000019000");
    EXPECT_EQ(base::to_hex(card.transmit(hex("FFCA000000"))), "9C599B329000") << "UID";
    EXPECT_EQ(base::to_hex(card.transmit(hex("FFCA010000"))), "809000") << "historical bytes";
    EXPECT_EQ(base::to_hex(card.transmit(hex("FFCA000003"))), "6C04");
    EXPECT_EQ(base::to_hex(card.transmit(hex("FFCA000008"))), "9C599B326282");
    EXPECT_EQ(base::to_hex(card.transmit(hex("FFCA020000"))), "6A86");
    EXPECT_EQ(base::to_hex(card.transmit(hex("FFB0000010"))), "6D00");
    EXPECT_EQ(base::to_hex(card.transmit(hex("FFCA00"))), "6700");
    const auto changes = port.field_changes.size();
    EXPECT_EQ(base::to_hex(card.reset()), "3B8180018080");
    EXPECT_EQ(port.field_changes.size(), changes + 2) << "off and on";
    EXPECT_EQ(echo.resets, 2U);
}

TEST(ContactlessCard, LostCardIsNoAnswer) {
    EchoCard echo;
    played::Port port{std::ref(echo)};
    reader::Reader reader{port};
    ContactlessCard card{reader};
    ASSERT_FALSE(card.power_on().empty());
    echo.silent = true;
    EXPECT_TRUE(card.transmit(hex("8003000001")).empty());
    EXPECT_FALSE(reader.field_is_on());
    EXPECT_TRUE(card.transmit(hex("8003000001")).empty());
    EXPECT_TRUE(card.power_on().empty());
    echo.silent = false;
    EXPECT_FALSE(card.power_on().empty());
    EXPECT_FALSE(card.transmit(hex("8003000001")).empty());
}

TEST(ContactlessCard, MemoryCardKnowsTheReadersCommandsOnly) {
    played::Port port{[](const port::Request& request) { return played::single_card(request); }};
    reader::Reader reader{port};
    ContactlessCard card{reader};
    EXPECT_EQ(base::to_hex(card.power_on()), MifareAtr);
    EXPECT_EQ(base::to_hex(card.transmit(hex("FFCA000000"))), "10E2F0A19000");
    EXPECT_EQ(base::to_hex(card.transmit(hex("FFCA010000"))), "6A81");
    EXPECT_EQ(base::to_hex(card.transmit(hex("00A4040000"))), "6E00");
}

TEST(ContactlessCard, TypeBIsPolledForAsWell) {
    played::Port port{[](const port::Request& request) -> std::optional<played::Reply> {
        if (request.technology != port::Technology::B) return std::nullopt;
        const std::string text = base::to_hex(request.data, " ");
        if (text == "05 00 00")
            return played::Reply{.data = hex("50 56 64 73 F2 00 00 00 00 80 81 71")};
        if (text == "1D 56 64 73 F2 00 08 01 00") return played::Reply{.data = hex("00")};
        if (text == "02 80 03 00 00 01") return played::Reply{.data = hex("02 01 90 00")};
        return std::nullopt;
    }};
    reader::Reader reader{port};
    ContactlessCard card{reader};
    EXPECT_EQ(base::to_hex(card.power_on()), "3B888001000000008081710079");
    EXPECT_EQ(base::to_hex(card.transmit(hex("8003000001"))), "019000");
    EXPECT_EQ(base::to_hex(card.transmit(hex("FFCA000000"))), "566473F29000") << "PUPI";
    EXPECT_EQ(base::to_hex(card.transmit(hex("FFCA010000"))), "6A81") << "no historical bytes";
    EXPECT_EQ(base::to_hex(card.transmit(hex("FFB0000010"))), "6D00");
}

TEST(ContactlessCard, TypeBThatIsNoPart4IsNoCard) {
    played::Port port{[](const port::Request& request) -> std::optional<played::Reply> {
        if (request.data == hex("05 00 00"))
            return played::Reply{.data = hex("50 56 64 73 F2 00 00 00 00 80 80 71")};
        return std::nullopt;
    }};
    reader::Reader reader{port};
    ContactlessCard card{reader};
    EXPECT_TRUE(card.power_on().empty());
    EXPECT_EQ(port.sent.back().data, hex("05 00 00"));
}

}  // namespace
}  // namespace hostlink
