/// \file master_key.hpp
/// Keys at rest and on their way: wrapped by AES-GCM, bound to what they are for.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "platform/source.hpp"
#include "reader/scp_crypto.hpp"

namespace platform {

/// A nonce of 12 bytes, the ciphertext, a tag of 16, as hexadecimal text. `name` is not in it but
/// must be the same to unwrap: a row cannot stand in for another.
[[nodiscard]] std::string wrap(const reader::ScpKey& key, base::ByteView plain,
                               std::string_view name, const Random& random);
/// Nothing when anything was changed. To be wiped by who asked.
[[nodiscard]] std::optional<base::Bytes> unwrap(const reader::ScpKey& key, std::string_view wrapped,
                                                std::string_view name);

/// A key as the key ceremony leaves it in a file (ceremony.hpp). Throws base::FileError when
/// others than its owner may read it, or its check value is wrong.
[[nodiscard]] reader::ScpKey read_key_file(const std::filesystem::path& path);

}  // namespace platform
