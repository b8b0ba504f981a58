/// \file outcome.hpp
/// What a command engine makes of a frame.
#pragma once

#include <cstdint>

#include "port/store_port.hpp"

namespace frame {

/// What becomes of a frame.
struct Outcome {
    enum class Then : std::uint8_t { Stay, FallBack, Halt };
    Then then = Then::FallBack;
    unsigned fdt_index = 0;  ///< n of the engine's reply; 0: silence
    bool programs = false;   ///< the engine's order is to be programmed first
};

/// A block to be programmed.
struct Order {
    port::BlockAddress block = 0;
    port::Block data{};
};

}  // namespace frame
