/// \file refusal.hpp
/// How a platform says no.
#pragma once

#include <stdexcept>
#include <string>

namespace platform {

/// A request that is not done. `code` is one word for programs, what() a line for people; both may
/// be told to the other side, so they carry no secret.
/// Example: throw Refusal{"unknown-card", "no card 00112233445566778899 is registered"};
class Refusal : public std::runtime_error {
public:
    Refusal(std::string code, const std::string& line)
        : std::runtime_error(line), code_{std::move(code)} {}
    [[nodiscard]] const std::string& code() const noexcept { return code_; }

private:
    std::string code_;
};

}  // namespace platform
