/// \file world.hpp
/// The reader, the air and the cards of a level, as the options of a command ask for them.
#pragma once

#include <memory>

#include "cli/options.hpp"
#include "flows/world.hpp"

namespace cli {

using flows::finish;
using flows::WorldOptions;

void add_fst(CLI::App& app, WorldOptions& options);

/// With a waveform, its GTKWave view is written beside it: FILE.gtkw. Throws Failure for options
/// that the level does not have.
[[nodiscard]] std::unique_ptr<port::World> open_world(const WorldOptions& options);

}  // namespace cli
