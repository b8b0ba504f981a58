/// \file key_data.hpp
/// Keys as they come in PUT KEY and STORE DATA, and the rules for taking them.
#pragma once

#include "apdu/command.hpp"
#include "domain/context.hpp"

namespace domain {

/// The first three bytes of a block under the key: zeros for DES, 01 for AES.
[[nodiscard]] base::Bytes check_value(Engine& engine, const KeyComponent& key);

/// Deciphers a secret, checks its size and its check value. Not 9000: the refusal.
struct Deciphered {
    KeyComponent component{};
    apdu::StatusWord sw = apdu::Sw::Ok;
};
/// `size`: of the plain value, when it stands in the clear beside it.
[[nodiscard]] Deciphered decipher_key(Context& context, std::uint8_t type,
                                      base::ByteView ciphertext, std::optional<std::size_t> size,
                                      base::ByteView check);

/// Ends the channel behind the answer when its own keys change.
void note_key_change(Context& context, Slot domain, std::uint8_t version);
/// A domain that has a full set of its own for the first time is personalised.
void note_key_set(Context& context, Slot domain);

[[nodiscard]] apdu::Response put_key(Context& context, const apdu::Command& command);
/// DELETE [key]; nothing given: all of them match.
[[nodiscard]] apdu::Response delete_keys(Context& context, std::optional<std::uint8_t> id,
                                         std::optional<std::uint8_t> version);

}  // namespace domain
