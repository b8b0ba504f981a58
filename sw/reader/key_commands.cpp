#include "reader/key_commands.hpp"

#include <algorithm>

namespace reader {

base::Bytes key_check_value(KeyType type, const ScpKey& key) {
    base::Bytes value;
    if (type == KeyType::Des) {
        value = des3_ecb(key, DesBlock{});
    } else {
        AesBlock ones{};
        ones.fill(0x01);
        const AesBlock block = aes(key, ones);
        value.assign(block.begin(), block.end());
    }
    value.resize(3);
    return value;
}

apdu::Command put_key(const SecureChannel& channel, std::uint8_t replaced, std::uint8_t version,
                      std::uint8_t key_id, KeyType type, std::span<const ScpKey> keys) {
    constexpr std::uint8_t Several = 0x80;  // of P2
    constexpr std::uint8_t InsPutKey = 0xD8;
    const std::size_t block = channel.data_block();
    base::Bytes data{version};
    for (const ScpKey& key : keys) {
        base::Bytes plain(key.expose().begin(), key.expose().end());
        plain.resize((plain.size() + block - 1) / block * block);
        const base::Bytes cipher = channel.encrypt_data(plain);
        base::wipe(plain);
        const auto size = static_cast<std::uint8_t>(cipher.size());
        // An AES key may be padded, so its own length goes before the ciphertext.
        if (type == KeyType::Aes)
            data.insert(data.end(),
                        {static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(size + 1),
                         static_cast<std::uint8_t>(key.size())});
        else
            data.insert(data.end(), {static_cast<std::uint8_t>(type), size});
        data.insert(data.end(), cipher.begin(), cipher.end());
        const base::Bytes check = key_check_value(type, key);
        data.push_back(static_cast<std::uint8_t>(check.size()));
        data.insert(data.end(), check.begin(), check.end());
    }
    const auto p2 = static_cast<std::uint8_t>(keys.size() > 1 ? key_id | Several : key_id);
    return {0x80, InsPutKey, replaced, p2, std::move(data), apdu::MostShortNe};
}

}  // namespace reader
