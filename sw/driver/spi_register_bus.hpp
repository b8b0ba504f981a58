/// \file spi_register_bus.hpp
/// Registers of four bytes behind an SPI: the AES engine of a board.
#pragma once

#include <functional>

#include "driver/register_bus.hpp"
#include "driver/spi_port.hpp"

namespace driver {

/// Errors: an access that ended with PSLVERR, or an SPI that answers nonsense, throws
/// std::runtime_error at the next access.
class SpiRegisterBus final : public RegisterBus {
public:
    using Clock = std::function<base::Tick()>;

    SpiRegisterBus(SpiPort& spi, Clock clock) : spi_{spi}, clock_{std::move(clock)} {}

    void write(std::uint8_t address, std::uint32_t value) override;
    [[nodiscard]] std::uint32_t read(std::uint8_t address) override;
    /// Asks again and again; once more when the time is over.
    bool wait_irq(base::Tick until) override;
    [[nodiscard]] base::Tick now() const override { return clock_(); }

private:
    base::Bytes transfer(base::ByteView mosi);

    SpiPort& spi_;
    Clock clock_;
};

}  // namespace driver
