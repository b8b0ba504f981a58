/// \file sigrok.hpp
/// Sessions of sigrok (.sr, versions 1 and 2): a zip with an ini of metadata and chunks of samples.
#pragma once

#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace trace {

/// One channel: logic as 0 and 1, or volts.
struct SigrokSession {
    double sample_rate = 0.0;
    bool logic = true;
    std::vector<float> samples{};
};

[[nodiscard]] bool is_zip(base::ByteView file);

/// The only channel in `file`; a session of several is refused. Throws base::FileError with `name`,
/// the entry of the zip and what was expected there.
[[nodiscard]] SigrokSession read_sigrok(base::ByteView file, std::string_view name);

}  // namespace trace
