/// \file crc_32.hpp
/// CRC-32 as of Ethernet, over several parts.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"

namespace nvm {

inline constexpr std::uint32_t Crc32Start = 0xFFFFFFFFU;

/// The register after `data`, from `crc` on; its complement is the usual CRC-32.
/// Example: ~crc_32("123456789", Crc32Start) == 0xCBF43926
[[nodiscard]] std::uint32_t crc_32(base::ByteView data, std::uint32_t crc) noexcept;

}  // namespace nvm
