#include "driver/power_driver.hpp"

#include "driver/power_registers.hpp"

namespace driver {
namespace {

constexpr std::uint8_t CounterBytes = 4;  // the counters follow each other in the order of the bits

std::uint32_t bit(port::Module module) { return 1U << static_cast<unsigned>(module); }

}  // namespace

static_assert(1U << static_cast<unsigned>(port::Module::Contactless) ==
              power_reg::EnableContactless);
static_assert(1U << static_cast<unsigned>(port::Module::Secure) == power_reg::EnableSecure);
static_assert(1U << static_cast<unsigned>(port::Module::Contact) == power_reg::EnableContact);
static_assert(1U << static_cast<unsigned>(port::Module::Display) == power_reg::EnableDisplay);

void PowerDriver::set(port::Module module, bool on) {
    const std::uint32_t wanted = on ? enabled_ | bit(module) : enabled_ & ~bit(module);
    if (wanted == enabled_) return;
    bus_.write(power_reg::Enable, wanted);
    enabled_ = wanted;
}

bool PowerDriver::on(port::Module module) const { return (enabled_ & bit(module)) != 0; }

base::Tick PowerDriver::ticks(port::Module module) {
    const auto index = static_cast<std::size_t>(module);
    const auto address =
        static_cast<std::uint8_t>(power_reg::TicksContactless + CounterBytes * index);
    const std::uint32_t low = bus_.read(address);
    ticks_[index] += static_cast<std::uint32_t>(low - static_cast<std::uint32_t>(ticks_[index]));
    return ticks_[index];
}

// Page 0 raises no interrupt: this only waits.
void PowerDriver::spend(base::Tick ticks) { bus_.wait_irq(bus_.now() + ticks); }

}  // namespace driver
