/// \file wav.hpp
/// Recorded envelopes: WAV files with one channel of 16-bit PCM samples.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace trace {

struct Recording {
    unsigned sample_rate = 0;  ///< samples a second
    std::vector<std::int16_t> samples{};
};

/// The recording in `file`. Throws base::FileError with `name`, the offset and what was expected
/// there. Example: read_wav(base::read_file(path, WavLimit), path.string())
[[nodiscard]] Recording read_wav(base::ByteView file, std::string_view name);

/// No recording is longer, in bytes.
inline constexpr std::size_t WavLimit = std::size_t{1} << 30U;

}  // namespace trace
