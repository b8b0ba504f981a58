/// \file os_package.hpp
/// Packages of a chip operating system: a header, its signature, and the image in encrypted blocks
/// that each vouch for the next (project profile, docs/choices.md, Chip OS loading).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"
#include "base/key.hpp"

namespace ota {

using OsKey = base::Key<16>;                   ///< AES-128, encrypts the blocks
using OsSigner = base::Key<32>;                ///< private key on P-256
using OsPoint = std::array<std::uint8_t, 64>;  ///< public key, x|y
using OsDigest = std::array<std::uint8_t, 32>;

/// What the maker of an image says of it.
struct OsTerms {
    std::uint16_t chip_type = 0;
    std::uint8_t least_revision = 0;  ///< of the hardware
    std::uint8_t most_revision = 0;
    std::uint8_t key_version = 0;
    std::uint32_t version = 0;           ///< as people count
    std::uint32_t security_version = 0;  ///< cards never go below the highest they ran
    std::uint32_t load_address = 0;
    std::uint32_t entry = 0;
    std::uint16_t block_bytes = 192;  ///< a multiple of 16, up to what the card takes

    friend bool operator==(const OsTerms&, const OsTerms&) = default;
};

struct OsPackage {
    static constexpr std::size_t HeaderBytes = 100;
    static constexpr std::size_t SignatureBytes = 64;
    static constexpr std::size_t MostBytes = 1U << 24U;

    OsTerms terms{};
    std::uint32_t image_bytes = 0;
    OsDigest image_hash{};
    base::Bytes head{};                 ///< header and signature, as BEGIN carries them
    std::vector<base::Bytes> blocks{};  ///< encrypted
    std::vector<OsDigest> digests{};    ///< of each block; one more, zeros, behind the last

    /// As a file: head, then the blocks.
    [[nodiscard]] base::Bytes bytes() const;
    /// Data of the BLOCK command: index, block, digest of the next.
    [[nodiscard]] base::Bytes block_data(std::size_t index) const;
};

/// Encrypts and signs (ECDSA with the nonce of RFC 6979: the same package each time). Throws
/// std::invalid_argument when terms or image are no ones a header can say.
[[nodiscard]] OsPackage make_os_package(const OsTerms& terms, base::ByteView image,
                                        const OsKey& key, const OsSigner& signer);
[[nodiscard]] OsPoint public_point(const OsSigner& signer);

/// What is wrong with a package, in words. Example: "not the image of an OS"
struct OsFault {
    std::string text{};
};
/// Reads a file: format, lengths and the chain of digests. The signature is verify()'s.
[[nodiscard]] std::variant<OsPackage, OsFault> parse_os_package(base::ByteView bytes);
/// Whether the header is signed by the owner of this key.
[[nodiscard]] bool verify_os_package(const OsPackage& package, const OsPoint& signer);

}  // namespace ota
