/// \file wave_view.hpp
/// What to look at in a waveform of the simulated field.
#pragma once

#include <string>

namespace trace {

/// A GTKWave save file for the waveform `fst`: the air, then the reader, then card 0, in the order
/// in which a frame passes them.
[[nodiscard]] std::string gtkwave_view(const std::string& fst);

}  // namespace trace
