/// \file block_names.hpp
/// What frames of type B and blocks of ISO/IEC 14443-4 are called in a list.
#pragma once

#include <string>

#include "base/bytes.hpp"

namespace trace {

/// A frame of type B with its CRC. Example: 05 00 00 71 FF of a reader is "REQB"
[[nodiscard]] std::string name_of_b(base::ByteView data, bool reader);

/// A block with its CRC, or nothing when its first byte is that of no block.
/// Example: A3 6F C6 is "R(ACK 1)"
[[nodiscard]] std::string name_of_block(base::ByteView data);

}  // namespace trace
