/// \file yuan.hpp
/// Amounts as people write them.
#pragma once

#include <optional>
#include <string>

#include "services/purse_security.hpp"

namespace services {

/// Example: yuan(-5005) == "-50.05"
[[nodiscard]] std::string yuan(Fen amount);
/// "50", "50.5", "50.00", up to 9999999.99; nothing for anything else.
[[nodiscard]] std::optional<Fen> fen_of(const std::string& text);

}  // namespace services
