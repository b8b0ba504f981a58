#include "reader/device_authentication.hpp"

#include <cryptopp/sha.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace reader {
namespace {

constexpr std::uint8_t Head = 0x6A;
constexpr std::size_t SecretBytes = 32;
using Sha1 = std::array<std::uint8_t, CryptoPP::SHA1::DIGESTSIZE>;

Sha1 sha1(std::initializer_list<base::ByteView> parts) {
    CryptoPP::SHA1 hash;
    for (const auto part : parts) hash.Update(part.data(), part.size());
    Sha1 digest{};
    hash.Final(digest.data());
    return digest;
}

void append(base::Bytes& out, base::ByteView data) {
    out.insert(out.end(), data.begin(), data.end());
}

}  // namespace

std::size_t filling_bytes(const RsaPrivateKey& own) noexcept {
    return own.size() - 2 - SecretBytes - Sha1{}.size();
}

base::Bytes make_token(const RsaPrivateKey& own, const RsaPublicKey& other, base::ByteView filling,
                       const SecretHalf& secret, const Addressee& to) {
    if (filling.size() != filling_bytes(own) || own.size() != other.size())
        throw std::logic_error{"the keys or the filling of a token have the wrong length"};
    base::Bytes block;
    block.reserve(own.size());  // no copy of the secret is left behind
    block.push_back(Head);
    append(block, filling);
    append(block, secret.expose());
    append(block, sha1({filling, secret.expose(), to.challenge, to.serial}));
    block.push_back(TrailerSha1);
    const base::Bytes signature = sign_block(own, block);
    base::wipe(block);
    // Below half of a modulus of this length, so below the other one.
    return other.raised(signature).value();
}

std::optional<SecretHalf> open_token(const RsaPrivateKey& own, const RsaPublicKey& other,
                                     base::ByteView token, const Addressee& to) {
    const auto signature = own.raised(token);
    if (!signature) return {};
    auto block = recover_block(other, *signature, TrailerSha1);
    if (!block) return {};
    const base::ByteView all{*block};
    const auto filling = all.subspan(1, filling_bytes(own));
    const auto secret = all.subspan(1 + filling.size(), SecretBytes);
    const auto digest = all.subspan(1 + filling.size() + SecretBytes, Sha1{}.size());
    std::optional<SecretHalf> half;
    if (base::equal_in_constant_time(sha1({filling, secret, to.challenge, to.serial}), digest)) {
        std::array<std::uint8_t, SecretBytes> value{};
        std::copy(secret.begin(), secret.end(), value.begin());
        half.emplace(value);
        base::wipe(value);
    }
    base::wipe(*block);
    return half;
}

ScpKey session_key(base::ByteView seed, std::uint32_t number) {
    std::array<std::uint8_t, 4> counter{};
    for (std::size_t i = 0; i < counter.size(); ++i)
        counter[i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
    Sha1 digest = sha1({seed, counter});
    const ScpKey key{base::ByteView{digest}.first(16)};
    base::wipe(digest);
    return key;
}

SecretHalf joined(const SecretHalf& a, const SecretHalf& b) {
    std::array<std::uint8_t, SecretBytes> value{};
    for (std::size_t i = 0; i < value.size(); ++i)
        value[i] = static_cast<std::uint8_t>(a.expose()[i] ^ b.expose()[i]);
    const SecretHalf seed{value};
    base::wipe(value);
    return seed;
}

}  // namespace reader
