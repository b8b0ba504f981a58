/// \file refusal.hpp
/// Why the card did not do it, and what to do now.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "apdu/status.hpp"

namespace terminal {

struct Refusal {
    std::optional<apdu::StatusWord> sw{};  ///< nothing: it was the terminal who refused
    std::string title{};
    std::string advice{};
    std::optional<unsigned> tries{};  ///< of the PIN, when it was wrong
};

/// What a status word of the sector application means to the user.
/// Example: explain(0x63C2).title == "Wrong PIN, 2 tries left"
[[nodiscard]] Refusal explain(apdu::StatusWord sw);
/// The same when the unblocking code was given. Its tries are not those of the PIN.
[[nodiscard]] Refusal explain_unblocking(apdu::StatusWord sw);
/// The card did not answer.
[[nodiscard]] Refusal card_gone();

/// What was asked for, or why not.
template <typename T>
using Result = std::variant<T, Refusal>;

template <typename T>
[[nodiscard]] const Refusal* refusal_of(const Result<T>& result) noexcept {
    return std::get_if<Refusal>(&result);
}

}  // namespace terminal
