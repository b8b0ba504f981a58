/// \file card_commands.hpp
/// The commands by which an issuer makes a security domain and gives it its first keys
/// (GlobalPlatform Card Specification 2.3.1, 11.5, 11.11; keys by DGI 00B9 and 8113).
#pragma once

#include "platform/channel.hpp"

namespace platform {

/// What a new domain is made of.
struct DomainTemplate {
    std::string package{"A0000001515350"};
    std::string module{"A000000151535041"};
    std::string privileges{"A00000"};  ///< security domain with delegated management
    std::string also_speaks{};         ///< protocol and i besides that of its keys, example: "1001"
};

/// SELECT by name, of a whole AID in hexadecimal.
[[nodiscard]] base::Bytes select(std::string_view aid);
/// INSTALL [for install and make selectable]; `type` says SCP02 or SCP03. The issuer may extradite
/// to it and away from it.
[[nodiscard]] apdu::Command install_domain(const DomainTemplate& made_of, std::string_view aid,
                                           reader::KeyType type);
[[nodiscard]] apdu::Command install_for_personalization(std::string_view aid);
/// STORE DATA that carries a whole set under the channel's DEK.
[[nodiscard]] apdu::Command store_keys(const Channel& channel, const KeySet& set);

/// DELETE of all keys of a version.
[[nodiscard]] apdu::Command delete_keys(std::uint8_t version);

/// A data grouping of STORE DATA: identifier, length in one or three bytes, value.
void append_dgi(base::Bytes& out, std::uint16_t id, base::ByteView value);

}  // namespace platform
