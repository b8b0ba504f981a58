/// \file status.hpp
/// GET STATUS and SET STATUS (GlobalPlatform Card Specification, 11.4 and 11.10).
#pragma once

#include "apdu/command.hpp"
#include "domain/context.hpp"

namespace domain {

[[nodiscard]] apdu::Response get_status(Context& context, const apdu::Command& command);
[[nodiscard]] apdu::Response set_status(Context& context, const apdu::Command& command);

/// Whether an application may go from one state to another by itself or its domain; b8 apart.
[[nodiscard]] bool may_become(std::uint8_t present, std::uint8_t next) noexcept;

}  // namespace domain
