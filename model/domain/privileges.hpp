/// \file privileges.hpp
/// What an application may do to the card (GlobalPlatform Card Specification, 6.6 and 11.1.2).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.hpp"

namespace domain {

/// Byte and bits as on the line; those of the first byte that share bits are asked with has_all.
enum class Privilege : std::uint32_t {
    SecurityDomain = 0x800000,
    DapVerification = 0xC00000,
    DelegatedManagement = 0xA00000,
    CardLock = 0x100000,
    CardTerminate = 0x080000,
    CardReset = 0x040000,
    CvmManagement = 0x020000,
    MandatedDap = 0xC10000,
    TrustedPath = 0x008000,
    AuthorizedManagement = 0x004000,
    TokenVerification = 0x002000,
    GlobalDelete = 0x001000,
    GlobalLock = 0x000800,
    GlobalRegistry = 0x000400,
    FinalApplication = 0x000200,
    GlobalService = 0x000100,
    ReceiptGeneration = 0x000080,
    CipheredLoadFile = 0x000040,
};

/// Example: Privileges::from({0x9E, 0xFE, 0x80})->has(Privilege::GlobalLock)
class Privileges {
public:
    Privileges() = default;
    /// Without judging which go together.
    constexpr explicit Privileges(std::uint32_t bits) : bits_{bits} {}

    /// Of 1 or 3 bytes as INSTALL has them. Nothing when they contradict each other.
    [[nodiscard]] static std::optional<Privileges> from(base::ByteView bytes);

    [[nodiscard]] constexpr bool has(Privilege privilege) const noexcept {
        const auto bits = static_cast<std::uint32_t>(privilege);
        return (bits_ & bits) == bits;
    }
    [[nodiscard]] constexpr Privileges with(Privilege privilege) const noexcept {
        return Privileges{bits_ | static_cast<std::uint32_t>(privilege)};
    }
    [[nodiscard]] constexpr Privileges without(Privilege privilege) const noexcept {
        return Privileges{bits_ & ~static_cast<std::uint32_t>(privilege)};
    }
    [[nodiscard]] std::array<std::uint8_t, 3> bytes() const noexcept;

    friend bool operator==(const Privileges&, const Privileges&) = default;

private:
    std::uint32_t bits_ = 0;
};

/// What an issuer security domain begins with: 9E FE 80.
inline constexpr Privileges IssuerPrivileges{0x9EFE80};

}  // namespace domain
