#include "domain/tokens.hpp"

#include "domain/bytes_io.hpp"
#include "domain/data_objects.hpp"

namespace domain {

namespace {

constexpr std::uint8_t FirstKey = 0x01;
constexpr std::uint8_t TokenVersion = 0x70;
constexpr std::uint8_t ReceiptVersion = 0x71;
constexpr std::uint8_t DapVersion = 0x73;
constexpr std::uint8_t OldDapVersion = 0x11;
constexpr std::uint8_t LoadFileVersion = 0x75;

std::optional<DomainKey> key_of(Card& card, Slot domain, std::uint8_t version) {
    const auto set = card.keys.read(domain, version);
    const auto* key = set ? set->find(FirstKey) : nullptr;
    if (key == nullptr || key->components.empty()) return std::nullopt;
    return *key;
}

/// Who verifies tokens and makes receipts.
Slot holder_of(const Card& card, Privilege privilege) {
    for (const auto& entry : card.registry.entries()) {
        if (entry.privileges.has(privilege)) return entry.slot;
    }
    return NoSlot;
}

base::Bytes mac(Engine& engine, const DomainKey& key, base::ByteView data) {
    const auto& value = key.components[0].value;
    if (key.components[0].type == KeyType::Aes) {
        const auto full = engine.aes_cmac(value, data);
        return {full.begin(), full.end()};
    }
    return engine.retail_mac(value, {}, data);
}

}  // namespace

Authority authority(const Context& context) {
    if (context.has(Privilege::AuthorizedManagement)) return Authority::Authorized;
    if (context.has(Privilege::DelegatedManagement)) return Authority::Delegated;
    return Authority::None;
}

bool in_reach(const Context& context, Slot domain) {
    const auto* entry = context.card.registry.at(domain);
    return entry != nullptr &&
           (domain == context.domain || context.card.registry.is_ancestor(context.domain, *entry));
}

bool verify_signature(Engine& engine, const DomainKey& key, base::ByteView data,
                      base::ByteView signature) {
    const auto* modulus = key.component(KeyType::RsaModulus);
    const auto* exponent = key.component(KeyType::RsaExponent);
    if (modulus != nullptr && exponent != nullptr) {
        return engine.rsa_verify(modulus->expose(), exponent->expose(), data, signature);
    }
    if (!KeyType::is_secret(key.components[0].type)) return false;
    return base::equal_in_constant_time(mac(engine, key, data), signature);
}

apdu::StatusWord check_token(Context& context, const apdu::Command& command, base::ByteView fields,
                             base::ByteView token) {
    switch (authority(context)) {
        case Authority::None:
            return apdu::Sw::ConditionsNotSatisfied;
        case Authority::Authorized:
            return token.empty() ? apdu::Sw::Ok : apdu::Sw::WrongData;
        case Authority::Delegated:
            break;
    }
    if (token.empty()) return apdu::Sw::ConditionsNotSatisfied;
    const auto verifier = holder_of(context.card, Privilege::TokenVerification);
    const auto key = key_of(context.card, verifier, TokenVersion);
    if (!key) return apdu::Sw::ConditionsNotSatisfied;
    ByteWriter message;
    message.byte(command.p1).byte(command.p2);
    if (fields.size() > apdu::MostShortNc) message.byte(0).byte(fields.size() >> 8);
    message.byte(fields.size()).raw(fields);
    return verify_signature(context.engine, *key, message.take(), token)
               ? apdu::Sw::Ok
               : apdu::Sw::SecurityNotSatisfied;
}

base::Bytes confirmation(Context& context, bool delegated, const std::vector<Aid>& names) {
    const base::Bytes none{0x00};
    if (!delegated) return none;
    const auto maker = holder_of(context.card, Privilege::ReceiptGeneration);
    const auto key = key_of(context.card, maker, ReceiptVersion);
    if (!key || !KeyType::is_secret(key->components[0].type)) return none;

    auto unique = data_object(context.card, IssuerSlot, IssuerIdentificationTag);
    const auto image = data_object(context.card, IssuerSlot, CardImageTag);
    unique.insert(unique.end(), image.begin(), image.end());
    const auto count = ByteWriter{}.word(next_confirmation(context.card)).take();
    const auto head = ByteWriter{}.short_run(count).short_run(unique).take();

    ByteWriter message;
    message.raw(head);
    for (const auto& name : names) message.short_run(name.bytes());
    return ByteWriter{}.short_run(mac(context.engine, *key, message.take())).raw(head).take();
}

std::optional<DomainKey> dap_key(Card& card, Slot domain) {
    auto key = key_of(card, domain, DapVersion);
    return key ? key : key_of(card, domain, OldDapVersion);
}

std::optional<DomainKey> load_file_key(Card& card, Slot domain) {
    auto key = key_of(card, domain, LoadFileVersion);
    return key && KeyType::is_secret(key->components[0].type) ? key : std::nullopt;
}

}  // namespace domain
