#include "domain/bytes_io.hpp"
#include "domain/channels.hpp"
#include "domain/key_data.hpp"

namespace domain {

namespace {

constexpr std::uint8_t MultipleKeys = 0x80;
constexpr std::uint8_t MostKeyVersion = 0x7F;
constexpr std::uint8_t FactoryVersion = 0xFF;
constexpr std::size_t CheckBytes = 3;

struct KeyField {
    DomainKey key{};
    base::Bytes check{};
    apdu::StatusWord sw = apdu::Sw::Ok;
};

bool size_fits(std::uint8_t type, std::size_t size) {
    return size == 16 || size == 24 || (type == KeyType::Aes && size == 32);
}

/// A secret: its value, encrypted, or its length and then the value padded and encrypted.
KeyField read_secret(Context& context, std::uint8_t type, ByteReader& in) {
    auto block = in.ber_run();
    const auto check = in.short_run();
    if (!in.ok()) return {{}, {}, apdu::Sw::WrongData};
    const std::size_t cipher_block =
        std::holds_alternative<Scp03>(context.session.protocol) ? 16 : 8;
    std::optional<std::size_t> size;
    if (block.size() % cipher_block != 0) {
        size = block[0];
        block = block.subspan(1);
    }
    auto deciphered = decipher_key(context, type, block, size, check);
    KeyField field;
    field.sw = deciphered.sw;
    field.key.components.push_back(std::move(deciphered.component));
    field.check.assign(check.begin(), check.end());
    return field;
}

/// Components of a public key, one after the other, and one length 00 of a check value.
KeyField read_public(std::uint8_t type, ByteReader& in) {
    KeyField field;
    while (in.ok() && type != 0) {
        field.key.components.push_back({type, Secret{in.ber_run()}});
        type = in.byte();
    }
    const auto* modulus = field.key.component(KeyType::RsaModulus);
    const auto* exponent = field.key.component(KeyType::RsaExponent);
    const bool rsa =
        modulus != nullptr && modulus->size() >= 64 && exponent != nullptr && !exponent->empty();
    const bool ec = field.key.component(KeyType::EcPoint) != nullptr;
    if (!in.ok() || !(rsa || ec)) field.sw = apdu::Sw::WrongData;
    return field;
}

KeyField read_field(Context& context, ByteReader& in) {
    const auto type = in.byte();
    if (KeyType::is_secret(type)) return read_secret(context, type, in);
    if (type == KeyType::RsaModulus || type == KeyType::EcPoint) return read_public(type, in);
    return {{}, {}, apdu::Sw::WrongData};
}

/// Puts one key into `target`, and takes it out of the set it replaces.
apdu::StatusWord place(const KeyField& field, bool replace, KeySet& source, KeySet& target) {
    const auto id = field.key.id;
    if (replace) {
        const auto* old = source.find(id);
        if (old == nullptr) return apdu::Sw::ReferencedDataNotFound;
        if (!old->like(field.key)) return apdu::Sw::WrongData;
        if (source.version == target.version) {
            target.put(field.key);
            return apdu::Sw::Ok;
        }
        source.erase(id);
    }
    if (target.find(id) != nullptr) return apdu::Sw::WrongData;
    target.put(field.key);
    return apdu::Sw::Ok;
}

bool replaces_all(const KeySet& set, const std::vector<KeyField>& fields) {
    for (const auto& key : set.keys) {
        const bool replaced = std::any_of(fields.begin(), fields.end(), [&](const auto& field) {
            return field.key.id == key.id;
        });
        if (!replaced && KeyType::is_secret(key.components[0].type)) return false;
    }
    return true;
}

}  // namespace

base::Bytes check_value(Engine& engine, const KeyComponent& key) {
    if (key.type == KeyType::Des) {
        auto block = engine.des3_ecb_encrypt(key.value, base::Bytes(8));
        block.resize(CheckBytes);
        return block;
    }
    Engine::AesBlock ones{};
    ones.fill(0x01);
    const auto block = engine.aes_encrypt(key.value, ones);
    return {block.begin(), block.begin() + CheckBytes};
}

Deciphered decipher_key(Context& context, std::uint8_t type, base::ByteView ciphertext,
                        std::optional<std::size_t> size, base::ByteView check) {
    const auto plain = decrypt_secret(context, ciphertext);
    if (!plain) return {{}, apdu::Sw::WrongData};
    const auto length = size.value_or(plain->size());
    if (!size_fits(type, length) || length > plain->size() || check.size() != CheckBytes) {
        return {{}, apdu::Sw::WrongData};
    }
    Deciphered result{{type, Secret{base::ByteView{plain->expose()}.first(length)}}};
    const auto expected = check_value(context.engine, result.component);
    if (!base::equal_in_constant_time(expected, check)) {
        return {{}, apdu::Sw::SecurityNotSatisfied};
    }
    return result;
}

void note_key_change(Context& context, Slot domain, std::uint8_t version) {
    if (context.session.keys == domain && context.session.key_version == version) {
        context.session.last_answer = true;
    }
}

void note_key_set(Context& context, Slot domain) {
    const auto* entry = context.card.registry.at(domain);
    if (domain == IssuerSlot || entry == nullptr || entry->state != State::Selectable ||
        context.card.keys.channel_sets(domain) == 0) {
        return;
    }
    auto personalized = *entry;
    personalized.state = State::Personalized;
    context.card.registry.put(personalized);
}

apdu::Response put_key(Context& context, const apdu::Command& command) {
    auto& keys = context.card.keys;
    const auto source_version = command.p1;
    auto id = static_cast<std::uint8_t>(command.p2 & ~MultipleKeys);
    ByteReader in{command.data};
    const auto version = in.byte();
    if (version == 0 || version > MostKeyVersion) return apdu::Sw::WrongData;

    const bool replace = source_version != 0;
    auto source = keys.read(context.domain, source_version);
    if (replace && !source) return apdu::Sw::ReferencedDataNotFound;

    std::vector<KeyField> fields;
    do {
        auto field = read_field(context, in);
        if (field.sw != apdu::Sw::Ok) return field.sw;
        if (id > MostKeyVersion) return apdu::Sw::WrongData;
        field.key.id = id++;
        fields.push_back(std::move(field));
    } while ((command.p2 & MultipleKeys) != 0 && in.ok() && !in.rest().empty());
    if (!in.done()) return apdu::Sw::WrongData;

    auto target = keys.read(context.domain, version).value_or(KeySet{version, {}});
    const auto sets_before = keys.channel_sets(context.domain);
    const bool moves = replace && source_version != version;
    auto& from = moves ? *source : target;
    const bool fresh =
        !replace || moves || target.protocol() != Protocol::Scp03 || replaces_all(target, fields);

    ByteWriter answer;
    answer.byte(version);
    for (const auto& field : fields) {
        const auto sw = place(field, replace, from, target);
        if (sw != apdu::Sw::Ok) return sw;
        answer.raw(field.check);
    }
    keys.write(context.domain, target);
    // The keys that a card leaves its factory with, FF, make way for the first set of its owner.
    if (!replace && target.protocol() && keys.read(context.domain, FactoryVersion)) {
        keys.write(context.domain, {FactoryVersion, {}});
        note_key_change(context, context.domain, FactoryVersion);
    }
    if (moves) keys.write(context.domain, *source);
    // An SCP03 challenge comes from counter and key, so the counter starts anew with the keys only.
    if (fresh && target.protocol()) keys.write_counter(context.domain, version, {});
    if (fresh) context.card.ledger.erase(object_id(ObjectKind::Packets, context.domain, version));
    if (sets_before != 0 && keys.channel_sets(context.domain) == 0) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    note_key_change(context, context.domain, version);
    if (moves) note_key_change(context, context.domain, source_version);
    note_key_set(context, context.domain);
    return {answer.take(), apdu::Sw::Ok};
}

apdu::Response delete_keys(Context& context, std::optional<std::uint8_t> id,
                           std::optional<std::uint8_t> version) {
    auto& keys = context.card.keys;
    const auto sets_before = keys.channel_sets(context.domain);
    bool found = false;
    for (const auto present : keys.versions(context.domain)) {
        if (version && *version != present) continue;
        auto set = *keys.read(context.domain, present);
        if (id && set.find(*id) == nullptr) continue;
        if (id) {
            set.erase(*id);
        } else {
            set.keys.clear();
        }
        keys.write(context.domain, set);
        note_key_change(context, context.domain, present);
        found = true;
    }
    if (!found) return apdu::Sw::ReferencedDataNotFound;
    if (sets_before != 0 && keys.channel_sets(context.domain) == 0) {
        context.session.last_answer = false;
        return apdu::Sw::ConditionsNotSatisfied;
    }
    return {base::Bytes{0x00}, apdu::Sw::Ok};
}

}  // namespace domain
