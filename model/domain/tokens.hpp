/// \file tokens.hpp
/// Who may change the card's content, and the proofs that travel for it: tokens, receipts, DAP
/// (GlobalPlatform Card Specification, 9.1.3, C.4 to C.6).
#pragma once

#include "apdu/command.hpp"
#include "domain/context.hpp"

namespace domain {

enum class Authority : std::uint8_t { None, Authorized, Delegated };
[[nodiscard]] Authority authority(const Context& context);
/// Whether the domain is this one or below it.
[[nodiscard]] bool in_reach(const Context& context, Slot domain);

/// A signature of `data` under a key of any kind: RSA, AES (CMAC) or DES (retail MAC).
[[nodiscard]] bool verify_signature(Engine& engine, const DomainKey& key, base::ByteView data,
                                    base::ByteView signature);

/// Whether the change may go ahead: 9000, or the refusal. `fields` is what the token signs, behind
/// P1, P2 and its length.
[[nodiscard]] apdu::StatusWord check_token(Context& context, const apdu::Command& command,
                                           base::ByteView fields, base::ByteView token);

/// 00, or, for a delegated change of a card with a receipt key, length and receipt over `names`
/// (each behind its length) and what it counts.
[[nodiscard]] base::Bytes confirmation(Context& context, bool delegated,
                                       const std::vector<Aid>& names);

/// The domain's key for data authentication patterns, if it has one.
[[nodiscard]] std::optional<DomainKey> dap_key(Card& card, Slot domain);
/// The domain's key for ciphered load files, AES or DES, if it has one.
[[nodiscard]] std::optional<DomainKey> load_file_key(Card& card, Slot domain);

}  // namespace domain
