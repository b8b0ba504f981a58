/// \file source.hpp
/// Where time and randomness come from, so that tests can say both.
#pragma once

#include <cstdint>
#include <functional>

#include "base/bytes.hpp"

namespace platform {

/// Seconds since 1970, UTC.
using Seconds = long long;
using Clock = std::function<Seconds()>;
[[nodiscard]] Seconds system_clock();

/// As many random bytes as asked for; must be good for keys.
using Random = std::function<base::Bytes(std::size_t)>;
/// Of the operating system.
[[nodiscard]] base::Bytes system_random(std::size_t size);

}  // namespace platform
