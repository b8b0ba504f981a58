/// \file tlm_world.hpp
/// `port::World` on the transaction level: the SystemC model behind the reader's door.
#pragma once

#include <memory>

#include "port/world.hpp"

namespace field {

/// A world with no card in it. SystemC elaborates once in a process: the modules are built by the
/// first call and lent to one world at a time; asking for a second one meanwhile throws
/// std::logic_error.
///
/// The program has its own main(); SystemC's is not used and `sc_main` is a stub of this library.
/// Of `air` only the lengths of pauses mean something here: the rest belongs to an analogue air.
std::unique_ptr<port::World> make_tlm_world(const port::AirProfile& air);

}  // namespace field
