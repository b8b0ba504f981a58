/// \file update_package.hpp
/// What a platform gives to a reader: software, authentication information, service logic. For one
/// reader, signed, encrypted, in blocks that can each be judged before they are written.
///
///   header (66) | signature (64, ECDSA P-256, SHA-256 of the header, r | s) | blocks
///   header: "CTRU" | format 1 (1) | kind (1) | version (4) | serial (16, zeros behind it) |
///           bytes of the content (4) | block size 256 (2) | blocks (2) | D_0 (32)
///   block i: C_i of AES-128-CBC under K over the content, padded 80 00 .., IV_i = AES(K, i)
///   K = CMAC(reader's package key, header without D_0)
///   D_i = SHA-256(i (2) | C_i | D_(i+1)), D after the last block: zeros
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/proofs.hpp"

namespace control {

enum class UpdateKind : std::uint8_t { Software = 1, Credentials = 2, Logic = 3 };
inline constexpr std::array UpdateKinds{UpdateKind::Software, UpdateKind::Credentials,
                                        UpdateKind::Logic};
/// "software", "credentials", "logic".
[[nodiscard]] const char* to_string(UpdateKind kind) noexcept;

using Digest = std::array<std::uint8_t, 32>;
using PublicKey = std::array<std::uint8_t, 64>;  ///< point of P-256, x | y

struct UpdateHeader {
    static constexpr std::size_t Bytes = 66;
    static constexpr std::size_t SignatureBytes = 64;
    static constexpr std::size_t SignedBytes = Bytes + SignatureBytes;
    static constexpr std::size_t BlockBytes = 256;
    static constexpr std::size_t MostBlocks = 64;
    static constexpr std::size_t MostSerial = 16;

    UpdateKind kind = UpdateKind::Software;
    std::uint32_t version = 0;
    std::string serial{};
    std::uint32_t length = 0;
    std::uint16_t blocks = 0;
    Digest first{};  ///< D_0

    [[nodiscard]] base::Bytes bytes() const;
    /// Nothing when these are not a header, or its numbers do not fit each other.
    [[nodiscard]] static std::optional<UpdateHeader> parse(base::ByteView bytes);
    /// K.
    [[nodiscard]] AesKey content_key(const AesKey& package_key) const;
};

/// Whether header and signature (130 bytes) were signed by the owner of `key`.
[[nodiscard]] bool signed_by(base::ByteView signed_header, const PublicKey& key);

/// D_i.
[[nodiscard]] Digest block_digest(std::size_t index, base::ByteView block, const Digest& next);

/// The content from all blocks in clear; nothing when its padding or length is wrong.
[[nodiscard]] std::optional<base::Bytes> opened(const UpdateHeader& header,
                                                const AesKey& package_key, base::ByteView blocks);

/// Who makes packages.
class UpdateSigner {
public:
    /// A private scalar of P-256, most significant byte first; else std::invalid_argument.
    explicit UpdateSigner(const base::Key<32>& private_key) : key_{private_key} {}

    struct Package {
        base::Bytes header{};  ///< and signature
        struct Block {
            base::Bytes data{};
            Digest next{};
        };
        std::vector<Block> blocks{};
    };
    /// Throws std::invalid_argument when the content is empty or does not fit into 64 blocks.
    [[nodiscard]] Package make(UpdateKind kind, std::uint32_t version, std::string_view serial,
                               const AesKey& package_key, base::ByteView content) const;

    [[nodiscard]] PublicKey public_key() const;

private:
    base::Key<32> key_;
};

}  // namespace control
