#include "domain/certificate.hpp"

#include <algorithm>

#include "apdu/tlv.hpp"
#include "domain/bytes_io.hpp"
#include "domain/recovery.hpp"

namespace domain {

namespace {

constexpr apdu::Tag SignatureTag = 0x5F37;
constexpr apdu::Tag RemainderTag = 0x5F38;
constexpr apdu::Tag AuthorityTag = 0x42;

constexpr std::uint8_t Profile = 0x10;  // of the content
constexpr std::array<std::uint8_t, 6> RolePrefix{0xA0, 0x00, 0x00, 0x01, 0x51, 0x10};
constexpr std::array<std::uint8_t, 4> Exponent{0x00, 0x01, 0x00, 0x01};

template <typename A, typename B>
bool same(const A& a, const B& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

/// What a certificate says once its signature is right; nothing when that makes no sense.
std::optional<Holder> read_content(base::ByteView content, const Holder& signer) {
    ByteReader in{content};
    const auto profile = in.byte();
    const auto authority = in.raw(SerialBytes);
    Holder holder;
    const auto name = in.raw(holder.name.size());
    const auto prefix = in.raw(RolePrefix.size());
    const auto role = in.byte();
    const auto modulus = in.raw(signer.key.modulus.size());
    const auto exponent = in.raw(Exponent.size());
    const bool good = in.done() && profile == Profile && same(authority, serial_of(signer.name)) &&
                      same(prefix, RolePrefix) && same(exponent, Exponent) &&
                      std::all_of(name.begin(), name.begin() + 4, [](auto b) { return b == 0; }) &&
                      (modulus.front() & 0x80) != 0 && (modulus.back() & 0x01) != 0;
    if (!good) return std::nullopt;
    std::copy(name.begin(), name.end(), holder.name.begin());
    holder.role = static_cast<Role>(role);
    holder.key.modulus.assign(modulus.begin(), modulus.end());
    holder.key.exponent.assign(exponent.begin(), exponent.end());
    return holder;
}

}  // namespace

base::ByteView serial_of(const KeyName& name) noexcept {
    return base::ByteView{name}.last(SerialBytes);
}

KeyName trust_point_name(base::ByteView modulus) {
    const auto hash = digest(Hash::Sha256, modulus);
    KeyName name{};
    std::copy_n(hash.begin(), SerialBytes, name.end() - SerialBytes);
    return name;
}

Certified verify_certificate(Engine& engine, base::ByteView certificate, const Holder& signer) {
    constexpr apdu::StatusWord Wrong = apdu::Sw::VerificationFailed;
    const std::size_t size = signer.key.modulus.size();
    const std::size_t content_bytes = 1 + SerialBytes + std::tuple_size_v<KeyName> +
                                      RolePrefix.size() + 1 + size + Exponent.size();
    const std::size_t recovered_bytes = recoverable_bytes(Hash::Sha256, size);

    const auto objects = apdu::read_all(certificate);
    if (!objects || objects->size() != 3) return {{}, apdu::Sw::WrongData};
    const auto& signature = (*objects)[0];
    const auto& remainder = (*objects)[1];
    const auto& authority = (*objects)[2];
    if (signature.tag != SignatureTag || signature.value.size() != size ||
        remainder.tag != RemainderTag ||
        remainder.value.size() != content_bytes - recovered_bytes ||
        authority.tag != AuthorityTag || authority.value.size() != SerialBytes) {
        return {{}, apdu::Sw::WrongData};
    }
    if (!same(authority.value, serial_of(signer.name))) return {{}, Wrong};

    const auto recovered = open_signature(engine, signer.key, Hash::Sha256, signature.value);
    if (!recovered) return {{}, Wrong};
    base::Bytes content = recovered->message.expose();
    content.insert(content.end(), remainder.value.begin(), remainder.value.end());
    const auto expected = engine.hash(Hash::Sha256, content);
    if (!base::equal_in_constant_time(expected, recovered->hash)) return {{}, Wrong};
    auto holder = read_content(content, signer);
    if (!holder) return {{}, Wrong};
    return {std::move(holder), apdu::Sw::Ok};
}

}  // namespace domain
