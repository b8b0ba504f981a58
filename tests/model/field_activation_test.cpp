// Activation through field::TlmWorld: what a reader sees, and when.
#include <gtest/gtest.h>

#include "field/tlm_world.hpp"
#include "memory_store.hpp"

namespace model_test {
namespace {

class Activation : public testing::Test {
protected:
    std::unique_ptr<port::World> world = field::make_tlm_world({});
    MemoryStore store;
    Driver driver{*world};

    void put(const port::CardProfile& profile) {
        world->place(0, profile, store);
        driver.on();
    }
};

TEST_F(Activation, ReqaAnticollisionSelect) {
    put(c1k());
    EXPECT_EQ(text(driver.short_frame(0x26)), "0400");
    EXPECT_EQ(text(driver.raw("9320")), "10E2F0A1A3");
    EXPECT_EQ(text(driver.raw("937010E2F0A1A3A24D")), "08B6DD");
}

TEST_F(Activation, FrameDelayIsThatOfTheSheet) {
    put(c1k());
    const auto start = world->now();
    const auto reqa = driver.short_frame(0x26);
    EXPECT_EQ(reqa.rx_start - reqa.tx_end, 1172U);
    // TIME-01, and one tick of air on the way to the card (docs/choices.md).
    EXPECT_EQ(reqa.rx_start, start + 2196 + 34 + 1);
    const auto select = driver.raw("937010E2F0A1A3A24D");
    EXPECT_EQ(select.rx_start - select.tx_end, 1236U);
}

TEST_F(Activation, SevenByteUidTakesTwoLevels) {
    put(c1k7());
    EXPECT_EQ(text(driver.short_frame(0x26)), "4400");
    EXPECT_EQ(text(driver.raw("9320")), "8804183FAB");
    EXPECT_EQ(text(driver.raw("93708804183FABE116")), "04DA17");
    EXPECT_EQ(text(driver.raw("9520")), "09321B85A5");
    EXPECT_EQ(text(driver.raw("957009321B85A55109")), "08B6DD");
}

}  // namespace
}  // namespace model_test
