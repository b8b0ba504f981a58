/// \file bytes.hpp
/// The byte and bit types every room speaks: a view for inputs, a buffer for results.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace base {

using ByteView = std::span<const std::uint8_t>;
using Bytes = std::vector<std::uint8_t>;

/// Bits in the order of the air, one element a bit, each 0 or 1.
using Bits = std::vector<std::uint8_t>;
using BitView = std::span<const std::uint8_t>;

}  // namespace base
