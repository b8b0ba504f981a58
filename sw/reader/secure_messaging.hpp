/// \file secure_messaging.hpp
/// ISO/IEC 7816-4 secure messaging with triple DES and a send sequence counter, as CWA 14890-1 and
/// ICAO 9303 lay it out, seen from the host.
#pragma once

#include <optional>

#include "apdu/command.hpp"
#include "apdu/tlv.hpp"
#include "reader/scp_crypto.hpp"

namespace reader {

class SecureMessaging final {
public:
    /// Two-key triple DES; no `enc`: data stay legible. `start`: the counter of messages before the
    /// first one.
    SecureMessaging(std::optional<ScpKey> enc, const ScpKey& mac, const DesBlock& start)
        : enc_{std::move(enc)}, mac_{mac}, counter_{start} {}

    /// Data become 87 (encrypted) or 81, Ne becomes 97, and 8E is the MAC of header and both; the
    /// class byte gets 0C, and the MAC is that of channel 0. Example: 00 A4 00 00 02 3F 00 -> 0C A4
    /// 00 00 15 87 09 01 .. 8E 08 .. 00
    void protect(apdu::Command& command);
    /// Checks and strips the answer: 87 or 81, 99, 8E. False: neither it nor anything after it must
    /// be believed.
    [[nodiscard]] bool reveal(apdu::Response& response);

private:
    void count() noexcept;
    /// Of what follows the counter; `header` is padded already.
    [[nodiscard]] DesBlock mac_over(base::ByteView header, base::ByteView objects) const;
    /// What 87 or 81 holds, whichever this level has; nothing when it is the other or broken.
    [[nodiscard]] std::optional<base::Bytes> contents(const apdu::Tlv& object) const;

    std::optional<ScpKey> enc_;
    ScpKey mac_;
    DesBlock counter_;
};

}  // namespace reader
