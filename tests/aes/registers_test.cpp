// The registers of top_aes with all its parts.
#include "registers.hpp"

#include <Vtop_aes_rtl.h>

#include <set>
#include <tuple>

#include "aes/ticks.hpp"
#include "driver/aes_driver.hpp"

namespace {

namespace reg = driver::aes_reg;
using namespace aes_test;

using AesRegisters = Registers<Vtop_aes_rtl>;

#ifdef CARTOUCHE_MUTANTS  // netlists without counters
const std::set<unsigned> Known{reg::Config,    reg::Command, reg::Status, reg::IrqEnable,
                               reg::IrqStatus, reg::Key,     reg::Block};
#else
const std::set<unsigned> Known{reg::Config,    reg::Command,   reg::Status,
                               reg::IrqEnable, reg::IrqStatus, reg::Key,
                               reg::Block,     reg::WorkTicks, reg::AccessTicks};
#endif

TEST_F(AesRegisters, ResetValuesAndAddresses) {
    for (unsigned address = 0; address < 0x100; ++address) {
        const auto value = bus_.read(static_cast<std::uint8_t>(address));
        if (address != reg::Block && address != reg::AccessTicks) {
            EXPECT_EQ(value, 0U) << address;
        }
        EXPECT_EQ(bus_.bus_error(), !Known.contains(address)) << address;
    }
}

TEST_F(AesRegisters, WhatIsReadBack) {
    for (const std::uint32_t size : {1U, 2U, 0U}) {
        bus_.write(reg::Config, 0xFFFF'FFFC | size);
        EXPECT_EQ(bus_.read(reg::Config), size);
    }
    bus_.write(reg::IrqEnable, 0xFFFF'FFFF);
    EXPECT_EQ(bus_.read(reg::IrqEnable), reg::IrqEnableDone);
    key(hex(Key));
    EXPECT_EQ(bus_.read(reg::Key), 0U);
}

TEST_F(AesRegisters, WritesElsewhereChangeNothing) {
    key(hex(Key));
    put(block(Plain));
    for (unsigned address = 0x1C; address < 0x100; ++address) {
        bus_.write(static_cast<std::uint8_t>(address), 0xFFFF'FFFD);
        EXPECT_EQ(bus_.bus_error(), !Known.contains(address)) << address;
    }
    EXPECT_EQ(bus_.read(reg::Config), 0U);
    EXPECT_EQ(bus_.read(reg::Status), 0U);
    EXPECT_EQ(bus_.read(reg::IrqEnable), 0U);
    run(reg::CommandEncrypt);
    EXPECT_EQ(get(), block(Cipher));
}

TEST_F(AesRegisters, ConfigAndCommandGoBackToTheFirstByte) {
    for (unsigned count = 1; count < 32; ++count) {
        for (unsigned i = 0; i < count; ++i) bus_.write(reg::Key, 0xFF);
        key(hex(Key));
        put(block(Plain));
        run(reg::CommandEncrypt);
        for (unsigned i = 0; i < count; ++i) {
            EXPECT_EQ(bus_.read(reg::Block), block(Cipher)[i % 16]) << i;
        }
        run(reg::CommandDecrypt);
        EXPECT_EQ(get(), block(Plain)) << count;
        for (unsigned i = 0; i < count; ++i) std::ignore = bus_.read(reg::Block);
        bus_.write(reg::Config, 0);
        EXPECT_EQ(get(), block(Plain)) << count;
    }
}

TEST_F(AesRegisters, ABlockThereAndBack) {
    key(hex(Key));
    put(block(Plain));
    run(reg::CommandEncrypt);
    EXPECT_EQ(get(), block(Cipher));
    EXPECT_EQ(get(), block(Cipher)) << "it stays";
    run(reg::CommandDecrypt);
    EXPECT_EQ(get(), block(Plain));
}

TEST_F(AesRegisters, InterruptOnlyWhenEnabledAndUntilTakenBack) {
    key(hex(Key));
    bus_.write(reg::Command, reg::CommandEncrypt);
    EXPECT_FALSE(bus_.wait_irq(bus_.now() + 1000));
    EXPECT_TRUE(done());
    bus_.write(reg::IrqEnable, reg::IrqEnableDone);
    EXPECT_TRUE(bus_.wait_irq(bus_.now()));
    bus_.write(reg::IrqStatus, 0);
    EXPECT_TRUE(bus_.wait_irq(bus_.now()));
    bus_.write(reg::IrqStatus, reg::IrqStatusDone);
    EXPECT_FALSE(bus_.wait_irq(bus_.now() + 1000));
}

TEST_F(AesRegisters, NothingDisturbsARunningCommand) {
    key(hex(Key));
    put(block(Plain));
    bus_.write(reg::Command, reg::CommandEncrypt);
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(bus_.read(reg::Status), reg::StatusBusy);
        EXPECT_EQ(bus_.read(reg::Block), 0U) << "nobody sees a block half done";
        bus_.write(reg::Block, 0xFF);
        bus_.write(reg::Key, 0xFF);
        bus_.write(reg::Config, 2);
        bus_.write(reg::Command, reg::CommandDecrypt);
        bus_.write(reg::Command, reg::CommandEncrypt);
    }
    EXPECT_FALSE(done());
    wait();
    EXPECT_EQ(get(), block(Cipher));
    EXPECT_EQ(bus_.read(reg::Config), 0U);
}

// NIST AESAVS, 256 bits: key and block of zeros.
TEST_F(AesRegisters, AWipedKeyIsZeros) {
    driver::AesDriver driver{bus_};
    std::ignore = driver.load_key(base::Bytes(32, 0xA5));
    driver.wipe();
    put({});
    run(reg::CommandEncrypt);
    const auto cipher = get();
    EXPECT_EQ(cipher, block("DC95C078A2408989AD48A21492842087"));
}

#ifndef CARTOUCHE_MUTANTS
/// Every access takes two ticks, a block of 16 bytes of key 221 (FIPS 197 on one S-box; model/aes).
TEST_F(AesRegisters, CountersOfWorkAndOfAccesses) {
    EXPECT_EQ(bus_.read(reg::WorkTicks), 0U);
    EXPECT_EQ(bus_.read(reg::AccessTicks), 0U) << "a look at them does not count";
    key(hex(Key));
    put(block(Plain));
    EXPECT_EQ(bus_.read(reg::AccessTicks), 2U * (1 + 16 + 16));
    bus_.write(reg::Command, reg::CommandEncrypt);
    for (int i = 0; i < 10; ++i) EXPECT_EQ(bus_.read(reg::WorkTicks), 1U + 2U * i);
    EXPECT_FALSE(bus_.wait_irq(bus_.now() + 1000));  // it is not enabled: time passes
    EXPECT_EQ(bus_.read(reg::WorkTicks), aes::engine_ticks(16));
    EXPECT_EQ(bus_.read(reg::AccessTicks), 2U * (1 + 16 + 16 + 1))
        << "not what came while it worked";
    std::ignore = bus_.read(reg::Status);
    std::ignore = bus_.read(0xFF);
    bus_.write(reg::WorkTicks, 7);
    bus_.write(reg::AccessTicks, 7);
    EXPECT_EQ(bus_.read(reg::WorkTicks), aes::engine_ticks(16));
    EXPECT_EQ(bus_.read(reg::AccessTicks), 2U * (1 + 16 + 16 + 1 + 2));
}
#endif

TEST_F(AesRegisters, OtherCommandsDoNothing) {
    key(hex(Key));
    put(block(Plain));
    for (const std::uint32_t command : {0U, 3U}) {
        bus_.write(reg::Command, command);
        EXPECT_EQ(bus_.read(reg::Status), 0U);
    }
    EXPECT_EQ(get(), block(Plain));
}

}  // namespace
