/// \file secure_channel.hpp
/// What both secure channel protocols have in common.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "domain/secret.hpp"

namespace domain {

/// Bits of the security level (GlobalPlatform Card Specification, 10.4.2).
struct Level {
    static constexpr std::uint8_t None = 0x00;
    static constexpr std::uint8_t CMac = 0x01;
    static constexpr std::uint8_t CDecryption = 0x02;
    static constexpr std::uint8_t RMac = 0x10;
    static constexpr std::uint8_t REncryption = 0x20;
    static constexpr std::uint8_t AnyAuthenticated = 0x40;
    static constexpr std::uint8_t Authenticated = 0x80;
};

/// The three keys of a set, as they lie in the card.
struct StaticKeys {
    Secret enc{};
    Secret mac{};
    Secret dek{};
};

/// How EXTERNAL AUTHENTICATE ended.
enum class Proof : std::uint8_t { Right, WrongMac, WrongCryptogram };

}  // namespace domain
