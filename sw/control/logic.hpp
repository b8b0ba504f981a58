/// \file logic.hpp
/// Service logic: a text for people that says how the reader executes a service.
///
///     # what a gate does
///     service sector-read
///       way one-by-one
///       input sector number 0 15
///       contactless identify -> uid
///       secure sector-key uid=$uid sector=$sector -> key
///       contactless read uid=$uid sector=$sector key=$key -> data
///       display show line="sector is read"
///       answer uid data
///     end
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "control/operations.hpp"

namespace control {

/// A text that is no service logic.
/// Example: LogicError{7, "sector", "99 is not 0 to 15"}: "line 7: field 'sector': 99 is not 0 to
/// 15"
class LogicError : public std::runtime_error {
public:
    LogicError(std::size_t line, std::string_view field, std::string_view reason);
    [[nodiscard]] std::size_t line() const noexcept { return line_; }
    /// Empty when the line as a whole is wrong.
    [[nodiscard]] const std::string& field() const noexcept { return field_; }

private:
    std::size_t line_;
    std::string field_;
};

/// How the modules are switched (systems.md, E3).
enum class Way : std::uint8_t {
    Together,  ///< all that are needed on, called in order, all off
    OneByOne   ///< on, called, off; calls of the same module that follow each other are one
};
/// "together", "one-by-one".
[[nodiscard]] std::string_view to_string(Way way) noexcept;

struct Argument {
    const Field* field = nullptr;
    std::string variable{};  ///< empty: `value` counts
    Value value{};
};

struct LogicStep {
    const Operation* operation = nullptr;
    std::vector<Argument> arguments{};
    std::string result{};  ///< variable; empty: dropped
    std::size_t line = 0;
};

struct Input {
    std::string name{};
    Type type = Type::Number;
    std::uint64_t least = 0;
    std::uint64_t most = 0;
};

struct Logic {
    static constexpr std::size_t MostText = 16'000;  ///< of a library
    static constexpr std::size_t MostSteps = 64;

    std::string name{};
    Way way = Way::OneByOne;
    std::vector<Input> inputs{};
    std::vector<LogicStep> steps{};
    std::vector<std::string> answer{};  ///< variables
};

/// All services of a text, each with a name of its own; at least one. Throws LogicError.
[[nodiscard]] std::vector<Logic> parse_logic(std::string_view text);

}  // namespace control
