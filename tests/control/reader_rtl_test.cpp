// top_reader with its air and a card: clocks that stand still, what is off cannot be asked.
#include <gtest/gtest.h>

#include "driver/aes_registers.hpp"
#include "driver/pcd_registers.hpp"
#include "driver/power_registers.hpp"
#include "reader/reader.hpp"
#include "store/sector_store.hpp"
#include "verilated/rtl_reader.hpp"

namespace {

using port::Module;
using tb::RtlReader;
using Page = RtlReader::Page;

std::uint64_t at(const std::optional<RtlReader::Counts>& counts, Module module) {
    return counts.value()[static_cast<std::size_t>(module)];
}

const base::SectorKey Transport{{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};

port::CardProfile classic() {
    port::CardProfile profile;
    profile.uid = {0x10, 0xE2, 0xF0, 0xA1};
    return profile;
}

/// Block 4 as a gate reads it.
reader::Read read_block(port::ReaderPort& port) {
    reader::Reader reader{port};
    reader.field_on();
    const auto found = reader.activate(reader::Wake::Idle);
    EXPECT_EQ(found.status, reader::Status::Ok);
    EXPECT_EQ(reader.authenticate(reader::KeyKind::A, 4, Transport, found.card.auth_uid()),
              reader::Status::Ok);
    return reader.read(4);
}

TEST(ReaderRtl, AModuleThatIsOffHasNoClockAndNoBit) {
    RtlReader reader{{.counted = true}};
    reader.power().spend(2000);
    for (const Module module : port::Modules) EXPECT_EQ(reader.power().ticks(module), 0U);
    EXPECT_EQ(at(reader.toggles(), Module::Contactless), 0U);
    EXPECT_EQ(at(reader.toggles(), Module::Secure), 0U);
}

TEST(ReaderRtl, AModuleThatIsOffCannotBeAsked) {
    RtlReader reader;
    auto& pcd = reader.bus(Page::Contactless);
    auto& aes = reader.bus(Page::Secure);
    EXPECT_THROW((void)pcd.read(driver::reg::Status), tb::BusError);
    EXPECT_THROW(aes.write(driver::aes_reg::Key, 1), tb::BusError);
    EXPECT_THROW((void)reader.contactless().exchange({.data = {0x26}}), std::logic_error);
    reader.power().set(Module::Secure, true);
    EXPECT_EQ(aes.read(driver::aes_reg::Status), 0U);
    EXPECT_THROW((void)pcd.read(driver::reg::Status), tb::BusError);
    reader.power().set(Module::Secure, false);
    EXPECT_THROW((void)aes.read(driver::aes_reg::Status), tb::BusError);
    for (const std::uint8_t none : base::Bytes{0x04, 0x0C, 0x12, 0x20, 0x40, 0x80, 0xFC})
        EXPECT_THROW((void)reader.bus(Page::Power).read(none), tb::BusError) << unsigned{none};
}

TEST(ReaderRtl, TicksAreCountedWhileAModuleIsOn) {
    RtlReader reader;
    auto& power = reader.power();
    const base::Tick before = reader.now();
    power.set(Module::Contact, true);
    power.spend(1000);
    power.set(Module::Contact, false);
    const base::Tick on = reader.now() - before - 2;  // on from the end of the first access
    power.spend(500);
    EXPECT_EQ(power.ticks(Module::Contact), on);
    EXPECT_EQ(power.ticks(Module::Display), 0U);
}

TEST(ReaderRtl, TheContactlessModulesTimeBeginsWhenItIsSwitchedOn) {
    RtlReader reader;
    for (int i = 0; i < 3; ++i) {
        reader.power().set(Module::Contactless, true);
        reader.power().spend(777);
        auto& bus = reader.bus(Page::Contactless);
        const base::Tick now = bus.now();
        EXPECT_EQ(bus.read(driver::reg::Tick), now + 1) << "read in the second tick of the access";
        reader.power().set(Module::Contactless, false);
        reader.power().spend(55);
    }
}

TEST(ReaderRtl, ABlockIsReadAndTheCarrierGoesWithTheModule) {
    RtlReader reader{{.counted = true}};
    store::SectorStore memory{port::CardKind::Classic1k};
    reader.place(classic(), memory);
    for (int i = 0; i < 2; ++i) {
        reader.power().set(Module::Contactless, true);
        const auto block = read_block(reader.contactless());
        EXPECT_EQ(block.status, reader::Status::Ok);
        EXPECT_EQ(block.data, base::Bytes(16, 0));
        EXPECT_TRUE(reader.carrier());
        reader.power().set(Module::Contactless, false);
        EXPECT_FALSE(reader.carrier()) << "off, whatever the module was doing";
        reader.power().spend(5000);
    }
    EXPECT_EQ(reader.power().ticks(Module::Secure), 0U);
    EXPECT_EQ(at(reader.toggles(), Module::Secure), 0U);
    EXPECT_GT(at(reader.toggles(), Module::Contactless), 100'000U);
    EXPECT_EQ(reader.check_failures(), 0);
}

TEST(ReaderRtl, TheSecureModuleForgetsItsKeyWhenItIsOff) {
    // FIPS 197, C.1.
    const base::Bytes key{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    port::CryptoPort::AesBlock block{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                     0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF};
    const port::CryptoPort::AesBlock expected{0x69, 0xC4, 0xE0, 0xD8, 0x6A, 0x7B, 0x04, 0x30,
                                              0xD8, 0xCD, 0xB7, 0x80, 0x70, 0xB4, 0xC5, 0x5A};
    RtlReader reader;
    reader.power().set(Module::Secure, true);
    (void)reader.crypto().load_key(key);
    (void)reader.crypto().encrypt(block);
    EXPECT_EQ(block, expected);
    reader.power().set(Module::Secure, false);
    EXPECT_THROW((void)reader.crypto().encrypt(block), std::logic_error);
    reader.power().set(Module::Secure, true);
    EXPECT_THROW((void)reader.crypto().encrypt(block), std::logic_error) << "no key is loaded";
    EXPECT_EQ(reader.check_failures(), 0);
}

}  // namespace
