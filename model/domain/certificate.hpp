/// \file certificate.hpp
/// Card-verifiable certificates of SCP10 (docs/choices.md, SCP10): signatures that give back most
/// of what they sign, the rest behind them.
#pragma once

#include <array>
#include <optional>

#include "apdu/status.hpp"
#include "domain/engine.hpp"

namespace domain {

/// Four bytes 00, then eight that tell keys apart.
using KeyName = std::array<std::uint8_t, 12>;
inline constexpr std::size_t SerialBytes = 8;

/// The last eight bytes.
[[nodiscard]] base::ByteView serial_of(const KeyName& name) noexcept;
/// What a trust point is called: 00000000, then the beginning of SHA-256 of its modulus.
[[nodiscard]] KeyName trust_point_name(base::ByteView modulus);

enum class Role : std::uint8_t { Authority = 0x01, OffCardEntity = 0x02, SecurityDomain = 0x03 };

/// Whose key it is.
struct Holder {
    KeyName name{};
    Role role = Role::OffCardEntity;
    RsaPublic key{};
};

struct Certified {
    std::optional<Holder> holder{};
    apdu::StatusWord sw = apdu::Sw::Ok;  ///< why there is none: 6A80 its form, 6300 the rest
};
/// `certificate`: the value of 7F21. The key in it must be as long as the signer's.
[[nodiscard]] Certified verify_certificate(Engine& engine, base::ByteView certificate,
                                           const Holder& signer);

}  // namespace domain
