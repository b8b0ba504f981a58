#include "control/update_package.hpp"

#include <cryptopp/eccrypto.h>
#include <cryptopp/oids.h>
#include <cryptopp/osrng.h>
#include <cryptopp/sha.h>

#include <algorithm>
#include <stdexcept>

#include "control/octets.hpp"
#include "reader/scp_crypto.hpp"

namespace control {
namespace {

using Curve = CryptoPP::ECDSA_RFC6979<CryptoPP::ECP, CryptoPP::SHA256>;

constexpr std::string_view Magic = "CTRU";
constexpr std::uint8_t PackageFormat = 1;
constexpr std::size_t DigestBytes = 32;
constexpr std::size_t ScalarBytes = 32;

reader::AesBlock start_of(const reader::ScpKey& key, std::size_t index) {
    reader::AesBlock number{};
    number[14] = static_cast<std::uint8_t>(index >> 8U);
    number[15] = static_cast<std::uint8_t>(index);
    return reader::aes(key, number);
}

Curve::PrivateKey private_key(const base::Key<32>& key) {
    Curve::PrivateKey made;
    const CryptoPP::Integer scalar{key.expose().data(), key.expose().size()};
    made.Initialize(CryptoPP::ASN1::secp256r1(), scalar);
    if (scalar.IsZero() || scalar >= made.GetGroupParameters().GetSubgroupOrder())
        throw std::invalid_argument{"no private key of P-256"};
    return made;
}

}  // namespace

const char* to_string(UpdateKind kind) noexcept {
    switch (kind) {
        case UpdateKind::Software:
            return "software";
        case UpdateKind::Credentials:
            return "credentials";
        case UpdateKind::Logic:
            return "logic";
    }
    return "?";
}

base::Bytes UpdateHeader::bytes() const {
    base::Bytes out;
    put(out, Magic);
    put(out, PackageFormat, 1);
    put(out, static_cast<std::uint8_t>(kind), 1);
    put(out, version, 4);
    put(out, serial);
    out.resize(out.size() + MostSerial - serial.size());
    put(out, length, 4);
    put(out, BlockBytes, 2);
    put(out, blocks, 2);
    put(out, first);
    return out;
}

std::optional<UpdateHeader> UpdateHeader::parse(base::ByteView bytes) {
    Taker taker{bytes};
    const auto magic = taker.bytes(Magic.size());
    if (!std::equal(magic.begin(), magic.end(), Magic.begin(), Magic.end())) return {};
    if (taker.number(1) != PackageFormat) return {};
    const auto kind = taker.number(1);
    if (kind < 1 || kind > UpdateKinds.size()) return {};
    UpdateHeader header;
    header.kind = static_cast<UpdateKind>(kind);
    header.version = static_cast<std::uint32_t>(taker.number(4));
    const auto serial = taker.bytes(MostSerial);
    header.serial.assign(serial.begin(), serial.end());
    if (const auto end = header.serial.find('\0'); end != std::string::npos) {
        if (header.serial.find_first_not_of('\0', end) != std::string::npos) return {};
        header.serial.resize(end);
    }
    header.length = static_cast<std::uint32_t>(taker.number(4));
    if (taker.number(2) != BlockBytes) return {};
    header.blocks = static_cast<std::uint16_t>(taker.number(2));
    const auto first = taker.bytes(DigestBytes);
    if (!taker.whole()) return {};
    std::copy(first.begin(), first.end(), header.first.begin());
    // The padding is one byte at least.
    if (header.length == 0 || header.blocks > MostBlocks ||
        header.length / BlockBytes + 1 != header.blocks)
        return {};
    return header;
}

AesKey UpdateHeader::content_key(const AesKey& package_key) const {
    const auto all = bytes();
    auto value = reader::cmac(reader::ScpKey{package_key.expose()},
                              base::ByteView{all}.first(Bytes - DigestBytes));
    const AesKey key{value};
    base::wipe(value);
    return key;
}

bool signed_by(base::ByteView signed_header, const PublicKey& key) {
    if (signed_header.size() != UpdateHeader::SignedBytes) return false;
    Curve::PublicKey made;
    made.Initialize(CryptoPP::ASN1::secp256r1(),
                    {CryptoPP::Integer{key.data(), ScalarBytes},
                     CryptoPP::Integer{key.data() + ScalarBytes, ScalarBytes}});
    const Curve::Verifier verifier{made};
    const auto signature = signed_header.subspan(UpdateHeader::Bytes);
    return verifier.VerifyMessage(signed_header.data(), UpdateHeader::Bytes, signature.data(),
                                  signature.size());
}

Digest block_digest(std::size_t index, base::ByteView block, const Digest& next) {
    const std::array<std::uint8_t, 2> number{static_cast<std::uint8_t>(index >> 8U),
                                             static_cast<std::uint8_t>(index)};
    CryptoPP::SHA256 hash;
    hash.Update(number.data(), number.size());
    hash.Update(block.data(), block.size());
    hash.Update(next.data(), next.size());
    Digest digest{};
    hash.Final(digest.data());
    return digest;
}

std::optional<base::Bytes> opened(const UpdateHeader& header, const AesKey& package_key,
                                  base::ByteView blocks) {
    if (blocks.size() != header.blocks * UpdateHeader::BlockBytes) return {};
    const reader::ScpKey key{header.content_key(package_key).expose()};
    base::Bytes content;
    content.reserve(blocks.size());
    for (std::size_t i = 0; i < header.blocks; ++i) {
        auto plain = reader::aes_cbc_decrypt(
            key, start_of(key, i),
            blocks.subspan(i * UpdateHeader::BlockBytes, UpdateHeader::BlockBytes));
        put(content, plain);
        base::wipe(plain);
    }
    if (!reader::strip_padding(content) || content.size() != header.length) {
        base::wipe(content);
        return {};
    }
    return content;
}

UpdateSigner::Package UpdateSigner::make(UpdateKind kind, std::uint32_t version,
                                         std::string_view serial, const AesKey& package_key,
                                         base::ByteView content) const {
    if (content.empty() || content.size() >= UpdateHeader::MostBlocks * UpdateHeader::BlockBytes)
        throw std::invalid_argument{"an update of 1 to 16383 bytes is expected"};
    if (serial.size() > UpdateHeader::MostSerial)
        throw std::invalid_argument{"a serial number of at most 16 characters is expected"};
    UpdateHeader header;
    header.kind = kind;
    header.version = version;
    header.serial = serial;
    header.length = static_cast<std::uint32_t>(content.size());
    header.blocks = static_cast<std::uint16_t>(content.size() / UpdateHeader::BlockBytes + 1);

    const reader::ScpKey content_key{header.content_key(package_key).expose()};
    auto plain = reader::padded(content, UpdateHeader::BlockBytes);
    Package package;
    package.blocks.resize(header.blocks);
    Digest next{};
    for (std::size_t i = header.blocks; i-- > 0;) {
        auto& block = package.blocks[i];
        block.data = reader::aes_cbc_encrypt(
            content_key, start_of(content_key, i),
            base::ByteView{plain}.subspan(i * UpdateHeader::BlockBytes, UpdateHeader::BlockBytes));
        block.next = next;
        next = block_digest(i, block.data, next);
    }
    base::wipe(plain);
    header.first = next;

    package.header = header.bytes();
    const Curve::Signer signer{private_key(key_)};
    CryptoPP::AutoSeededRandomPool random;
    base::Bytes signature(UpdateHeader::SignatureBytes);
    signer.SignMessage(random, package.header.data(), package.header.size(), signature.data());
    put(package.header, signature);
    return package;
}

PublicKey UpdateSigner::public_key() const {
    Curve::PublicKey made;
    private_key(key_).MakePublicKey(made);
    PublicKey key{};
    made.GetPublicElement().x.Encode(key.data(), ScalarBytes);
    made.GetPublicElement().y.Encode(key.data() + ScalarBytes, ScalarBytes);
    return key;
}

}  // namespace control
