/// \file power_driver.hpp
/// PowerPort over page 0 of `top_reader`.
#pragma once

#include <array>

#include "driver/register_bus.hpp"
#include "port/power_port.hpp"

namespace driver {

/// Counters are read often enough that none wraps twice in between (every 316 s).
class PowerDriver final : public port::PowerPort {
public:
    /// `bus` must outlive it; its modules are off.
    explicit PowerDriver(RegisterBus& bus) : bus_{bus} {}

    void set(port::Module module, bool on) override;
    [[nodiscard]] bool on(port::Module module) const override;
    [[nodiscard]] base::Tick ticks(port::Module module) override;
    void spend(base::Tick ticks) override;

private:
    RegisterBus& bus_;
    std::uint32_t enabled_ = 0;
    std::array<base::Tick, port::Modules.size()> ticks_{};
};

}  // namespace driver
