/// \file packet_crypto.hpp
/// Ciphers and checksums of secured packets: CBC from a zero IV; 3DES CBC-MAC padded with zeros, or
/// AES-CMAC, eight bytes (ota-sms.md, section 2).
#pragma once

#include "ota/packet_keys.hpp"

namespace ota {

/// Of an octet KIc or KID. Throws std::invalid_argument for algorithms that are not made.
[[nodiscard]] PacketCipher cipher_of(std::uint8_t octet);
/// 8 or 16 bytes.
[[nodiscard]] std::size_t block_of(PacketCipher cipher) noexcept;

/// `data` is whole blocks. All throw std::invalid_argument when the key does not fit the cipher.
[[nodiscard]] base::Bytes packet_encrypt(PacketCipher cipher, const reader::ScpKey& key,
                                         base::ByteView data);
[[nodiscard]] base::Bytes packet_decrypt(PacketCipher cipher, const reader::ScpKey& key,
                                         base::ByteView data);
[[nodiscard]] base::Bytes packet_checksum(PacketCipher cipher, const reader::ScpKey& key,
                                          base::ByteView data);

}  // namespace ota
