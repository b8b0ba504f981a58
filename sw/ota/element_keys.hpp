/// \file element_keys.hpp
/// What the business platform shares with each secure element.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "ota/packet_keys.hpp"
#include "reader/scp_session.hpp"

namespace ota {

struct ElementKeys {
    reader::ChannelKeys issuer{};        ///< of the issuer's domain, for SCP03
    std::uint8_t issuer_version = 0x30;  ///< their key version
    reader::ScpKey module{};             ///< of the secure channel module, AES-128
    PacketKeys packets{};                ///< for secured short messages
};

/// The keys of a secure element by its id, 20 hexadecimal digits; nothing: it is not known.
using KeyRing = std::function<std::optional<ElementKeys>(const std::string&)>;

/// Every element's own, from one master key by KDF3 over its id (key-diversification.md, section
/// 3): `issuer` for the domain's keys, `module` for the module's (the first of three), `packets`
/// for those of short messages. Throws std::invalid_argument for keys that are not of 16 bytes.
struct ElementMasters {
    reader::ScpKey issuer{};
    reader::ScpKey module{};
    reader::ScpKey packets{};
};
[[nodiscard]] KeyRing diversified(const ElementMasters& masters);

}  // namespace ota
