/// \file main_control.hpp
/// Main control: follows the logic of a service, and switches the modules it needs.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "control/logic.hpp"
#include "control/service_module.hpp"

namespace control {

class MainControl {
public:
    /// All outlive it; `modules` are of different kinds.
    MainControl(port::PowerPort& power, const std::vector<ServiceModule*>& modules);

    /// The services from now on.
    void use(std::vector<Logic> library) { library_ = std::move(library); }
    [[nodiscard]] const std::vector<Logic>& library() const noexcept { return library_; }

    /// Runs a service: its answer by name. `way`: another one than the logic says. Whatever comes
    /// of it, the modules are as before. Throws Refusal.
    Values run(const std::string& service, const Values& inputs, std::optional<Way> way = {});

    /// One operation of one module, for a service interface that is not a logic. Throws Refusal.
    Value call(const Operation& operation, const Values& fields);

    /// Switches a module on for one user until release(); the module. Throws Refusal when the
    /// reader has none, or somebody else holds it: while it is held no service can use it.
    ServiceModule& hold(port::Module module);
    void release(port::Module module) noexcept;
    void release_all() noexcept;

    /// Times a module was called or held.
    [[nodiscard]] std::uint64_t calls() const noexcept { return calls_; }
    [[nodiscard]] port::PowerPort& power() noexcept { return power_; }

private:
    class Switched;

    [[nodiscard]] ServiceModule& module_of(port::Module module);
    /// Throws Refusal while somebody holds it.
    void require_free(port::Module module) const;
    void switch_on(port::Module module);
    void switch_off(port::Module module) noexcept;
    Value execute(const LogicStep& step, const Values& variables);

    port::PowerPort& power_;
    std::map<port::Module, ServiceModule*> modules_{};
    std::vector<Logic> library_{};
    std::array<bool, port::Modules.size()> held_{};
    std::uint64_t calls_ = 0;
};

}  // namespace control
