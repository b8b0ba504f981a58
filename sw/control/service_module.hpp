/// \file service_module.hpp
/// A part of the reader that does a service. It is called only while its clock runs.
#pragma once

#include "control/operations.hpp"
#include "link/smart_card.hpp"

namespace reader {
class Reader;
}

namespace control {

class ServiceModule {
public:
    virtual ~ServiceModule() = default;

    [[nodiscard]] virtual port::Module module() const noexcept = 0;

    /// Its clock runs now; it has forgotten everything.
    virtual void switched_on() {}
    /// Its clock is about to stop.
    virtual void switching_off() {}

    /// Does an operation of operations() with all its fields, each as judged. Throws Refusal
    /// (ServiceFailed).
    virtual Value call(const Operation& operation, const Values& fields) = 0;

    /// Where cards are reached: the card as PC/SC sees it, while the module is on.
    [[nodiscard]] virtual hostlink::SmartCard* card() noexcept { return nullptr; }
    /// Where there is a reader of type A: that one, while the module is on.
    [[nodiscard]] virtual reader::Reader* type_a() noexcept { return nullptr; }
};

}  // namespace control
