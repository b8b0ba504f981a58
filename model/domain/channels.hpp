/// \file channels.hpp
/// Opening and ending secure channels, and what they do to the commands between.
#pragma once

#include "apdu/command.hpp"
#include "domain/context.hpp"

namespace domain {

/// Whose keys a domain is opened with: its own, or its nearest ancestor's while it has none.
[[nodiscard]] Slot key_holder(Card& card, Slot domain);
/// The option `i` of a protocol: the domain's own (C9, tag 81), else the issuer's.
[[nodiscard]] std::uint8_t protocol_option(Card& card, Slot domain, Protocol protocol);

/// The challenge that is answered is given out only when what makes it new is safe in the memory.
[[nodiscard]] apdu::Response initialize_update(Context& context, const apdu::Command& command);
/// Counts the try in the memory before it looks at it.
[[nodiscard]] apdu::Response external_authenticate(Context& context, const apdu::Command& command);
[[nodiscard]] apdu::Response begin_r_mac(Context& context, const apdu::Command& command);
[[nodiscard]] apdu::Response end_r_mac(Context& context, const apdu::Command& command);

/// The plain command; nothing, and the channel ended, when its protection is not what the level
/// asks for.
[[nodiscard]] std::optional<apdu::Command> unwrap(Context& context, const apdu::Command& command);
void wrap(Context& context, apdu::Response& response);

/// A secret of PUT KEY or STORE DATA in plain; nothing when it cannot be one.
[[nodiscard]] std::optional<Secret> decrypt_secret(Context& context, base::ByteView data);

}  // namespace domain
