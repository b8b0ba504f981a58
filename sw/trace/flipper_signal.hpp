/// \file flipper_signal.hpp
/// Load modulation as Flipper's unit tests write it (.nfc, "Flipper NFC test"): run lengths.
#pragma once

#include <string_view>

#include "base/bytes.hpp"
#include "trace/recording.hpp"

namespace trace {

[[nodiscard]] bool is_flipper_signal(base::ByteView file);

/// The envelope of a field with this load modulation, silence before and behind it. Runs are in
/// ticks of 64 MHz less one, the first one modulated. Throws base::FileError: "name: line 6: ...".
[[nodiscard]] Recording read_flipper_signal(base::ByteView file, std::string_view name);

}  // namespace trace
