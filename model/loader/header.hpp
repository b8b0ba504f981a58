/// \file header.hpp
/// What the signed header of an OS image says (project profile, docs/choices.md, Chip OS loading).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace loader {

inline constexpr std::size_t HeaderBytes = 100;
inline constexpr std::size_t SignatureBytes = 64;  ///< ECDSA P-256, r|s
inline constexpr std::size_t DigestBytes = 32;
inline constexpr std::size_t CipherBytes = 16;  ///< block size of AES

using Digest = std::array<std::uint8_t, DigestBytes>;

struct Header {
    std::uint16_t chip_type = 0;
    std::uint8_t least_revision = 0;  ///< of the hardware
    std::uint8_t most_revision = 0;
    std::uint8_t key_version = 0;  ///< of the key that encrypts the blocks
    std::uint32_t version = 0;     ///< as people count
    std::uint32_t security_version = 0;
    std::uint32_t image_bytes = 0;  ///< in plain, without padding
    std::uint32_t load_address = 0;
    std::uint32_t entry = 0;
    std::uint16_t block_bytes = 0;  ///< a multiple of 16
    std::uint16_t blocks = 0;
    Digest first{};  ///< of block 0 and, through it, of all others
    Digest image{};  ///< SHA-256 of the plain image
};

/// Nothing unless magic, header version, algorithm and image type are those of an OS, the revisions
/// are in order, and the number of blocks is that of the image with its padding.
[[nodiscard]] std::optional<Header> parse_header(base::ByteView bytes);

}  // namespace loader
