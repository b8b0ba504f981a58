/// \file sector.hpp
/// Where MIFARE Classic keeps its keys (mifare-classic.md, 1).
#pragma once

namespace base {

/// Whether the block is the last of its sector: 0 to 31 have 4 blocks, 32 to 39 have 16.
/// Example: is_trailer(7), is_trailer(143)
[[nodiscard]] constexpr bool is_trailer(unsigned block) noexcept {
    return block < 128 ? block % 4 == 3 : block % 16 == 15;
}

}  // namespace base
