// The contacts in SystemC: the same bytes as without it, and the time they take.
#include <gtest/gtest.h>

#include "card/contact_card.hpp"
#include "card/contact_reader.hpp"
#include "contact/application.hpp"

namespace contact_test {

namespace {

TEST(ContactShell, CardIsReachedThroughItsPortAndTimePasses) {
    Application application;
    card::ContactCard card{"card"};
    contact::SlotOptions options;
    options.protocol = 1;
    card::ContactReader reader{"reader", options};
    reader.contacts.bind(card.contacts);

    reader.use([&](contact::Slot& slot) {
        EXPECT_TRUE(slot.power_on(0).empty());
        EXPECT_EQ(slot.status(), contact::Status::Mute);
    });
    card.insert({}, application);
    reader.use([&](contact::Slot& slot) {
        EXPECT_EQ(text(slot.power_on(0)), "3B D4 95 00 80 31 FE 45 43 53 4D 31 27");
    });
    const auto before = sc_core::sc_time_stamp();
    reader.use([&](contact::Slot& slot) {
        EXPECT_EQ(text(slot.transmit(bytes("80 03 00 00 01"))), "01 90 00");
        EXPECT_EQ(text(slot.transmit(bytes("80 02 00 02"))), "90 00");
    });
    // SLOW 2: two waiting times of 1.6 s.
    const auto took = sc_core::sc_time_stamp() - before;
    EXPECT_GT(took, sc_core::sc_time(3.2, sc_core::SC_SEC));
    EXPECT_LT(took, sc_core::sc_time(3.3, sc_core::SC_SEC));
    EXPECT_THROW(reader.use([](contact::Slot&) { throw std::runtime_error("job"); }),
                 std::runtime_error);
    card.remove();
    reader.use([&](contact::Slot& slot) { EXPECT_TRUE(slot.warm_reset().empty()); });
}

}  // namespace

}  // namespace contact_test
