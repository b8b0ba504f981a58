/// \file failure.hpp
/// How a command ends early: one clear line and an exit code.
#pragma once

#include <stdexcept>
#include <string>

namespace cli {

inline constexpr int JobFailed = 1;  ///< the job found a failure
inline constexpr int WrongUse = 2;   ///< wrong arguments or bad input; nothing was changed

/// Thrown by a command; main() prints the line.
class Failure : public std::runtime_error {
public:
    Failure(int exit_code, const std::string& line)
        : std::runtime_error(line), exit_code_{exit_code} {}
    [[nodiscard]] int exit_code() const noexcept { return exit_code_; }

private:
    int exit_code_;
};

}  // namespace cli
