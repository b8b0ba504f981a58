#include "platform/master_key.hpp"

#include <cryptopp/aes.h>
#include <cryptopp/gcm.h>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "platform/ceremony.hpp"
#include "platform/private_file.hpp"

namespace platform {
namespace {

constexpr std::size_t NonceBytes = 12;
constexpr std::size_t TagBytes = 16;

const std::uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

}  // namespace

std::string wrap(const reader::ScpKey& key, base::ByteView plain, std::string_view name,
                 const Random& random) {
    base::Bytes out = random(NonceBytes);
    out.resize(NonceBytes + plain.size() + TagBytes);
    CryptoPP::GCM<CryptoPP::AES>::Encryption cipher;
    cipher.SetKeyWithIV(key.expose().data(), key.size(), out.data(), NonceBytes);
    cipher.EncryptAndAuthenticate(out.data() + NonceBytes, out.data() + NonceBytes + plain.size(),
                                  TagBytes, out.data(), static_cast<int>(NonceBytes),
                                  bytes_of(name), name.size(), plain.data(), plain.size());
    return base::to_hex(out);
}

std::optional<base::Bytes> unwrap(const reader::ScpKey& key, std::string_view wrapped,
                                  std::string_view name) {
    const auto in = base::from_hex(wrapped);
    if (!in || in->size() < NonceBytes + TagBytes) return {};
    base::Bytes plain(in->size() - NonceBytes - TagBytes);
    CryptoPP::GCM<CryptoPP::AES>::Decryption cipher;
    cipher.SetKeyWithIV(key.expose().data(), key.size(), in->data(), NonceBytes);
    if (cipher.DecryptAndVerify(plain.data(), in->data() + in->size() - TagBytes, TagBytes,
                                in->data(), static_cast<int>(NonceBytes), bytes_of(name),
                                name.size(), in->data() + NonceBytes, plain.size()))
        return plain;
    base::wipe(plain);
    return {};
}

reader::ScpKey read_key_file(const std::filesystem::path& path) {
    const auto json = read_private_json(path);
    try {
        const auto type = json.at("type") == "des" ? reader::KeyType::Des : reader::KeyType::Aes;
        auto value = base::from_hex(json.at("key").get<std::string>());
        if (!value) throw std::invalid_argument{"hexadecimal digits"};
        const reader::ScpKey key{*value};
        base::wipe(*value);
        if (json.at("check") != check_value(type, key))
            throw base::FileError{path.string(), "check", "the check value is another key's"};
        return key;
    } catch (const nlohmann::json::exception&) {
        throw base::FileError{path.string(), "content", R"(expected "key", "check" and "type")"};
    } catch (const std::invalid_argument& error) {
        throw base::FileError{path.string(), "key", error.what()};
    }
}

}  // namespace platform
