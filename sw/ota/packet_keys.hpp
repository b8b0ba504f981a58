/// \file packet_keys.hpp
/// The key set of secured packets (ETSI TS 102 225): KIc and KID of one version.
#pragma once

#include <cstdint>

#include "reader/scp_crypto.hpp"

namespace ota {

/// Low nibble of the octets KIc and KID.
enum class PacketCipher : std::uint8_t { Aes = 0x2, TripleDes2 = 0x5, TripleDes3 = 0x9 };

struct PacketKeys {
    std::uint8_t version = 1;  ///< 1 to 15
    PacketCipher cipher = PacketCipher::Aes;
    reader::ScpKey kic{};  ///< ciphering
    reader::ScpKey kid{};  ///< cryptographic checksum
    reader::ScpKey kik{};  ///< keys inside of a payload
};

}  // namespace ota
