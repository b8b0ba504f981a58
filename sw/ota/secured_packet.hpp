/// \file secured_packet.hpp
/// Secured packets as the sending entity makes them, and the proofs of receipt that come back (ETSI
/// TS 102 225; fact sheet ota-sms.md, sections 1 to 3).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "ota/packet_keys.hpp"

namespace ota {

/// Toolkit application reference: who gets the payload.
using Tar = std::array<std::uint8_t, 3>;

/// Bits of SPI.
struct Spi {
    static constexpr std::uint8_t RedundancyCheck = 0x01;
    static constexpr std::uint8_t Checksum = 0x02;
    static constexpr std::uint8_t CheckMask = 0x03;
    static constexpr std::uint8_t Ciphered = 0x04;
    static constexpr std::uint8_t CounterRises = 0x10;
    static constexpr std::uint8_t ProofAlways = 0x01;
    static constexpr std::uint8_t ProofCheckMask = 0x0C;
    static constexpr std::uint8_t ProofChecksum = 0x08;
    static constexpr std::uint8_t ProofRedundancyCheck = 0x04;
    static constexpr std::uint8_t ProofCiphered = 0x10;
    static constexpr std::uint8_t ProofBySubmit = 0x20;
};

/// What a command packet says. DS (signatures) and DES alone are not made.
struct CommandPacket {
    std::uint8_t spi1 = Spi::CounterRises | Spi::Ciphered | Spi::Checksum;
    std::uint8_t spi2 =
        Spi::ProofBySubmit | Spi::ProofCiphered | Spi::ProofChecksum | Spi::ProofAlways;
    std::uint8_t kic = 0;  ///< version and algorithm
    std::uint8_t kid = 0;
    Tar tar{};
    std::uint64_t counter = 0;  ///< 40 bits
    base::Bytes data{};
};

/// From CPL on. Throws std::invalid_argument for algorithms that are not made, keys that do not fit
/// them, and data of more than 60 000 bytes.
/// Example: kic = kid = 0x22 (AES, version 2)
[[nodiscard]] base::Bytes secure(const CommandPacket& packet, const PacketKeys& keys);

struct Proof {
    /// Status of the response packet (ota-sms.md, section 3).
    struct Status {
        static constexpr std::uint8_t Ok = 0x00;
        static constexpr std::uint8_t ChecksumFailed = 0x01;
        static constexpr std::uint8_t CounterLow = 0x02;
        static constexpr std::uint8_t CounterHigh = 0x03;
        static constexpr std::uint8_t CounterBlocked = 0x04;
        static constexpr std::uint8_t Unidentified = 0x06;
        static constexpr std::uint8_t TarUnknown = 0x09;
        static constexpr std::uint8_t InsufficientSecurity = 0x0A;
    };
    std::uint8_t status = Status::Ok;
    Tar tar{};
    std::uint64_t counter = 0;
    base::Bytes data{};
    /// It was protected as the packet asked. One that is not may come from anybody: a hint.
    bool authentic = false;
};

/// The proof for `sent` out of user data, header 02 71 00 included. Nothing when it is none, is for
/// another counter, or its protection is wrong.
[[nodiscard]] std::optional<Proof> open_proof(base::ByteView user_data, const CommandPacket& sent,
                                              const PacketKeys& keys);

/// Of zlib and Ethernet. Example: crc_32(01 02 03 04 05) == 0x470B99F4
[[nodiscard]] std::uint32_t crc_32(base::ByteView data) noexcept;
/// Reflected polynomial 8408. Example: crc_16(01 02 03 04 05) == 0x22EC
[[nodiscard]] std::uint16_t crc_16(base::ByteView data) noexcept;

}  // namespace ota
