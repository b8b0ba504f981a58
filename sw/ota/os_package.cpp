#include "ota/os_package.hpp"

#include <cryptopp/aes.h>
#include <cryptopp/eccrypto.h>
#include <cryptopp/modes.h>
#include <cryptopp/oids.h>
#include <cryptopp/osrng.h>
#include <cryptopp/sha.h>
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace ota {
namespace {

using Curve = CryptoPP::ECP;
using Hash = CryptoPP::SHA256;
using Signer = CryptoPP::ECDSA_RFC6979<Curve, Hash>::Signer;
using Verifier = CryptoPP::ECDSA<Curve, Hash>::Verifier;

constexpr std::array<std::uint8_t, 4> Magic{0x43, 0x4F, 0x53, 0x31};
constexpr std::uint8_t HeaderVersion = 0x01;
constexpr std::uint8_t Algorithm = 0x01;  ///< AES-128-CBC, SHA-256 chain, ECDSA P-256
constexpr std::uint8_t ChipOs = 0x01;
constexpr std::size_t AesBytes = 16;
constexpr std::size_t CoordinateBytes = 32;

class Writer {
public:
    template <typename T>
    Writer& number(T value) {
        for (std::size_t i = sizeof value; i-- > 0;)
            bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
        return *this;
    }
    Writer& raw(base::ByteView value) {
        bytes.insert(bytes.end(), value.begin(), value.end());
        return *this;
    }
    base::Bytes bytes{};
};

/// Reads a header of which all bytes are there.
class Reader {
public:
    explicit Reader(base::ByteView bytes) : rest_{bytes} {}

    base::ByteView raw(std::size_t size) {
        const auto part = rest_.first(size);
        rest_ = rest_.subspan(size);
        return part;
    }
    template <typename T>
    void number(T& value) {
        std::uint64_t sum = 0;
        for (const auto byte : raw(sizeof value)) sum = sum << 8 | byte;
        value = static_cast<T>(sum);
    }
    OsDigest digest() {
        OsDigest out{};
        const auto part = raw(out.size());
        std::copy(part.begin(), part.end(), out.begin());
        return out;
    }

private:
    base::ByteView rest_;
};

OsDigest sha256(base::ByteView data) {
    OsDigest out{};
    Hash{}.CalculateDigest(out.data(), data.data(), data.size());
    return out;
}

base::Bytes encrypted(const OsKey& key, std::size_t index, base::ByteView plain) {
    const auto& secret = key.expose();
    std::array<std::uint8_t, AesBytes> iv{};
    iv[AesBytes - 2] = static_cast<std::uint8_t>(index >> 8);
    iv[AesBytes - 1] = static_cast<std::uint8_t>(index);
    CryptoPP::AES::Encryption{secret.data(), secret.size()}.ProcessBlock(iv.data());
    base::Bytes out(plain.size());
    CryptoPP::CBC_Mode<CryptoPP::AES>::Encryption{secret.data(), secret.size(), iv.data()}
        .ProcessData(out.data(), plain.data(), plain.size());
    return out;
}

/// Digests from the last block to the first; one more, zeros, behind the last.
std::vector<OsDigest> chain(const std::vector<base::Bytes>& blocks) {
    std::vector<OsDigest> digests(blocks.size() + 1);
    for (std::size_t i = blocks.size(); i-- > 0;) {
        Writer input;
        input.number(static_cast<std::uint16_t>(i)).raw(blocks[i]).raw(digests[i + 1]);
        digests[i] = sha256(input.bytes);
    }
    return digests;
}

Signer signer_of(const OsSigner& key) {
    Signer signer;
    const auto& secret = key.expose();
    signer.AccessKey().Initialize(CryptoPP::ASN1::secp256r1(),
                                  CryptoPP::Integer{secret.data(), secret.size()});
    return signer;
}

base::Bytes header_of(const OsPackage& package) {
    const OsTerms& terms = package.terms;
    Writer out;
    out.raw(Magic).number(HeaderVersion).number(Algorithm).number(terms.chip_type);
    out.number(terms.least_revision).number(terms.most_revision);
    out.number(ChipOs).number(terms.key_version);
    out.number(terms.version).number(terms.security_version).number(package.image_bytes);
    out.number(terms.load_address).number(terms.entry).number(terms.block_bytes);
    out.number(static_cast<std::uint16_t>(package.blocks.size()));
    out.raw(package.digests.front()).raw(package.image_hash);
    return std::move(out.bytes);
}

}  // namespace

OsPackage make_os_package(const OsTerms& terms, base::ByteView image, const OsKey& key,
                          const OsSigner& signer) {
    const std::size_t size = terms.block_bytes;
    if (size == 0 || size % AesBytes != 0)
        throw std::invalid_argument{"a block has a multiple of 16 bytes"};
    if (image.empty() || image.size() >= OsPackage::MostBytes || image.size() / size >= 0xFFFF)
        throw std::invalid_argument{"an image has at least one byte, and at most 65535 blocks"};
    if (terms.least_revision > terms.most_revision)
        throw std::invalid_argument{"the least hardware revision is above the most"};

    OsPackage package;
    package.terms = terms;
    package.image_bytes = static_cast<std::uint32_t>(image.size());
    package.image_hash = sha256(image);
    base::Bytes plain{image.begin(), image.end()};
    plain.push_back(0x80);
    plain.resize((plain.size() + size - 1) / size * size);
    for (std::size_t at = 0; at < plain.size(); at += size)
        package.blocks.push_back(
            encrypted(key, package.blocks.size(), base::ByteView{plain}.subspan(at, size)));
    base::wipe(plain);
    package.digests = chain(package.blocks);

    package.head = header_of(package);
    const Signer sign = signer_of(signer);
    base::Bytes signature(sign.SignatureLength());
    sign.SignMessage(CryptoPP::NullRNG(), package.head.data(), package.head.size(),
                     signature.data());
    package.head.insert(package.head.end(), signature.begin(), signature.end());
    return package;
}

OsPoint public_point(const OsSigner& signer) {
    CryptoPP::ECDSA<Curve, Hash>::PublicKey key;
    CryptoPP::ECDSA<Curve, Hash>::PrivateKey secret;
    const auto& bytes = signer.expose();
    secret.Initialize(CryptoPP::ASN1::secp256r1(), CryptoPP::Integer{bytes.data(), bytes.size()});
    secret.MakePublicKey(key);
    OsPoint out{};
    key.GetPublicElement().x.Encode(out.data(), CoordinateBytes);
    key.GetPublicElement().y.Encode(out.data() + CoordinateBytes, CoordinateBytes);
    return out;
}

base::Bytes OsPackage::bytes() const {
    base::Bytes out = head;
    for (const auto& block : blocks) out.insert(out.end(), block.begin(), block.end());
    return out;
}

base::Bytes OsPackage::block_data(std::size_t index) const {
    Writer out;
    out.number(static_cast<std::uint16_t>(index)).raw(blocks.at(index)).raw(digests.at(index + 1));
    return std::move(out.bytes);
}

std::variant<OsPackage, OsFault> parse_os_package(base::ByteView bytes) {
    constexpr std::size_t HeadBytes = OsPackage::HeaderBytes + OsPackage::SignatureBytes;
    if (bytes.size() < HeadBytes) return OsFault{"shorter than a header and its signature"};
    if (bytes.size() > OsPackage::MostBytes) return OsFault{"longer than any package"};
    Reader reader{bytes};
    const auto magic = reader.raw(Magic.size());
    if (!std::equal(magic.begin(), magic.end(), Magic.begin())) return OsFault{"no OS package"};
    OsPackage package;
    OsTerms& terms = package.terms;
    std::uint8_t header_version = 0;
    std::uint8_t algorithm = 0;
    std::uint8_t type = 0;
    std::uint16_t blocks = 0;
    reader.number(header_version);
    reader.number(algorithm);
    reader.number(terms.chip_type);
    reader.number(terms.least_revision);
    reader.number(terms.most_revision);
    reader.number(type);
    reader.number(terms.key_version);
    reader.number(terms.version);
    reader.number(terms.security_version);
    reader.number(package.image_bytes);
    reader.number(terms.load_address);
    reader.number(terms.entry);
    reader.number(terms.block_bytes);
    reader.number(blocks);
    const OsDigest first = reader.digest();
    package.image_hash = reader.digest();
    if (header_version != HeaderVersion || algorithm != Algorithm)
        return OsFault{"a header version or an algorithm that is not known"};
    if (type != ChipOs) return OsFault{"not the image of an OS"};
    if (terms.block_bytes == 0 || terms.block_bytes % AesBytes != 0)
        return OsFault{"a block has a multiple of 16 bytes"};
    if (package.image_bytes == 0 || blocks != package.image_bytes / terms.block_bytes + 1)
        return OsFault{"the number of blocks is not that of the image"};
    if (bytes.size() != HeadBytes + std::size_t{blocks} * terms.block_bytes)
        return OsFault{fmt::format("{} blocks are announced, {} bytes of them are there", blocks,
                                   bytes.size() - HeadBytes)};
    package.head.assign(bytes.begin(), bytes.begin() + HeadBytes);
    for (std::size_t i = 0; i < blocks; ++i) {
        const auto part = bytes.subspan(HeadBytes + i * terms.block_bytes, terms.block_bytes);
        package.blocks.emplace_back(part.begin(), part.end());
    }
    package.digests = chain(package.blocks);
    if (package.digests.front() != first) return OsFault{"the blocks are not those of the header"};
    return package;
}

bool verify_os_package(const OsPackage& package, const OsPoint& signer) {
    constexpr std::size_t HeaderBytes = OsPackage::HeaderBytes;
    if (package.head.size() != HeaderBytes + OsPackage::SignatureBytes) return false;
    try {
        CryptoPP::ECDSA<Curve, Hash>::PublicKey key;
        key.Initialize(
            CryptoPP::ASN1::secp256r1(),
            Curve::Point{CryptoPP::Integer{signer.data(), CoordinateBytes},
                         CryptoPP::Integer{signer.data() + CoordinateBytes, CoordinateBytes}});
        return Verifier{key}.VerifyMessage(package.head.data(), HeaderBytes,
                                           package.head.data() + HeaderBytes,
                                           OsPackage::SignatureBytes);
    } catch (const CryptoPP::Exception&) {
        return false;
    }
}

}  // namespace ota
