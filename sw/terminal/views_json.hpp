/// \file views_json.hpp
/// What the terminal shows, as JSON for page and scripts. No key is in it.
#pragma once

#include <nlohmann/json.hpp>

#include "terminal/log.hpp"
#include "terminal/preview.hpp"
#include "terminal/refusal.hpp"
#include "terminal/session.hpp"

namespace terminal {

[[nodiscard]] nlohmann::ordered_json to_json(const Identity& identity);
[[nodiscard]] nlohmann::ordered_json to_json(const PinState& pin);
[[nodiscard]] nlohmann::ordered_json to_json(const SectorView& view);
[[nodiscard]] nlohmann::ordered_json to_json(const Preview& preview, const SectorView& sector);
[[nodiscard]] nlohmann::ordered_json to_json(const GateReading& reading, unsigned sector);
[[nodiscard]] nlohmann::ordered_json to_json(const Refusal& refusal);
[[nodiscard]] nlohmann::ordered_json to_json(const Traffic& traffic);

/// A block in hexadecimal, bytes apart; the keys of a trailer as "··".
[[nodiscard]] std::string block_text(const port::Block& block, bool trailer);

}  // namespace terminal
