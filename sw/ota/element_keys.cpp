#include "ota/element_keys.hpp"

#include "base/hex.hpp"
#include "platform/diversify.hpp"

namespace ota {
namespace {

constexpr std::size_t ElementBytes = 10;
constexpr std::uint8_t IssuerVersion = 0x30;
constexpr std::uint8_t PacketVersion = 0x01;

}  // namespace

KeyRing diversified(const ElementMasters& masters) {
    for (const auto* master : {&masters.issuer, &masters.module, &masters.packets})
        if (master->size() != 16) throw std::invalid_argument{"a master key has 16 bytes"};
    return [masters](const std::string& element) -> std::optional<ElementKeys> {
        const auto id = base::from_hex(element);
        if (!id || id->size() != ElementBytes) return std::nullopt;
        const auto own = [&](const reader::ScpKey& master, std::uint8_t version) {
            return platform::diversify(platform::Method::Kdf3, master, *id, version).keys;
        };
        const auto packets = own(masters.packets, PacketVersion);
        return ElementKeys{
            own(masters.issuer, IssuerVersion), IssuerVersion,
            own(masters.module, IssuerVersion).enc,
            PacketKeys{PacketVersion, PacketCipher::Aes, packets.enc, packets.mac, packets.dek}};
    };
}

}  // namespace ota
