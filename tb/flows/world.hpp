/// \file world.hpp
/// The reader, the air and the cards of a level.
#pragma once

#include <memory>
#include <string>

#include "flows/level.hpp"
#include "port/world.hpp"

namespace flows {

struct WorldOptions {
    Level level = Level::Rtl;
    port::AirProfile air{};
    unsigned slots = 1;  ///< cards of the RTL level: 1 or port::CardSlots
    std::string fst{};   ///< waveform of the RTL level; empty: none
};

/// Throws std::invalid_argument for a waveform of the model, which has none.
[[nodiscard]] std::unique_ptr<port::World> make_world(const WorldOptions& options);

/// Call it at the end of a run. Throws std::runtime_error when the levels differ in what was not
/// compared yet, or when an assertion of the RTL has failed.
void finish(port::World& world);

}  // namespace flows
