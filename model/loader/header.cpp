#include "loader/header.hpp"

#include <algorithm>

namespace loader {
namespace {

constexpr std::array<std::uint8_t, 4> Magic{'C', 'O', 'S', '1'};
constexpr std::uint8_t HeaderVersion = 1;
constexpr std::uint8_t AesCbcSha256Ecdsa = 1;
constexpr std::uint8_t ImageIsOs = 1;

/// A number of up to four bytes, the highest first.
std::uint32_t number(base::ByteView bytes, std::size_t at, std::size_t size) {
    std::uint32_t value = 0;
    for (const auto byte : bytes.subspan(at, size)) value = value << 8 | byte;
    return value;
}

Digest digest(base::ByteView bytes, std::size_t at) {
    Digest out{};
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), out.size(), out.begin());
    return out;
}

}  // namespace

std::optional<Header> parse_header(base::ByteView bytes) {
    if (bytes.size() != HeaderBytes) return std::nullopt;
    if (!std::equal(Magic.begin(), Magic.end(), bytes.begin())) return std::nullopt;
    if (bytes[4] != HeaderVersion || bytes[5] != AesCbcSha256Ecdsa || bytes[10] != ImageIsOs)
        return std::nullopt;
    Header header;
    header.chip_type = static_cast<std::uint16_t>(number(bytes, 6, 2));
    header.least_revision = bytes[8];
    header.most_revision = bytes[9];
    header.key_version = bytes[11];
    header.version = number(bytes, 12, 4);
    header.security_version = number(bytes, 16, 4);
    header.image_bytes = number(bytes, 20, 4);
    header.load_address = number(bytes, 24, 4);
    header.entry = number(bytes, 28, 4);
    header.block_bytes = static_cast<std::uint16_t>(number(bytes, 32, 2));
    header.blocks = static_cast<std::uint16_t>(number(bytes, 34, 2));
    header.first = digest(bytes, 36);
    header.image = digest(bytes, 68);
    if (header.least_revision > header.most_revision || header.image_bytes == 0)
        return std::nullopt;
    if (header.block_bytes == 0 || header.block_bytes % CipherBytes != 0) return std::nullopt;
    // The padding, 80 00 .., takes at least one byte.
    if (header.blocks != header.image_bytes / header.block_bytes + 1) return std::nullopt;
    return header;
}

}  // namespace loader
