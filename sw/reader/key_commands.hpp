/// \file key_commands.hpp
/// PUT KEY as a host makes it inside a secure channel.
#pragma once

#include <cstdint>
#include <span>

#include "apdu/command.hpp"
#include "reader/secure_channel.hpp"

namespace reader {

enum class KeyType : std::uint8_t { Des = 0x80, Aes = 0x88 };

/// The first three bytes of zeros (DES) or of bytes 01 (AES) under `key`.
[[nodiscard]] base::Bytes key_check_value(KeyType type, const ScpKey& key);

/// Puts `keys` under version `version` and the identifiers from `key_id` on; `replaced` is the
/// version that they take the place of, 0 adds a new set. Needs a session with its DEK.
[[nodiscard]] apdu::Command put_key(const SecureChannel& channel, std::uint8_t replaced,
                                    std::uint8_t version, std::uint8_t key_id, KeyType type,
                                    std::span<const ScpKey> keys);

}  // namespace reader
