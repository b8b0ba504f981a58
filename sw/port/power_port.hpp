/// \file power_port.hpp
/// The service modules of a reader and their clocks: which run, and for how long each has.
#pragma once

#include <array>
#include <cstdint>

#include "base/tick.hpp"

namespace port {

/// Values are the bits of Enable in rtl/bus/registers.json.
enum class Module : std::uint8_t { Contactless, Secure, Contact, Display };

inline constexpr std::array Modules{Module::Contactless, Module::Secure, Module::Contact,
                                    Module::Display};

/// A module that is off stands still and has forgotten everything when it is switched on again.
class PowerPort {
public:
    virtual ~PowerPort() = default;

    /// Nothing happens when the module is as wished already.
    virtual void set(Module module, bool on) = 0;
    [[nodiscard]] virtual bool on(Module module) const = 0;
    /// Ticks since the reader's start in which the module was on.
    [[nodiscard]] virtual base::Tick ticks(Module module) = 0;
    /// Something that has no clock of its own here (a display, a line) takes so long: time passes
    /// for every module that is on.
    virtual void spend(base::Tick ticks) = 0;
};

}  // namespace port
