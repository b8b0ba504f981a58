/// \file secured_packet.hpp
/// The card's end of secured packets: opened, judged, counted, and answered by a proof of receipt
/// (ETSI TS 102 225; fact sheet ota-sms.md, sections 1 to 3; docs/choices.md, Short messages).
#pragma once

#include <array>
#include <cstdint>

#include "domain/context.hpp"
#include "domain/engine.hpp"

namespace domain {

/// A packet as far as it could be understood.
struct SecuredPacket {
    /// Status of a proof of receipt.
    struct Status {
        static constexpr std::uint8_t Ok = 0x00;
        static constexpr std::uint8_t ChecksumFailed = 0x01;
        static constexpr std::uint8_t CounterLow = 0x02;
        static constexpr std::uint8_t CounterHigh = 0x03;
        static constexpr std::uint8_t CounterBlocked = 0x04;
        static constexpr std::uint8_t Unidentified = 0x06;
        static constexpr std::uint8_t NoMemory = 0x07;
        static constexpr std::uint8_t TarUnknown = 0x09;
        static constexpr std::uint8_t InsufficientSecurity = 0x0A;
    };

    std::uint8_t status = Status::Unidentified;
    std::uint8_t spi1 = 0;
    std::uint8_t spi2 = 0;
    std::uint8_t kic = 0;
    std::uint8_t kid = 0;
    std::array<std::uint8_t, 3> tar{};
    std::array<std::uint8_t, 5> counter{};
    base::Bytes payload{};
    /// Its header was understood and its checksum (CC) is right: the sender has the keys.
    bool authentic = false;
};

/// A packet from CPL on, with keys of the issuer's domain. The counter, or a wrong try, is in the
/// memory when this returns: with status 00 the payload may run, once. Policy: CC and a counter
/// that is looked at, KIc and KID of one version 1 to 15; else status 0A.
[[nodiscard]] SecuredPacket receive_packet(Card& card, Engine& engine, store::Work& work,
                                           base::ByteView packet);

/// User data, 02 71 00 included; empty: the sender wants none, or shall get none. What is not
/// authentic gets no signed and no ciphered proof.
[[nodiscard]] base::Bytes proof_of_receipt(Card& card, Engine& engine, const SecuredPacket& packet,
                                           base::ByteView data);

}  // namespace domain
