#include "ota/packet_crypto.hpp"

#include <cryptopp/des.h>
#include <cryptopp/modes.h>

#include <stdexcept>

namespace ota {
namespace {

constexpr std::size_t DesBytes = 8;
constexpr std::size_t ChecksumBytes = 8;

/// K1 | K2 | K1 or K3.
base::Key<24> des_key(PacketCipher cipher, const reader::ScpKey& key) {
    const bool two = cipher == PacketCipher::TripleDes2;
    const auto value = key.expose();
    if (value.size() != (two ? 16U : 24U)) throw std::invalid_argument{"the key does not fit 3DES"};
    std::array<std::uint8_t, 24> whole{};
    for (std::size_t i = 0; i < whole.size(); ++i) whole[i] = value[i % value.size()];
    const base::Key<24> made{whole};
    base::wipe(whole);
    return made;
}

void require_aes(const reader::ScpKey& key) {
    if (key.size() == 0) throw std::invalid_argument{"there is no key"};
}

template <typename Mode>
base::Bytes des_cbc(const base::Key<24>& key, base::ByteView data) {
    const CryptoPP::byte zero[DesBytes] = {};
    Mode mode{key.expose().data(), key.expose().size(), zero};
    base::Bytes out(data.size());
    mode.ProcessData(out.data(), data.data(), data.size());
    return out;
}

}  // namespace

PacketCipher cipher_of(std::uint8_t octet) {
    switch (octet & 0x0F) {
        case 0x2:
            return PacketCipher::Aes;
        case 0x5:
            return PacketCipher::TripleDes2;
        case 0x9:
            return PacketCipher::TripleDes3;
        default:
            throw std::invalid_argument{"this algorithm is not made"};
    }
}

std::size_t block_of(PacketCipher cipher) noexcept {
    return cipher == PacketCipher::Aes ? 16 : DesBytes;
}

base::Bytes packet_encrypt(PacketCipher cipher, const reader::ScpKey& key, base::ByteView data) {
    if (cipher != PacketCipher::Aes)
        return des_cbc<CryptoPP::CBC_Mode<CryptoPP::DES_EDE3>::Encryption>(des_key(cipher, key),
                                                                           data);
    require_aes(key);
    return reader::aes_cbc_encrypt(key, {}, data);
}

base::Bytes packet_decrypt(PacketCipher cipher, const reader::ScpKey& key, base::ByteView data) {
    if (cipher != PacketCipher::Aes)
        return des_cbc<CryptoPP::CBC_Mode<CryptoPP::DES_EDE3>::Decryption>(des_key(cipher, key),
                                                                           data);
    require_aes(key);
    return reader::aes_cbc_decrypt(key, {}, data);
}

base::Bytes packet_checksum(PacketCipher cipher, const reader::ScpKey& key, base::ByteView data) {
    if (cipher == PacketCipher::Aes) {
        require_aes(key);
        const auto mac = reader::cmac(key, data);
        return {mac.begin(), mac.begin() + ChecksumBytes};
    }
    base::Bytes padded{data.begin(), data.end()};
    padded.resize((padded.size() + DesBytes - 1) / DesBytes * DesBytes);
    const auto all = packet_encrypt(cipher, key, padded);
    return {all.end() - ChecksumBytes, all.end()};
}

}  // namespace ota
