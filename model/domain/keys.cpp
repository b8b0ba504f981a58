#include "domain/keys.hpp"

#include <algorithm>

#include "domain/bytes_io.hpp"

namespace domain {

namespace {

constexpr std::uint8_t EncId = 1;
constexpr std::uint8_t MacId = 2;
constexpr std::uint8_t DekId = 3;

constexpr std::uint8_t PairId = 1;
constexpr std::uint8_t TrustPointId = 2;

/// Whether it is a public key; its modulus.
const Secret* rsa_modulus(const DomainKey* key) {
    const bool whole = key != nullptr && key->component(KeyType::RsaExponent) != nullptr;
    return whole ? key->component(KeyType::RsaModulus) : nullptr;
}

}  // namespace

const Secret* DomainKey::component(std::uint8_t type) const noexcept {
    for (const auto& part : components) {
        if (part.type == type) return &part.value;
    }
    return nullptr;
}

bool DomainKey::like(const DomainKey& other) const noexcept {
    return std::equal(components.begin(), components.end(), other.components.begin(),
                      other.components.end(), [](const auto& a, const auto& b) {
                          return a.type == b.type &&
                                 (!KeyType::is_secret(a.type) || a.value.size() == b.value.size());
                      });
}

const DomainKey* KeySet::find(std::uint8_t id) const noexcept {
    for (const auto& key : keys) {
        if (key.id == id) return &key;
    }
    return nullptr;
}

void KeySet::put(const DomainKey& key) {
    erase(key.id);
    const auto place = std::find_if(keys.begin(), keys.end(),
                                    [&](const auto& other) { return other.id > key.id; });
    keys.insert(place, key);
}

void KeySet::erase(std::uint8_t id) {
    std::erase_if(keys, [&](const auto& key) { return key.id == id; });
}

std::optional<Protocol> KeySet::protocol() const noexcept {
    const auto all = [&](std::uint8_t type) {
        const Secret* first = nullptr;
        for (const auto id : {EncId, MacId, DekId}) {
            const auto* key = find(id);
            const auto* value = key == nullptr ? nullptr : key->component(type);
            if (value == nullptr || (first != nullptr && first->size() != value->size())) {
                return false;
            }
            first = value;
        }
        return true;
    };
    if (all(KeyType::Aes)) return Protocol::Scp03;
    if (all(KeyType::Des)) return Protocol::Scp02;
    const auto* pair = find(PairId);
    const auto* own = rsa_modulus(pair);
    const auto* trusted = rsa_modulus(find(TrustPointId));
    if (own != nullptr && pair->component(KeyType::RsaPrivateExponent) != nullptr &&
        trusted != nullptr && own->size() == trusted->size()) {
        return Protocol::Scp10;
    }
    return std::nullopt;
}

StaticKeys KeySet::channel_keys() const {
    const auto value = [&](std::uint8_t id) {
        const auto* key = find(id);
        return key == nullptr || key->components.empty() ? Secret{} : key->components[0].value;
    };
    return {value(EncId), value(MacId), value(DekId)};
}

std::vector<std::uint8_t> Keys::versions(Slot domain) {
    std::vector<std::uint8_t> found;
    for (const auto id : ledger_.ids()) {
        const auto version = static_cast<std::uint8_t>(id);
        if (id == object_id(ObjectKind::KeySet, domain, version)) found.push_back(version);
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::optional<KeySet> Keys::read(Slot domain, std::uint8_t version) {
    auto bytes = ledger_.read(object_id(ObjectKind::KeySet, domain, version));
    if (!bytes) return std::nullopt;
    ByteReader in{*bytes};
    KeySet set{version, {}};
    const auto count = in.byte();
    for (unsigned k = 0; k < count && in.ok(); ++k) {
        DomainKey key;
        key.id = in.byte();
        key.usage = in.byte();
        key.access = in.byte();
        const auto parts = in.byte();
        for (unsigned p = 0; p < parts && in.ok(); ++p) {
            const auto type = in.byte();
            const Secret value{in.run()};
            key.components.push_back({type, value});
        }
        set.keys.push_back(std::move(key));
    }
    base::wipe(*bytes);
    return set;
}

void Keys::write(Slot domain, const KeySet& set) {
    const auto id = object_id(ObjectKind::KeySet, domain, set.version);
    if (set.keys.empty()) {
        ledger_.erase(id);
        ledger_.erase(object_id(ObjectKind::Counter, domain, set.version));
        ledger_.erase(object_id(ObjectKind::Packets, domain, set.version));
        return;
    }
    ByteWriter out;
    out.byte(set.keys.size());
    for (const auto& key : set.keys) {
        out.byte(key.id).byte(key.usage).byte(key.access).byte(key.components.size());
        for (const auto& part : key.components) out.byte(part.type).run(part.value.expose());
    }
    auto bytes = out.take();
    ledger_.write(id, bytes);
    base::wipe(bytes);
}

void Keys::erase_all(Slot domain) {
    for (const auto version : versions(domain)) write(domain, {version, {}});
}

KeyCounter Keys::counter(Slot domain, std::uint8_t version) {
    const auto bytes = ledger_.read(object_id(ObjectKind::Counter, domain, version));
    if (!bytes) return {};
    ByteReader in{*bytes};
    KeyCounter counter;
    counter.sequence = static_cast<std::uint32_t>(in.word()) << 16;
    counter.sequence |= in.word();
    counter.failures = in.byte();
    return counter;
}

void Keys::write_counter(Slot domain, std::uint8_t version, const KeyCounter& counter) {
    ByteWriter out;
    out.word(counter.sequence >> 16).word(counter.sequence).byte(counter.failures);
    ledger_.write(object_id(ObjectKind::Counter, domain, version), out.take());
}

std::optional<KeySet> Keys::default_set(Slot domain) {
    constexpr std::uint8_t LastOfMessages = 0x0F;
    std::optional<KeySet> of_messages;
    for (const auto version : versions(domain)) {
        auto set = read(domain, version);
        const auto protocol = set ? set->protocol() : std::nullopt;
        if (!protocol || *protocol == Protocol::Scp10) continue;
        if (version > LastOfMessages) return set;
        if (!of_messages) of_messages = std::move(set);
    }
    return of_messages;
}

std::size_t Keys::channel_sets(Slot domain) {
    std::size_t count = 0;
    for (const auto version : versions(domain)) {
        const auto set = read(domain, version);
        if (set && set->protocol()) ++count;
    }
    return count;
}

}  // namespace domain
