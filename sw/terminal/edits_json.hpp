/// \file edits_json.hpp
/// What the page and scripts ask for, from JSON that may be anything.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "terminal/preview.hpp"

namespace terminal {

/// Why a request is none, for the user.
struct BadRequest {
    std::string reason;
};

/// The edits in `request`, an object with a list `edits` of objects with `block` (in the sector)
/// and one of
///     "hex": 32 digits
///     "text": at most 16 bytes of UTF-8, filled up with zeros
///     "value": -2147483648 to 2147483647, and "address": 0 to 255, 0 when missing
///     "access": four groups of 0 to 7, "general": 2 digits, "key_a", "key_b": 12 digits each
[[nodiscard]] std::variant<Edits, BadRequest> edits_from(const nlohmann::json& request,
                                                         unsigned sector);

/// 16 bytes of hexadecimal text as new content. Example: block_from_hex("00 .. 0F")
[[nodiscard]] std::variant<port::Block, BadRequest> block_from_hex(std::string_view hex);

/// Overwrites every text in `value`, as a request may hold a PIN or keys.
void wipe_texts(nlohmann::json& value) noexcept;

}  // namespace terminal
