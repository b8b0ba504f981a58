/// \file device_authentication.hpp
/// The tokens by which both ends of SCP10's key agreement show their RSA keys and tell each other
/// their half of the session's secret (CWA 14890-1, device authentication with key transport).
#pragma once

#include "reader/rsa.hpp"
#include "reader/scp_crypto.hpp"

namespace reader {

/// One end's half.
using SecretHalf = base::Key<32>;

/// What the token's receiver gave for it: its challenge and its serial number, eight bytes each.
struct Addressee {
    base::ByteView challenge{};
    base::ByteView serial{};
};

/// Bytes of the random filling of a token: 74 with 1024-bit keys, 202 with 2048-bit ones.
[[nodiscard]] std::size_t filling_bytes(const RsaPrivateKey& own) noexcept;

/// RSA under `other` of min(SIG, N - SIG), SIG being `own`'s signature of
/// 6A | filling | secret | SHA-1(filling | secret | challenge | serial) | BC. Both keys are as long
/// as each other. Throws std::logic_error for a filling of another length.
[[nodiscard]] base::Bytes make_token(const RsaPrivateKey& own, const RsaPublicKey& other,
                                     base::ByteView filling, const SecretHalf& secret,
                                     const Addressee& to);
/// The half that a token brings; nothing unless `other` signed it for this challenge and serial.
[[nodiscard]] std::optional<SecretHalf> open_token(const RsaPrivateKey& own,
                                                   const RsaPublicKey& other, base::ByteView token,
                                                   const Addressee& to);

/// The first 16 bytes of SHA-1(seed | number), the number in four bytes. Parity bits of DES are as
/// they come.
[[nodiscard]] ScpKey session_key(base::ByteView seed, std::uint32_t number);
/// The seed: one half XOR the other.
[[nodiscard]] SecretHalf joined(const SecretHalf& a, const SecretHalf& b);

}  // namespace reader
