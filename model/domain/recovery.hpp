/// \file recovery.hpp
/// RSA signatures that give back what was signed (ISO/IEC 9796-2, scheme 1, as CWA 14890-1 uses
/// it), and what is sent under RSA-OAEP.
#pragma once

#include <optional>

#include "domain/engine.hpp"

namespace domain {

/// 6A | recoverable | hash | BC for SHA-1, 34 CC for SHA-256. As many bytes of message as a block
/// of `modulus_bytes` has room for: modulus less 22, less 35.
[[nodiscard]] std::size_t recoverable_bytes(Hash hash, std::size_t modulus_bytes) noexcept;

/// What a block held. The hash is still to be compared.
struct Recovered {
    Secret message{};
    base::Bytes hash{};
};

/// The smaller of S and N - S, S = block^d mod N. Nothing when the card's arithmetic failed, or
/// `recoverable` has another length than the block wants.
[[nodiscard]] std::optional<base::Bytes> sign_with_recovery(Engine& engine, const RsaPublic& key,
                                                            const Secret& exponent, Hash hash,
                                                            base::ByteView recoverable,
                                                            base::ByteView hash_value);
/// Takes that of J and N - J, J = signature^e mod N, which begins and ends as a block does.
[[nodiscard]] std::optional<Recovered> open_signature(Engine& engine, const RsaPublic& key,
                                                      Hash hash, base::ByteView signature);

/// The message in an OAEP block (RFC 8017, 7.1.2, step 3; SHA-256, no label).
[[nodiscard]] std::optional<Secret> unpad_oaep(base::ByteView block);

}  // namespace domain
