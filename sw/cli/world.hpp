/// \file world.hpp
/// The reader, the air and the cards of a level.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cli/options.hpp"
#include "port/world.hpp"

namespace cli {

struct WorldOptions {
    Level level = Level::Rtl;
    port::AirProfile air{};
    unsigned slots = 1;  ///< cards of the RTL level: 1 or port::CardSlots
    std::string fst{};   ///< waveform of the RTL level; empty: none
};

void add_fst(CLI::App& app, WorldOptions& options);

/// With a waveform, its GTKWave view is written beside it: FILE.gtkw. Throws Failure for options
/// that the level does not have.
[[nodiscard]] std::unique_ptr<port::World> make_world(const WorldOptions& options);

/// Call it at the end of a run. Throws when the levels differ in what was not compared yet, or when
/// an assertion of the RTL has failed.
void finish(port::World& world);

}  // namespace cli
