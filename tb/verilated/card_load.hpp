/// \file card_load.hpp
/// What the load switch of a scripted card does.
#pragma once

#include <utility>
#include <vector>

#include "port/world.hpp"

namespace tb {

/// The ticks from which and up to which the field is loaded, in order.
[[nodiscard]] std::vector<std::pair<base::Tick, base::Tick>> load_of(
    const port::ScriptedCard::Reply& reply);

}  // namespace tb
