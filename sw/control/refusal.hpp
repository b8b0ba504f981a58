/// \file refusal.hpp
/// How a reader says no.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace control {

/// As it goes to the client (docs/reader-modules.md).
enum class Reason : std::uint8_t {
    NotConnected = 1,   ///< the interface takes connection requests only
    NotLoggedIn = 2,    ///< no platform has logged in
    NotAllowed = 3,     ///< the client may not offer this service
    Unauthentic = 4,    ///< a proof is wrong
    Locked = 5,         ///< too many wrong ones in a row
    OutOfOrder = 6,     ///< not at this moment
    BadRequest = 7,     ///< malformed, or no such service
    ServiceFailed = 8,  ///< a card or a module did not do it
    Outdated = 9,       ///< a version that is not newer
    Forged = 10,        ///< a package whose signature, digest or reader is wrong
};

/// Example: to_string(Reason::Locked) == "locked"
[[nodiscard]] const char* to_string(Reason reason) noexcept;

/// What is not done. what() may be told to the client: it carries no secret.
class Refusal : public std::runtime_error {
public:
    Refusal(Reason reason, const std::string& line) : std::runtime_error{line}, reason_{reason} {}
    [[nodiscard]] Reason reason() const noexcept { return reason_; }

private:
    Reason reason_;
};

}  // namespace control
