/// \file scp_crypto.hpp
/// What the host's side of a secure channel reckons with: Crypto++ under names of the sheets.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/key.hpp"

namespace reader {

/// A key of 16, 24 or 32 bytes; wiped when it goes.
class ScpKey {
public:
    static constexpr std::size_t Longest = 32;

    ScpKey() = default;
    /// Throws std::invalid_argument for any other length.
    explicit ScpKey(base::ByteView value);

    [[nodiscard]] base::ByteView expose() const noexcept {
        return base::ByteView{value_.expose()}.first(size_);
    }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    base::Key<Longest> value_{};
    std::size_t size_ = 0;
};

using DesBlock = std::array<std::uint8_t, 8>;
using AesBlock = std::array<std::uint8_t, 16>;

/// `data`, 80, and zeros to the next multiple of `block`.
[[nodiscard]] base::Bytes padded(base::ByteView data, std::size_t block);
/// Without its padding; false when there is none. Example: 01 80 00 -> 01
[[nodiscard]] bool strip_padding(base::Bytes& data);

/// DES of one block under the first eight bytes of `key`.
[[nodiscard]] DesBlock des(const ScpKey& key, const DesBlock& block);
/// Two-key triple DES; `data` is a multiple of eight bytes.
[[nodiscard]] base::Bytes des3_ecb(const ScpKey& key, base::ByteView data);
[[nodiscard]] base::Bytes des3_cbc(const ScpKey& key, base::ByteView data);
[[nodiscard]] base::Bytes des3_cbc_decrypt(const ScpKey& key, base::ByteView data);
/// Last block of the CBC of the padded data.
[[nodiscard]] DesBlock des3_mac(const ScpKey& key, base::ByteView data);
/// Single DES up to the last block, that one triple (ISO 9797-1, algorithm 3); pads the data.
[[nodiscard]] DesBlock retail_mac(const ScpKey& key, const DesBlock& start, base::ByteView data);

[[nodiscard]] AesBlock aes(const ScpKey& key, const AesBlock& block);
[[nodiscard]] base::Bytes aes_cbc_encrypt(const ScpKey& key, const AesBlock& start,
                                          base::ByteView data);
[[nodiscard]] base::Bytes aes_cbc_decrypt(const ScpKey& key, const AesBlock& start,
                                          base::ByteView data);
[[nodiscard]] AesBlock cmac(const ScpKey& key, base::ByteView data);

/// `bits` bits derived from `key` (NIST SP 800-108 in counter mode over CMAC, as SCP03 lays it
/// out).
[[nodiscard]] base::Bytes scp03_derive(const ScpKey& key, std::uint8_t constant, unsigned bits,
                                       base::ByteView context);

}  // namespace reader
