#include "domain/privileges.hpp"

namespace domain {

namespace {

/// Bits of the third byte that mean something.
constexpr std::uint32_t Known = 0xFFFFF0;

}  // namespace

std::optional<Privileges> Privileges::from(base::ByteView bytes) {
    if (bytes.size() != 1 && bytes.size() != 3) return std::nullopt;
    std::uint32_t bits = static_cast<std::uint32_t>(bytes[0]) << 16;
    if (bytes.size() == 3) {
        bits |= static_cast<std::uint32_t>(bytes[1]) << 8 | bytes[2];
    } else if ((bits & static_cast<std::uint32_t>(Privilege::SecurityDomain)) != 0) {
        bits |= static_cast<std::uint32_t>(Privilege::TrustedPath);
    }
    const Privileges all{bits};
    if ((bits & ~Known) != 0) return std::nullopt;

    // What only a security domain can have; the bits of the first byte count without b8.
    constexpr std::uint32_t OfDomains = 0x610000;
    if (!all.has(Privilege::SecurityDomain) &&
        ((bits & OfDomains) != 0 || all.has(Privilege::AuthorizedManagement) ||
         all.has(Privilege::TokenVerification) || all.has(Privilege::ReceiptGeneration))) {
        return std::nullopt;
    }
    constexpr std::uint32_t OnlyMandated = 0x010000;
    if ((bits & OnlyMandated) != 0 && !all.has(Privilege::MandatedDap)) return std::nullopt;
    if (all.has(Privilege::DelegatedManagement) &&
        (all.has(Privilege::AuthorizedManagement) || all.has(Privilege::TokenVerification) ||
         all.has(Privilege::ReceiptGeneration))) {
        return std::nullopt;
    }
    return all;
}

std::array<std::uint8_t, 3> Privileges::bytes() const noexcept {
    return {static_cast<std::uint8_t>(bits_ >> 16), static_cast<std::uint8_t>(bits_ >> 8),
            static_cast<std::uint8_t>(bits_)};
}

}  // namespace domain
