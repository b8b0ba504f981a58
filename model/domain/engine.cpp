#include "domain/engine.hpp"

#include <cryptopp/des.h>
#include <cryptopp/eccrypto.h>
#include <cryptopp/modes.h>
#include <cryptopp/nbtheory.h>
#include <cryptopp/oids.h>
#include <cryptopp/rsa.h>
#include <cryptopp/sha.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "aes/modes.hpp"
#include "store/objects.hpp"

namespace domain {

namespace {

using port::CardUnit;

constexpr std::size_t DesBytes = 8;

template <typename Mode>
base::Bytes run(const base::Bytes& key, base::ByteView data) {
    const CryptoPP::byte iv[DesBytes] = {};
    Mode mode;
    mode.SetKeyWithIV(key.data(), key.size(), iv);
    base::Bytes out(data.size());
    if (!data.empty()) mode.ProcessData(out.data(), data.data(), data.size());
    return out;
}

CryptoPP::Integer integer(base::ByteView bytes) { return {bytes.data(), bytes.size()}; }

CryptoPP::RSA::PublicKey public_key(base::ByteView modulus, base::ByteView exponent) {
    CryptoPP::RSA::PublicKey key;
    key.Initialize(integer(modulus), integer(exponent));
    return key;
}

template <typename HashOf>
bool verifies(const CryptoPP::RSA::PublicKey& key, base::ByteView data, base::ByteView signature) {
    try {
        const typename CryptoPP::RSASS<CryptoPP::PKCS1v15, HashOf>::Verifier verifier{key};
        return signature.size() == verifier.SignatureLength() &&
               verifier.VerifyMessage(data.data(), data.size(), signature.data(), signature.size());
    } catch (const CryptoPP::Exception&) {  // a modulus or exponent that is no key
        return false;
    }
}

/// input^exponent mod modulus, as long as the modulus; nothing when they are no numbers for that.
std::optional<base::Bytes> power(base::ByteView modulus, base::ByteView exponent,
                                 base::ByteView input) {
    const auto n = integer(modulus);
    const auto value = integer(input);
    if (n.IsEven() || input.size() != modulus.size() || value >= n) return std::nullopt;
    base::Bytes out(modulus.size());
    CryptoPP::ModularExponentiation(value, integer(exponent), n).Encode(out.data(), out.size());
    return out;
}

/// Three keys of 8 bytes from two or three.
Secret tripled(const Secret& key) {
    base::Bytes bytes = key.expose();
    bytes.insert(bytes.end(), key.expose().begin(),
                 key.expose().begin() + static_cast<std::ptrdiff_t>(24 - key.size()));
    const Secret whole{bytes};
    base::wipe(bytes);
    return whole;
}

template <typename Mode>
base::Bytes run_triple(const Secret& key, base::ByteView data) {
    return run<Mode>(tripled(key).expose(), data);
}

}  // namespace

std::size_t hash_bytes(Hash hash) noexcept {
    switch (hash) {
        case Hash::Sha1:
            return 20;
        case Hash::Sha256:
            return 32;
        case Hash::Sha384:
            return 48;
        case Hash::Sha512:
            return 64;
    }
    return 0;
}

base::Bytes digest(Hash hash, base::ByteView data) {
    std::unique_ptr<CryptoPP::HashTransformation> transformation;
    switch (hash) {
        case Hash::Sha1:
            transformation = std::make_unique<CryptoPP::SHA1>();
            break;
        case Hash::Sha256:
            transformation = std::make_unique<CryptoPP::SHA256>();
            break;
        case Hash::Sha384:
            transformation = std::make_unique<CryptoPP::SHA384>();
            break;
        case Hash::Sha512:
            transformation = std::make_unique<CryptoPP::SHA512>();
            break;
    }
    base::Bytes out(transformation->DigestSize());
    transformation->CalculateDigest(out.data(), data.data(), data.size());
    return out;
}

Engine::AesBlock Engine::aes_encrypt(const Secret& key, const AesBlock& block) {
    const auto result = aes::encrypt(aes_, key.expose(), block);
    work_.spend(result.ticks, CardUnit::Aes);
    return result.block;
}

base::Bytes Engine::aes_cbc_encrypt(const Secret& key, const AesBlock& iv, base::ByteView data) {
    auto result = aes::cbc_encrypt(aes_, key.expose(), iv, data);
    work_.spend(result.ticks, CardUnit::Aes);
    return std::move(result.data);
}

base::Bytes Engine::aes_cbc_decrypt(const Secret& key, const AesBlock& iv, base::ByteView data) {
    auto result = aes::cbc_decrypt(aes_, key.expose(), iv, data);
    work_.spend(result.ticks, CardUnit::Aes);
    return std::move(result.data);
}

Engine::AesBlock Engine::aes_cmac(const Secret& key, base::ByteView data) {
    const auto result = aes::cmac(aes_, key.expose(), data);
    work_.spend(result.ticks, CardUnit::Aes);
    return result.block;
}

base::Bytes Engine::des3_cbc_encrypt(const Secret& key, base::ByteView data) {
    work_.spend(DesBlockTicks * (data.size() / DesBytes), CardUnit::Crypto);
    return run_triple<CryptoPP::CBC_Mode<CryptoPP::DES_EDE3>::Encryption>(key, data);
}

base::Bytes Engine::des3_cbc_decrypt(const Secret& key, base::ByteView data) {
    work_.spend(DesBlockTicks * (data.size() / DesBytes), CardUnit::Crypto);
    return run_triple<CryptoPP::CBC_Mode<CryptoPP::DES_EDE3>::Decryption>(key, data);
}

base::Bytes Engine::des3_ecb_encrypt(const Secret& key, base::ByteView data) {
    base::Bytes out;
    for (std::size_t offset = 0; offset + DesBytes <= data.size(); offset += DesBytes) {
        const auto block = des3_cbc_encrypt(key, data.subspan(offset, DesBytes));
        out.insert(out.end(), block.begin(), block.end());
    }
    return out;
}

base::Bytes Engine::des3_ecb_decrypt(const Secret& key, base::ByteView data) {
    base::Bytes out;
    for (std::size_t offset = 0; offset + DesBytes <= data.size(); offset += DesBytes) {
        const auto block = des3_cbc_decrypt(key, data.subspan(offset, DesBytes));
        out.insert(out.end(), block.begin(), block.end());
    }
    return out;
}

base::Bytes Engine::des_encrypt(const Secret& key, base::ByteView block) {
    work_.spend(DesBlockTicks, CardUnit::Crypto);
    const Secret half{base::ByteView{key.expose()}.first(DesBytes)};
    return run<CryptoPP::CBC_Mode<CryptoPP::DES>::Encryption>(half.expose(), block);
}

base::Bytes Engine::retail_mac(const Secret& key, base::ByteView icv, base::ByteView data) {
    const base::Bytes message = pad_80(data, DesBytes);
    base::Bytes chain(icv.begin(), icv.end());
    chain.resize(DesBytes);
    for (std::size_t offset = 0; offset < message.size(); offset += DesBytes) {
        for (std::size_t i = 0; i < DesBytes; ++i) {
            chain[i] = static_cast<std::uint8_t>(chain[i] ^ message[offset + i]);
        }
        const bool last = offset + DesBytes == message.size();
        chain = last ? des3_cbc_encrypt(key, chain) : des_encrypt(key, chain);
    }
    return chain;
}

base::Bytes Engine::full_mac(const Secret& key, base::ByteView data) {
    const base::Bytes all = des3_cbc_encrypt(key, pad_80(data, DesBytes));
    return {all.end() - static_cast<std::ptrdiff_t>(DesBytes), all.end()};
}

base::Bytes Engine::hash(Hash kind, base::ByteView data) {
    work_.spend(HashByteTicks * data.size(), CardUnit::Crypto);
    return digest(kind, data);
}

bool Engine::rsa_verify(base::ByteView modulus, base::ByteView exponent, base::ByteView data,
                        base::ByteView signature) {
    work_.spend(RsaTicks + HashByteTicks * data.size(), CardUnit::Crypto);
    const auto key = public_key(modulus, exponent);
    return verifies<CryptoPP::SHA1>(key, data, signature) ||
           verifies<CryptoPP::SHA256>(key, data, signature);
}

bool Engine::rsa_verify_sha256(const RsaPublic& key, base::ByteView data,
                               base::ByteView signature) {
    work_.spend(RsaTicks + HashByteTicks * data.size(), CardUnit::Crypto);
    return verifies<CryptoPP::SHA256>(public_key(key.modulus, key.exponent), data, signature);
}

bool Engine::ecdsa_verify(base::ByteView point, base::ByteView data, base::ByteView signature) {
    constexpr std::size_t CoordinateBytes = 32;
    work_.spend(EcdsaTicks + HashByteTicks * data.size(), CardUnit::Crypto);
    if (point.size() != 2 * CoordinateBytes || signature.size() != 2 * CoordinateBytes)
        return false;
    try {
        CryptoPP::ECDSA<CryptoPP::ECP, CryptoPP::SHA256>::PublicKey key;
        key.Initialize(CryptoPP::ASN1::secp256r1(),
                       CryptoPP::ECP::Point{integer(point.first(CoordinateBytes)),
                                            integer(point.last(CoordinateBytes))});
        const CryptoPP::ECDSA<CryptoPP::ECP, CryptoPP::SHA256>::Verifier verifier{key};
        return verifier.VerifyMessage(data.data(), data.size(), signature.data(), signature.size());
    } catch (const CryptoPP::Exception&) {  // a point that lies not on the curve
        return false;
    }
}

std::optional<base::Bytes> Engine::rsa_public(const RsaPublic& key, base::ByteView input) {
    work_.spend(RsaTicks, CardUnit::Crypto);
    return power(key.modulus, key.exponent, input);
}

std::optional<base::Bytes> Engine::rsa_private(const RsaPublic& key, const Secret& exponent,
                                               base::ByteView input) {
    work_.spend(RsaPrivateTicks, CardUnit::Crypto);
    auto result = power(key.modulus, exponent.expose(), input);
    if (!result) return std::nullopt;
    const auto again = power(key.modulus, key.exponent, *result);
    const bool fits = again && std::equal(again->begin(), again->end(), input.begin(), input.end());
    if (fits) return result;
    base::wipe(*result);
    return std::nullopt;
}

base::Bytes pad_80(base::ByteView data, std::size_t block) {
    base::Bytes out(data.begin(), data.end());
    out.push_back(0x80);
    out.resize((out.size() + block - 1) / block * block);
    return out;
}

bool unpad_80(base::Bytes& data) {
    const auto mark = std::find_if(data.rbegin(), data.rend(), [](auto byte) { return byte != 0; });
    if (mark == data.rend() || *mark != 0x80) return false;
    data.erase(mark.base() - 1, data.end());
    return true;
}

}  // namespace domain
