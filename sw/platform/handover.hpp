/// \file handover.hpp
/// How the initial keys of a domain go from the issuer to an application provider: wrapped by a
/// transport key that both have from a key ceremony, bound to card and domain.
#pragma once

#include <nlohmann/json.hpp>

#include "platform/key_store.hpp"

namespace platform {

/// {"version", "type", "checks", "wrapped"}
[[nodiscard]] nlohmann::json hand_over(const reader::ScpKey& transport, const Place& place,
                                       const KeySet& set, const Random& random);
/// Throws Refusal when it is not for this place, was changed, or the check values do not fit.
[[nodiscard]] KeySet take_over(const reader::ScpKey& transport, const Place& place,
                               const nlohmann::json& handed);

}  // namespace platform
