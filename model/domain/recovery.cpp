#include "domain/recovery.hpp"

#include <cryptopp/integer.h>
#include <cryptopp/oaep.h>
#include <cryptopp/sha.h>

#include <algorithm>

namespace domain {

namespace {

constexpr std::uint8_t Header = 0x6A;

base::Bytes trailer(Hash hash) {
    return hash == Hash::Sha1 ? base::Bytes{0xBC} : base::Bytes{0x34, 0xCC};
}

CryptoPP::Integer integer(base::ByteView bytes) { return {bytes.data(), bytes.size()}; }

base::Bytes encoded(const CryptoPP::Integer& value, std::size_t size) {
    base::Bytes out(size);
    value.Encode(out.data(), out.size());
    return out;
}

bool is_block(base::ByteView bytes, Hash hash) {
    const auto end = trailer(hash);
    return bytes[0] == Header && std::equal(end.rbegin(), end.rend(), bytes.rbegin());
}

}  // namespace

std::size_t recoverable_bytes(Hash hash, std::size_t modulus_bytes) noexcept {
    const std::size_t frame = 1 + hash_bytes(hash) + trailer(hash).size();
    return modulus_bytes > frame ? modulus_bytes - frame : 0;
}

std::optional<base::Bytes> sign_with_recovery(Engine& engine, const RsaPublic& key,
                                              const Secret& exponent, Hash hash,
                                              base::ByteView recoverable,
                                              base::ByteView hash_value) {
    if (recoverable.size() != recoverable_bytes(hash, key.modulus.size())) return std::nullopt;
    base::Bytes block{Header};
    block.reserve(key.modulus.size());
    block.insert(block.end(), recoverable.begin(), recoverable.end());
    block.insert(block.end(), hash_value.begin(), hash_value.end());
    const auto end = trailer(hash);
    block.insert(block.end(), end.begin(), end.end());
    const auto signature = engine.rsa_private(key, exponent, block);
    base::wipe(block);
    if (!signature) return std::nullopt;
    const auto s = integer(*signature);
    const auto other = integer(key.modulus) - s;
    return encoded(std::min(s, other), key.modulus.size());
}

std::optional<Recovered> open_signature(Engine& engine, const RsaPublic& key, Hash hash,
                                        base::ByteView signature) {
    const std::size_t size = key.modulus.size();
    const std::size_t message_bytes = recoverable_bytes(hash, size);
    if (message_bytes == 0) return std::nullopt;
    auto block = engine.rsa_public(key, signature);
    if (!block) return std::nullopt;
    if (!is_block(*block, hash)) {
        *block = encoded(integer(key.modulus) - integer(*block), size);
    }
    std::optional<Recovered> result;
    if (is_block(*block, hash)) {
        const base::ByteView view = *block;
        const auto value = view.subspan(1 + message_bytes, hash_bytes(hash));
        result = Recovered{Secret{view.subspan(1, message_bytes)}, {value.begin(), value.end()}};
    }
    base::wipe(*block);
    return result;
}

std::optional<Secret> unpad_oaep(base::ByteView block) {
    const CryptoPP::OAEP<CryptoPP::SHA256, CryptoPP::P1363_MGF1> padding{};
    const std::size_t bits = 8 * block.size() - 1;
    const std::size_t overhead = 2 * hash_bytes(Hash::Sha256) + 2;
    if (block.size() <= overhead) return std::nullopt;
    base::Bytes message(block.size() - overhead);
    const auto decoded =
        padding.Unpad(block.data(), bits, message.data(), CryptoPP::g_nullNameValuePairs);
    std::optional<Secret> result;
    if (decoded.isValidCoding) {
        result = Secret{base::ByteView{message}.first(decoded.messageLength)};
    }
    base::wipe(message);
    return result;
}

}  // namespace domain
