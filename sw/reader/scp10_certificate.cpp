#include "reader/scp10_certificate.hpp"

#include <cryptopp/sha.h>

#include <algorithm>
#include <stdexcept>

#include "apdu/tlv.hpp"
#include "base/key.hpp"

namespace reader {
namespace {

constexpr apdu::Tag Whole = 0x7F21;
constexpr apdu::Tag Signature = 0x5F37;
constexpr apdu::Tag Remainder = 0x5F38;
constexpr apdu::Tag SignerReference = 0x42;

constexpr std::uint8_t Head = 0x6A;
constexpr std::uint8_t Sha256Trailer = 0x34;  // which hash, before TrailerNamed
constexpr std::uint8_t ProfileIdentifier = 0x10;
constexpr std::array<std::uint8_t, 4> NamePrefix{};
constexpr std::array<std::uint8_t, 6> Authorisation{0xA0, 0x00, 0x00, 0x01, 0x51, 0x10};
constexpr std::array<std::uint8_t, 4> Exponent{0x00, 0x01, 0x00, 0x01};
constexpr std::size_t HashBytes = CryptoPP::SHA256::DIGESTSIZE;
constexpr std::size_t FrameBytes = 1 + HashBytes + 2;  // head, hash, trailer

using Hash = std::array<std::uint8_t, HashBytes>;

Hash sha256(base::ByteView data) {
    CryptoPP::SHA256 hash;
    Hash digest{};
    hash.CalculateDigest(digest.data(), data.data(), data.size());
    return digest;
}

void append(base::Bytes& out, base::ByteView data) {
    out.insert(out.end(), data.begin(), data.end());
}

/// What is signed.
base::Bytes message_of(const Certificate& content) {
    base::Bytes message{ProfileIdentifier};
    append(message, content.signer);
    append(message, key_name(content.holder));
    append(message, Authorisation);
    message.push_back(static_cast<std::uint8_t>(content.role));
    append(message, content.key.modulus());
    append(message, Exponent);
    return message;
}

std::optional<Serial> serial_of(base::ByteView bytes) {
    Serial serial{};
    if (bytes.size() != serial.size()) return {};
    std::copy(bytes.begin(), bytes.end(), serial.begin());
    return serial;
}

struct Parts {
    base::ByteView signature{};
    base::ByteView remainder{};
    Serial signer{};
};

std::optional<Parts> parts_of(base::ByteView certificate) {
    const auto outer = apdu::read_all(certificate);
    if (!outer || outer->size() != 1 || outer->front().tag != Whole) return {};
    const auto inner = apdu::read_all(outer->front().value);
    if (!inner || inner->size() != 3 || (*inner)[0].tag != Signature ||
        (*inner)[1].tag != Remainder || (*inner)[2].tag != SignerReference)
        return {};
    const auto signer = serial_of((*inner)[2].value);
    if (!signer) return {};
    return Parts{(*inner)[0].value, (*inner)[1].value, *signer};
}

/// Reads field after field of a message.
class Fields {
public:
    explicit Fields(base::ByteView bytes) : rest_{bytes} {}
    base::ByteView take(std::size_t size) {
        const auto field = rest_.first(size);
        rest_ = rest_.subspan(size);
        return field;
    }
    bool expect(base::ByteView wanted) {
        const auto field = take(wanted.size());
        return std::equal(field.begin(), field.end(), wanted.begin());
    }

private:
    base::ByteView rest_;
};

/// The whole message, recovered and remainder, if the hash in the block is that of it.
std::optional<base::Bytes> recovered(const Parts& parts, const RsaPublicKey& signer) {
    const auto block = recover_block(signer, parts.signature, TrailerNamed);
    if (!block || (*block)[block->size() - 2] != Sha256Trailer) return {};
    const base::ByteView all{*block};
    const auto first = all.subspan(1, all.size() - FrameBytes);
    base::Bytes message(first.begin(), first.end());
    append(message, parts.remainder);
    const auto hash = all.subspan(1 + first.size(), HashBytes);
    if (!base::equal_in_constant_time(sha256(message), hash)) return {};
    return message;
}

}  // namespace

Serial trust_point_serial(const RsaPublicKey& key) {
    const Hash hash = sha256(key.modulus());
    Serial serial{};
    std::copy_n(hash.begin(), serial.size(), serial.begin());
    return serial;
}

base::Bytes key_name(const Serial& holder) {
    base::Bytes name(NamePrefix.begin(), NamePrefix.end());
    append(name, holder);
    return name;
}

base::Bytes issue(const RsaPrivateKey& signer, const Certificate& content) {
    if (content.key.size() != signer.size() || content.key.exponent() != base::Bytes{1, 0, 1})
        throw std::invalid_argument{"SCP10 has no certificates for such a key"};
    const base::Bytes message = message_of(content);
    const std::size_t fits = signer.size() - FrameBytes;
    base::Bytes block{Head};
    append(block, base::ByteView{message}.first(fits));
    append(block, sha256(message));
    block.insert(block.end(), {Sha256Trailer, TrailerNamed});
    base::Bytes inner = apdu::tlv(Signature, sign_block(signer, block));
    apdu::append_tlv(inner, Remainder, base::ByteView{message}.subspan(fits));
    apdu::append_tlv(inner, SignerReference, content.signer);
    return apdu::tlv(Whole, inner);
}

std::optional<Serial> signer_of(base::ByteView certificate) {
    const auto parts = parts_of(certificate);
    if (!parts) return {};
    return parts->signer;
}

std::optional<Certificate> verified(base::ByteView certificate, const RsaPublicKey& signer) {
    const auto parts = parts_of(certificate);
    if (!parts) return {};
    const auto message = recovered(*parts, signer);
    const std::size_t others = 1 + 8 + 12 + 7 + Exponent.size();
    if (!message || message->size() != others + signer.size()) return {};
    Fields fields{*message};
    if (!fields.expect(std::array{ProfileIdentifier}) || !fields.expect(parts->signer) ||
        !fields.expect(NamePrefix))
        return {};
    const Serial holder = *serial_of(fields.take(Serial{}.size()));
    if (!fields.expect(Authorisation)) return {};
    const auto role = static_cast<Role>(fields.take(1).front());
    if (role != Role::Authority && role != Role::OffCard && role != Role::Domain) return {};
    const auto modulus = fields.take(signer.size());
    if (!fields.expect(Exponent)) return {};
    if ((modulus.front() & 0x80U) == 0 || (modulus.back() & 1U) == 0) return {};
    return Certificate{parts->signer, holder, role, RsaPublicKey{modulus, Exponent}};
}

}  // namespace reader
