/// \file spi_pins.hpp
/// An SPI host (mode 0) that moves the pins of spi_pair bit by bit, at times that know nothing of
/// its clock.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <vector>

#include "Vspi_pair.h"
#include "base/bytes.hpp"

namespace bus_rtl {

/// One transaction while CS is low, as a host sees it.
class SpiPins {
public:
    /// `half` is half an SCK period in 1/16 of a clock tick; 32 is the fastest SCK that is allowed.
    explicit SpiPins(unsigned half = 32, std::uint32_t seed = 1);
    ~SpiPins();

    /// Sends `mosi`, returns what came on MISO at the same time.
    base::Bytes transfer(unsigned target, const base::Bytes& mosi);
    /// {write bit, address} and its words; a read has the count between.
    void write(unsigned target, std::uint8_t address, const base::Bytes& words);
    base::Bytes read(unsigned target, std::uint8_t address, unsigned words,
                     unsigned word_bytes = 1);

    /// One tick with `event` at the mailbox.
    void tell(unsigned event);
    void run(unsigned ticks);

    /// Called after each clock edge.
    std::function<void(const Vspi_pair&)> watch{};
    Vspi_pair& dut() { return *dut_; }

private:
    void pass(unsigned sixteenths);

    std::unique_ptr<VerilatedContext> context_;
    std::unique_ptr<Vspi_pair> dut_;
    std::mt19937 random_;
    unsigned half_;
    unsigned phase_ = 0;  ///< since the last clock edge, in 1/16 tick
};

}  // namespace bus_rtl
