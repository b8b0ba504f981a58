/// \file picc_bench.hpp
/// Drives rtl/top/top_picc.sv: levels in, load modulation out, a store behind the store port.
#pragma once

#include <array>
#include <memory>

#include "Vrtl_picc_alone.h"
#include "air_bench.hpp"

namespace picc_rtl {

struct Card {
    Bytes uid = {0x10, 0xE2, 0xF0, 0xA1};
    std::uint16_t atqa = 0x0004;
    std::uint8_t sak = 0x08;
    int kind = 1;  ///< 0 Mini, 1 1K, 2 4K
    bool type_b = false;
    std::uint8_t afi = 0;
    Bytes atqb{0, 0, 0, 0, 0x80, 0x81, 0x71};
    bool random_uid = false;
    bool nak_silent = false;
    bool unpredictable = false;
    std::uint16_t prng_seed = 0x2001;
    std::uint32_t nonce_seed = 2463534242U;
};

class PiccBench final : public AirBench {
public:
    explicit PiccBench(const Card& card = {});
    ~PiccBench() override;

    /// One access of the mailbox's bus, two ticks.
    void write(std::uint8_t address, std::uint8_t value);
    std::uint8_t read(std::uint8_t address);
    [[nodiscard]] bool interrupt() const { return dut_->irq_o != 0; }
    [[nodiscard]] bool powered() const override { return dut_->powered_o != 0; }

    std::array<std::array<std::uint8_t, 16>, 257> memory{};
    Tick program_ticks = 512;
    Tick store_latency = 3;
    bool program_fails = false;
    std::vector<Tick> program_requests;  ///< ticks at which StoreProgram was first seen
    int reads = 0;
    bool skips = true;  ///< ticks in which the card is quiet are counted, not simulated
    Tick skipped = 0;

private:
    void tick(std::uint8_t level) override;
    [[nodiscard]] bool loads() const override { return dut_->load_o != 0; }
    Tick skip(Tick end) override;
    void serve_store();
    std::unique_ptr<VerilatedContext> context_;
    std::unique_ptr<Vrtl_picc_alone> dut_;
    std::array<std::uint8_t, 16> page_{};
    Tick store_since_ = 0;
    bool store_busy_ = false;
};

}  // namespace picc_rtl
