/// \file wav.hpp
/// Recorded envelopes: WAV files with one channel of 16-bit PCM samples.
#pragma once

#include <string_view>

#include "base/bytes.hpp"
#include "trace/recording.hpp"

namespace trace {

/// The recording in `file`. Throws base::FileError with `name`, the offset and what was expected
/// there. Example: read_wav(base::read_file(path, WavLimit), path.string())
[[nodiscard]] Recording read_wav(base::ByteView file, std::string_view name);

}  // namespace trace
