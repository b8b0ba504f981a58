/// \file register_bus.hpp
/// How the driver reaches the registers of `top_pcd`: a simulation, or a board.
#pragma once

#include <cstdint>

#include "base/tick.hpp"

namespace driver {

/// The APB of one `top_pcd`, and its time. Each access takes the time it takes (2 ticks on APB).
class RegisterBus {
public:
    virtual ~RegisterBus() = default;

    virtual void write(std::uint8_t address, std::uint32_t value) = 0;
    [[nodiscard]] virtual std::uint32_t read(std::uint8_t address) = 0;

    /// Lets time pass until `irq_o` is high or `now()` is `until`, whichever is first. True:
    /// `irq_o` is high.
    virtual bool wait_irq(base::Tick until) = 0;

    /// The present tick; its low 32 bits are the register Tick.
    [[nodiscard]] virtual base::Tick now() const = 0;
};

}  // namespace driver
