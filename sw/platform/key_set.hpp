/// \file key_set.hpp
/// The three keys of a security domain as a platform has them.
#pragma once

#include <cstdint>
#include <string>

#include "reader/key_commands.hpp"

namespace platform {

/// Keys 1, 2, 3 of one version. DES for SCP02, AES for SCP03.
struct KeySet {
    std::uint8_t version = 0x30;  ///< 01..7F, FF
    reader::KeyType type = reader::KeyType::Aes;
    reader::ChannelKeys keys{};

    /// From 48, 72 or 96 bytes, the keys one after the other. Throws std::invalid_argument for
    /// other lengths, and unless DES keys have 16 bytes.
    static KeySet from(std::uint8_t version, reader::KeyType type, base::ByteView keys);
    /// The keys one after the other: to be wiped by who asked.
    [[nodiscard]] base::Bytes expose() const;
    [[nodiscard]] std::size_t key_bytes() const noexcept { return keys.enc.size(); }
};

/// What may be told of a set. Example: "881727 3EA286 FCBB59"
[[nodiscard]] std::string check_values(const KeySet& set);
/// Example: "504A77"
[[nodiscard]] std::string check_value(reader::KeyType type, const reader::ScpKey& key);

}  // namespace platform
