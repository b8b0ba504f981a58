#include "control/main_control.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "control/refusal.hpp"

namespace control {

/// Modules that are on for a while, and off again whatever happens; those held stay on.
class MainControl::Switched {
public:
    explicit Switched(MainControl& control) : control_{control} {}
    ~Switched() { all_off(); }
    Switched(const Switched&) = delete;
    Switched& operator=(const Switched&) = delete;

    void on(port::Module module) {
        if (control_.power_.on(module)) return;
        mine_.push_back(module);
        control_.switch_on(module);
    }
    void all_off() noexcept {
        for (const auto module : mine_) control_.switch_off(module);
        mine_.clear();
    }

private:
    MainControl& control_;
    std::vector<port::Module> mine_{};
};

MainControl::MainControl(port::PowerPort& power, const std::vector<ServiceModule*>& modules)
    : power_{power} {
    for (auto* module : modules) modules_[module->module()] = module;
}

ServiceModule& MainControl::module_of(port::Module module) {
    const auto found = modules_.find(module);
    if (found == modules_.end())
        throw Refusal{Reason::ServiceFailed,
                      fmt::format("this reader has no {} module", to_string(module))};
    return *found->second;
}

void MainControl::switch_on(port::Module module) {
    auto& found = module_of(module);
    power_.set(module, true);
    found.switched_on();
}

// A module that fails while it goes loses its clock all the same.
void MainControl::switch_off(port::Module module) noexcept {
    if (!power_.on(module)) return;
    try {
        module_of(module).switching_off();
    } catch (...) {
        static_cast<void>(0);
    }
    power_.set(module, false);
}

Values MainControl::run(const std::string& service, const Values& inputs, std::optional<Way> way) {
    const auto found = std::find_if(library_.begin(), library_.end(),
                                    [&](const Logic& one) { return one.name == service; });
    if (found == library_.end())
        throw Refusal{Reason::BadRequest, fmt::format("no service '{}'", service)};
    Values variables;
    for (const Input& input : found->inputs) {
        const auto given = inputs.find(input.name);
        if (given == inputs.end())
            throw Refusal{Reason::BadRequest, fmt::format("'{}' is missing", input.name)};
        const Field field{input.name, input.type, input.least, input.most};
        if (const auto wrong = judge(field, given->second); !wrong.empty())
            throw Refusal{Reason::BadRequest, fmt::format("'{}': {}", input.name, wrong)};
        variables[input.name] = given->second;
    }
    if (inputs.size() != found->inputs.size())
        throw Refusal{Reason::BadRequest, fmt::format("'{}' has other inputs", service)};

    for (const auto& step : found->steps) require_free(step.operation->module);
    const bool together = way.value_or(found->way) == Way::Together;
    Switched switched{*this};
    if (together)
        for (const auto& step : found->steps) switched.on(step.operation->module);
    const LogicStep* before = nullptr;
    for (const auto& step : found->steps) {
        if (!together && before != nullptr && before->operation->module != step.operation->module)
            switched.all_off();
        if (!together) switched.on(step.operation->module);
        auto result = execute(step, variables);
        if (!step.result.empty()) variables[step.result] = std::move(result);
        before = &step;
    }
    Values answer;
    for (const auto& name : found->answer) answer[name] = variables.at(name);
    return answer;
}

Value MainControl::execute(const LogicStep& step, const Values& variables) {
    Values fields;
    for (const auto& argument : step.arguments) {
        const Value& value =
            argument.variable.empty() ? argument.value : variables.at(argument.variable);
        if (const auto wrong = judge(*argument.field, value); !wrong.empty())
            throw Refusal{Reason::ServiceFailed,
                          fmt::format("step in line {}: field '{}': {}", step.line,
                                      argument.field->name, wrong)};
        fields[std::string{argument.field->name}] = value;
    }
    return call(*step.operation, fields);
}

Value MainControl::call(const Operation& operation, const Values& fields) {
    require_free(operation.module);
    Switched switched{*this};
    switched.on(operation.module);
    ++calls_;
    return module_of(operation.module).call(operation, fields);
}

void MainControl::require_free(port::Module module) const {
    if (held_[static_cast<std::size_t>(module)])
        throw Refusal{Reason::OutOfOrder,
                      fmt::format("the {} module is in use", to_string(module))};
}

ServiceModule& MainControl::hold(port::Module module) {
    auto& found = module_of(module);
    require_free(module);
    if (!power_.on(module)) switch_on(module);
    held_[static_cast<std::size_t>(module)] = true;
    ++calls_;
    return found;
}

void MainControl::release(port::Module module) noexcept {
    held_[static_cast<std::size_t>(module)] = false;
    switch_off(module);
}

void MainControl::release_all() noexcept {
    for (const auto module : port::Modules) release(module);
}

}  // namespace control
