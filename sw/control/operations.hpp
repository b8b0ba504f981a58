/// \file operations.hpp
/// The schema of service logic: what each service module can do, with which fields.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "control/value.hpp"
#include "port/power_port.hpp"

namespace control {

struct Field {
    std::string_view name;
    Type type;
    std::uint64_t least = 0;  ///< of a number; of a text or of bytes the length
    std::uint64_t most = 0;
};

struct Operation {
    port::Module module;
    std::string_view name;
    std::span<const Field> fields;  ///< all of them are needed
    std::optional<Type> result{};
};

/// "contactless", "secure", "contact", "display".
[[nodiscard]] std::string_view to_string(port::Module module) noexcept;
[[nodiscard]] std::optional<port::Module> module_named(std::string_view name) noexcept;

/// All operations, as docs/reader-modules.md lists them.
[[nodiscard]] std::span<const Operation> operations() noexcept;
/// nullptr: the module cannot do it.
[[nodiscard]] const Operation* find_operation(port::Module module, std::string_view name) noexcept;

/// What is wrong with a value for this field; empty: nothing.
/// Example: "16 is not 0 to 15"
[[nodiscard]] std::string judge(const Field& field, const Value& value);

}  // namespace control
