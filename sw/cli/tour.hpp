/// \file tour.hpp
/// `cartouche demo --all`: the five systems in a row.
#pragma once

#include "cli/options.hpp"

namespace cli {

/// Runs every flow on `level` and prints what it shows. Throws Failure when one fails.
void tour(Level level);

}  // namespace cli
