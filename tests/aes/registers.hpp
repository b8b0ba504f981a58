// The registers of one configuration of top_aes, as a fixture.
#pragma once

#include <gtest/gtest.h>

#include "driver/aes_registers.hpp"
#include "engine.hpp"
#include "verilated/aes_simulation.hpp"

namespace aes_test {

namespace reg = driver::aes_reg;
using aes::Block;

// FIPS 197, Appendix B.
inline constexpr auto Key = "2B7E151628AED2A6ABF7158809CF4F3C";
inline constexpr auto Plain = "3243F6A8885A308D313198A2E0370734";
inline constexpr auto Cipher = "3925841D02DC09FBDC118597196A0B32";

template <class Top>
class Registers : public testing::Test {
protected:
    void TearDown() override { EXPECT_EQ(bus_.check_failures(), 0); }

    void key(const base::Bytes& bytes, std::uint32_t size = 0) {
        bus_.write(reg::Config, size);
        for (const auto byte : bytes) bus_.write(reg::Key, byte);
    }
    void put(const Block& bytes) {
        for (const auto byte : bytes) bus_.write(reg::Block, byte);
    }
    [[nodiscard]] Block get() {
        Block result{};
        for (auto& byte : result) byte = static_cast<std::uint8_t>(bus_.read(reg::Block));
        return result;
    }
    [[nodiscard]] bool done() { return bus_.read(reg::IrqStatus) == reg::IrqStatusDone; }
    void wait() {
        const auto limit = bus_.now() + 1000;
        while (bus_.read(reg::Status) == reg::StatusBusy && bus_.now() < limit) {
        }
        EXPECT_TRUE(done());
    }
    void run(std::uint32_t command) {
        bus_.write(reg::Command, command);
        wait();
        bus_.write(reg::IrqStatus, reg::IrqStatusDone);
    }

    tb::AesSimulation<Top> bus_{};
};

}  // namespace aes_test
