/// \file storm.hpp
/// Random commands to a whole chip, within and outside of secure channels: right ones, and what
/// becomes of right ones when bytes are changed, cut or doubled.
#pragma once

#include <cstdint>

namespace bench {

/// Sends at least `commands` of them, with power cuts between. Fails the test at the first answer
/// that no card may give, or when a card does not come back.
void storm(std::uint32_t seed, unsigned commands);

}  // namespace bench
