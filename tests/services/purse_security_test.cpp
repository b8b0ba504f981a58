// The worked examples of the fact sheet (purse.md, sections 6 to 8), from the server's side.
#include "services/purse_security.hpp"

#include <gtest/gtest.h>

#include "services/message.hpp"

namespace {

using services::from_text;
using services::Moment;
using services::Offer;
using services::Order;
using services::PurseMasters;
using services::PurseSecurity;

reader::ScpKey key(const char* digits) { return reader::ScpKey{base::from_hex(digits).value()}; }

const PurseMasters Masters{key("11111111222222223333333344444444"),
                           key("0F1E2D3C4B5A69788796A5B4C3D2E1F0"),
                           key("A1A2A3A4A5A6A7A8B1B2B3B4B5B6B7B8")};
const services::CardNumber Card = from_text<10>("00003100860000123456");
const services::TerminalNumber Terminal = from_text<6>("100000000001");

std::string text(const services::PurseMac& mac) { return base::to_hex(mac); }

TEST(PurseSecurity, CardKeysFollowFromMasters) {
    const auto made = [](const reader::ScpKey& master) {
        return base::to_hex(services::diversify_purse_key(master, Card).expose());
    };
    EXPECT_EQ(made(Masters.load), "3CC71C829687C2C2C4B65509F2E70873");
    EXPECT_EQ(made(Masters.purchase), "64835FFB0E61363A1B34A6F5D0419A55");
    EXPECT_EQ(made(Masters.tac), "798A4F2B936AFAD15981E0F980674FEA");
}

TEST(PurseSecurity, TopUpAsWorked) {
    const PurseSecurity card{Masters, Card};
    Offer offer;
    offer.balance = 1000;
    offer.serial = 7;
    offer.random = from_text<4>("1A2B3C4D");
    const Order order{5000, Terminal};
    const auto moment = from_text<7>("20240115103000");
    EXPECT_EQ(text(card.load_mac1(offer, order)), "6110249E");
    EXPECT_EQ(text(card.load_mac2(offer, order, moment)), "9519380B");
    EXPECT_EQ(text(card.load_tac(6000, 7, order, moment)), "A5853962");
}

TEST(PurseSecurity, PurchaseAsWorked) {
    const PurseSecurity card{Masters, Card};
    Offer offer;
    offer.balance = 6000;
    offer.serial = 0x2A;
    offer.random = from_text<4>("5E6F7081");
    const Order order{200, Terminal};
    const auto moment = from_text<7>("20240115174512");
    EXPECT_EQ(text(card.purchase_mac1(offer, order, moment, 0x65)), "3790E9DA");
    EXPECT_EQ(text(card.purchase_mac2(offer, order, 0x65)), "21C4E7D0");
    EXPECT_EQ(text(card.purchase_tac(order, moment, 0x65)), "53C150F0");
}

TEST(PurseSecurity, MomentsAreBcd) {
    EXPECT_EQ(services::moment_of(1'705'314'600), from_text<7>("20240115103000"));
    EXPECT_EQ(services::moment_of(951'782'399), from_text<7>("20000228235959"));
}

}  // namespace
