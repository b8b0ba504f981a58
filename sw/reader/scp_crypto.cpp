#include "reader/scp_crypto.hpp"

#include <cryptopp/aes.h>
#include <cryptopp/cmac.h>
#include <cryptopp/des.h>
#include <cryptopp/modes.h>

#include <algorithm>
#include <stdexcept>

namespace reader {
namespace {

constexpr std::size_t DesKeyBytes = 8;

base::Key<ScpKey::Longest> filled(base::ByteView value) {
    if (value.size() != 16 && value.size() != 24 && value.size() != 32)
        throw std::invalid_argument{"a key has 16, 24 or 32 bytes"};
    std::array<std::uint8_t, ScpKey::Longest> all{};
    std::copy(value.begin(), value.end(), all.begin());
    base::Key<ScpKey::Longest> key{all};
    base::wipe(all);
    return key;
}

/// The block cipher mode over a copy of `data`.
template <typename Mode>
base::Bytes processed(Mode&& mode, base::ByteView data) {
    base::Bytes out(data.begin(), data.end());
    mode.ProcessData(out.data(), out.data(), out.size());
    return out;
}

}  // namespace

ScpKey::ScpKey(base::ByteView value) : value_{filled(value)}, size_{value.size()} {}

base::Bytes padded(base::ByteView data, std::size_t block) {
    base::Bytes out(data.begin(), data.end());
    out.push_back(0x80);
    while (out.size() % block != 0) out.push_back(0);
    return out;
}

bool strip_padding(base::Bytes& data) {
    while (!data.empty() && data.back() == 0) data.pop_back();
    if (data.empty() || data.back() != 0x80) return false;
    data.pop_back();
    return true;
}

DesBlock des(const ScpKey& key, const DesBlock& block) {
    const CryptoPP::DES::Encryption cipher{key.expose().data(), DesKeyBytes};
    DesBlock out{};
    cipher.ProcessBlock(block.data(), out.data());
    return out;
}

base::Bytes des3_ecb(const ScpKey& key, base::ByteView data) {
    return processed(
        CryptoPP::ECB_Mode<CryptoPP::DES_EDE2>::Encryption{key.expose().data(), key.size()}, data);
}

base::Bytes des3_cbc(const ScpKey& key, base::ByteView data) {
    const DesBlock zero{};
    return processed(CryptoPP::CBC_Mode<CryptoPP::DES_EDE2>::Encryption{key.expose().data(),
                                                                        key.size(), zero.data()},
                     data);
}

base::Bytes des3_cbc_decrypt(const ScpKey& key, base::ByteView data) {
    const DesBlock zero{};
    return processed(CryptoPP::CBC_Mode<CryptoPP::DES_EDE2>::Decryption{key.expose().data(),
                                                                        key.size(), zero.data()},
                     data);
}

DesBlock des3_mac(const ScpKey& key, base::ByteView data) {
    const base::Bytes chain = des3_cbc(key, padded(data, 8));
    DesBlock mac{};
    std::copy(chain.end() - 8, chain.end(), mac.begin());
    return mac;
}

DesBlock retail_mac(const ScpKey& key, const DesBlock& start, base::ByteView data) {
    const base::Bytes blocks = padded(data, 8);
    DesBlock chain = start;
    for (std::size_t at = 0; at < blocks.size(); at += 8) {
        for (std::size_t i = 0; i < 8; ++i)
            chain[i] = static_cast<std::uint8_t>(chain[i] ^ blocks[at + i]);
        if (at + 8 < blocks.size()) {
            chain = des(key, chain);
        } else {
            const base::Bytes last = des3_ecb(key, chain);
            std::copy(last.begin(), last.end(), chain.begin());
        }
    }
    return chain;
}

AesBlock aes(const ScpKey& key, const AesBlock& block) {
    const CryptoPP::AES::Encryption cipher{key.expose().data(), key.size()};
    AesBlock out{};
    cipher.ProcessBlock(block.data(), out.data());
    return out;
}

base::Bytes aes_cbc_encrypt(const ScpKey& key, const AesBlock& start, base::ByteView data) {
    return processed(CryptoPP::CBC_Mode<CryptoPP::AES>::Encryption{key.expose().data(), key.size(),
                                                                   start.data()},
                     data);
}

base::Bytes aes_cbc_decrypt(const ScpKey& key, const AesBlock& start, base::ByteView data) {
    return processed(CryptoPP::CBC_Mode<CryptoPP::AES>::Decryption{key.expose().data(), key.size(),
                                                                   start.data()},
                     data);
}

AesBlock cmac(const ScpKey& key, base::ByteView data) {
    CryptoPP::CMAC<CryptoPP::AES> mac{key.expose().data(), key.size()};
    AesBlock out{};
    mac.CalculateDigest(out.data(), data.data(), data.size());
    return out;
}

base::Bytes scp03_derive(const ScpKey& key, std::uint8_t constant, unsigned bits,
                         base::ByteView context) {
    const std::size_t wanted = bits / 8;
    base::Bytes out;
    out.reserve(wanted);  // no copies of a key are left behind
    for (std::uint8_t counter = 1; out.size() < wanted; ++counter) {
        base::Bytes input(11, 0);
        input.insert(input.end(), {constant, 0, static_cast<std::uint8_t>(bits >> 8U),
                                   static_cast<std::uint8_t>(bits), counter});
        input.insert(input.end(), context.begin(), context.end());
        const AesBlock block = cmac(key, input);
        const std::size_t take = std::min(block.size(), wanted - out.size());
        out.insert(out.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(take));
    }
    return out;
}

}  // namespace reader
