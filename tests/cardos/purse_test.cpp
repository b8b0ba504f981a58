// The e-purse by the worked examples of the fact sheet (purse.md, section 8).
#include "card.hpp"

namespace {

using bench::Card;
using bench::hex;
using bench::status;

// Section 8: keys of the card, derived there from the masters; line key of the script MAC examples.
constexpr std::string_view LoadKey = "3CC71C829687C2C2C4B65509F2E70873";
constexpr std::string_view PurchaseKey = "64835FFB0E61363A1B34A6F5D0419A55";
constexpr std::string_view TacKey = "798A4F2B936AFAD15981E0F980674FEA";
constexpr std::string_view LineKey = "0102030405060708090A0B0C0D0E0F10";

struct Start {
    std::string_view balance = "000003E8";
    std::string_view ceiling = "000186A0";  // 1000 yuan
    std::string_view online = "0007";
    std::string_view offline = "002A";
};

std::string key(std::string_view type, std::string_view index, std::string_view value) {
    return "8114" + std::string{type} + std::string{index} + "0100" + std::string{value};
}

Card purse(const Start& start = {}) {
    std::string objects = key("3F", "01", LoadKey) + key("3E", "01", PurchaseKey) +
                          key("34", "00", TacKey) + key("36", "00", LineKey) + "820D02" +
                          std::string{start.balance} + std::string{start.ceiling} +
                          std::string{start.online} + std::string{start.offline};
    objects += "820D01" + std::string{start.balance} + "000186A000000000";
    objects += "831F15" + std::string(58, '0') + "AA";  // 30 bytes of public data
    objects += "850417023004";                          // 4 records of 48 bytes for CAPP
    objects += "8403123456";
    cardos::ChipOptions options;
    cardos::preload(options.factory, "purse", hex(objects));
    Card card{std::move(options)};
    EXPECT_EQ(status(card.select(bench::Purse)), "9000");
    return card;
}

void fix(Card& card, std::string_view random) { card.chip->fix_random(hex(random)); }

constexpr std::string_view InitializeForLoad = "805000020B010000138810000000000110";
constexpr std::string_view CreditForLoad = "805200000B202401151030009519380B04";
constexpr std::string_view InitializeForPurchase = "805001020B01000000C81000000000010F";
constexpr std::string_view DebitForPurchase = "805401000F00000065202401151745123790E9DA08";
constexpr std::string_view GetBalance = "805C000204";
constexpr std::string_view ReadLog1 = "00B201C417";

Card topped_up() {
    Card card = purse();
    fix(card, "1A2B3C4D");
    EXPECT_EQ(card.send(InitializeForLoad), "000003E8000701001A2B3C4D6110249E9000");
    EXPECT_EQ(card.send(CreditForLoad), "A58539629000");
    return card;
}

Card purchased() {
    Card card = topped_up();
    fix(card, "5E6F7081");
    EXPECT_EQ(card.send(InitializeForPurchase), "00001770002A00000001005E6F70819000");
    EXPECT_EQ(card.send(DebitForPurchase), "53C150F021C4E7D09000");
    return card;
}

TEST(CardOs, COS_10_TopsUpAsWorked) {
    Card card = topped_up();
    EXPECT_EQ(card.send(GetBalance), "000017709000");
    EXPECT_EQ(card.send(ReadLog1),
              "0008000000000013880210000000000120240115103000"
              "9000");
    EXPECT_EQ(card.send(InitializeForLoad).substr(8, 4), "0008") << "next serial";
}

TEST(CardOs, COS_11_PaysAsWorked) {
    Card card = purchased();
    EXPECT_EQ(card.send(GetBalance), "000016A89000");
    EXPECT_EQ(card.send(ReadLog1),
              "002B000000000000C80610000000000120240115174512"
              "9000");
    EXPECT_EQ(card.send(InitializeForPurchase).substr(8, 4), "002B");
}

TEST(CardOs, COS_12_CompoundPurchaseKeepsItsRecord) {
    const std::string record(96, '7');
    const std::string cache = "80DC01BC30" + record;  // record 1 of file 17
    {
        Card card = purchased();
        fix(card, "92A3B4C5");
        EXPECT_EQ(status(card.send("805003020B010000012C1000000000010F")), "9000");
        EXPECT_EQ(card.send(cache), "9000");
        EXPECT_EQ(card.send("00B201BC00").substr(0, 4), "0000") << "not before the debit";
    }
    {
        Card card = purchased();
        fix(card, "92A3B4C5");
        EXPECT_EQ(card.send("805003020B010000012C1000000000010F"),
                  "000016A8002B000000010092A3B4C59000");
        EXPECT_EQ(card.send(cache), "9000");
        EXPECT_EQ(card.send("805401000F000000662024011518153065E2B5B008"), "3A044563808993E39000");
        EXPECT_EQ(card.send("00B201BC30"), record + "9000");
        EXPECT_EQ(card.send(GetBalance), "0000157C9000");
    }
    // Second run: amount 0, the entry of a ride. MAC1 by openssl with the worked session key.
    Card card = purchased();
    fix(card, "92A3B4C5");
    ASSERT_EQ(status(card.send("805003020B01000000001000000000010F")), "9000");
    EXPECT_EQ(card.send(cache), "9000");
    EXPECT_EQ(status(card.send("805401000F000000662024011518153039C2956108")), "9000");
    EXPECT_EQ(card.send("00B201BC30"), record + "9000");
    EXPECT_EQ(card.send(GetBalance), "000016A89000");
}

TEST(CardOs, COS_13_AWrongMacChangesNothingAndEndsTheTransaction) {
    Card card = purse();
    fix(card, "1A2B3C4D");
    ASSERT_EQ(status(card.send(InitializeForLoad)), "9000");
    EXPECT_EQ(card.send("805200000B202401151030009519380A04"), "9302");
    EXPECT_EQ(card.send(CreditForLoad), "6901");
    EXPECT_EQ(card.send(GetBalance), "000003E89000");
    EXPECT_EQ(card.send(InitializeForLoad).substr(8, 4), "0007");
}

TEST(CardOs, COS_14_AnyOtherCommandEndsTheTransaction) {
    Card card = topped_up();
    fix(card, "5E6F7081");
    ASSERT_EQ(status(card.send(InitializeForPurchase)), "9000");
    EXPECT_EQ(card.send(GetBalance), "000017709000");
    EXPECT_EQ(card.send(DebitForPurchase), "6901");
}

TEST(CardOs, COS_15_CreditsOnceOnly) {
    Card card = topped_up();
    EXPECT_EQ(card.send(CreditForLoad), "6901");
    EXPECT_EQ(card.send(GetBalance), "000017709000");
}

TEST(CardOs, COS_16_NoPurchaseAboveTheBalance) {
    Card card = topped_up();
    EXPECT_EQ(card.send("805001020B01000017711000000000010F"), "9401");
    fix(card, "5E6F7081");
    EXPECT_EQ(status(card.send("805001020B01000017701000000000010F")), "9000");
    // The session key of the worked purchase; MAC1 over 00001770 by openssl.
    EXPECT_EQ(status(card.send("805401000F0000006520240115174512B970AD2B08")), "9000");
    EXPECT_EQ(card.send(GetBalance), "000000009000");
}

TEST(CardOs, COS_17_RefusesWhatDoesNotFit) {
    Card card = purse();
    EXPECT_EQ(card.send("805000020B01000182B910000000000110"), "9401") << "1 fen above the ceiling";
    EXPECT_EQ(status(card.send("805000020B01000182B810000000000110")), "9000");
    EXPECT_EQ(card.send("805000020B020000138810000000000110"), "9403");
    EXPECT_EQ(card.send(GetBalance), "000003E89000");
    Card ended = purse({.online = "FFFF", .offline = "FFFF"});
    EXPECT_EQ(ended.send(InitializeForLoad), "9402");
    EXPECT_EQ(ended.send(InitializeForPurchase), "9402");
}

TEST(CardOs, COS_18_ProvesALostTransaction) {
    Card card = purchased();
    card.restart();
    ASSERT_EQ(status(card.select(bench::Purse)), "9000");
    EXPECT_EQ(card.send("805A000602002B08"), "21C4E7D053C150F09000");
    EXPECT_EQ(card.send("805A000602002C08"), "9406");
    EXPECT_EQ(card.send("805A000202000808"), "9519380BA58539629000") << "the load before it";
}

TEST(CardOs, COS_19_BlocksOnTheScriptMacOfAFreshChallenge) {
    Card card = purse();
    fix(card, "A1B2C3D4");
    EXPECT_EQ(card.send("0084000004"), "A1B2C3D49000");
    EXPECT_EQ(card.send("841E00000425A5B4D0"), "9000");
    EXPECT_EQ(card.send("841E00000425A5B4D0"), "6984");
    EXPECT_EQ(card.send(InitializeForLoad), "9303");
    EXPECT_EQ(status(card.select(bench::Purse)), "6283");
}

TEST(Purse, FilesAreReadByAnybodyAndChangedWithAMac) {
    Card card = purse();
    EXPECT_EQ(card.send("00B095001E"), std::string(58, '0') + "AA9000");
    EXPECT_EQ(card.send("00D6950001FF"), "6982");
    fix(card, "A1B2C3D4");
    ASSERT_EQ(status(card.send("0084000004")), "9000");
    EXPECT_EQ(card.send("04D695001431323334353637383930414243444546FDFB6EC2"), "9000");
    EXPECT_EQ(card.send("00B0950010"), "313233343536373839304142434445469000");
    fix(card, "A1B2C3D4");
    ASSERT_EQ(status(card.send("0084000004")), "9000");
    EXPECT_EQ(card.send("04D695001431323334353637383930414243444546FDFB6EC3"), "6988");
    EXPECT_EQ(card.send("00A40000020015"), "9000");
    EXPECT_EQ(card.send("00B0000002"), "31329000") << "the current file";
    EXPECT_EQ(card.send("00B201C418"), "6C17");
    EXPECT_EQ(card.send("00B20BC417"), "6A83");
}

TEST(Purse, TheDepositAsksForThePin) {
    Card card = purse();
    EXPECT_EQ(card.send("805C000104"), "6982");
    EXPECT_EQ(card.send("805000010B010000138810000000000110"), "6982");
    EXPECT_EQ(card.send("0020000003123456"), "9000");
    EXPECT_EQ(card.send("805C000104"), "000003E89000");
    EXPECT_EQ(status(card.send("805002010B01000000C81000000000010F")), "9000");
}

TEST(Purse, ManyWrongMacsLockItForEver) {
    Card card = purse();
    unsigned wrong = 0;
    for (;; ++wrong) {
        const auto sw = status(card.send(InitializeForLoad));
        if (sw != "9000") {
            EXPECT_EQ(sw, "9303");
            break;
        }
        ASSERT_EQ(card.send("805200000B202401151030000000000004"), "9302");
        ASSERT_LT(wrong, 100U);
    }
    EXPECT_EQ(wrong, 15U);
    card.restart();
    EXPECT_EQ(status(card.select(bench::Purse)), "6283");
}

}  // namespace
