#include <algorithm>

#include "apdu/tlv.hpp"
#include "domain/bytes_io.hpp"
#include "domain/content.hpp"
#include "domain/tokens.hpp"

namespace domain {

namespace {

constexpr std::uint8_t More = 0x00;
constexpr std::uint8_t Last = 0x80;

constexpr apdu::Tag DapTag = 0xE2;
constexpr apdu::Tag DapDomainTag = 0x4F;
constexpr apdu::Tag SignatureTag = 0xC3;
constexpr apdu::Tag BlockTag = 0xC4;
constexpr apdu::Tag IcvTag = 0xD3;
constexpr apdu::Tag CipheredBlockTag = 0xD4;

/// A load file as a whole: patterns first, then the block; ciphered behind its ICV.
struct Parts {
    std::vector<apdu::Tlv> patterns{};
    std::optional<base::ByteView> icv{};
    base::ByteView block{};
};

std::optional<Parts> split(base::ByteView bytes) {
    Parts parts;
    apdu::TlvReader reader{bytes};
    while (const auto tlv = reader.next()) {
        if (tlv->tag == (parts.icv ? CipheredBlockTag : BlockTag)) {
            parts.block = tlv->value;
            if (!reader.rest().empty()) return std::nullopt;
            return parts;
        }
        if (parts.icv) return std::nullopt;
        if (tlv->tag == IcvTag) {
            parts.icv = tlv->value;
            continue;
        }
        if (tlv->tag != DapTag) return std::nullopt;
        parts.patterns.push_back(*tlv);
    }
    return std::nullopt;
}

/// The block in clear: CBC under the key of the load file's domain, padded with 80.
std::optional<base::Bytes> decipher(Context& context, const DomainKey& key, const Parts& parts) {
    const auto& component = key.components[0];
    const std::size_t size = component.type == KeyType::Aes ? 16 : 8;
    if (parts.icv->size() != size || parts.block.empty() || parts.block.size() % size != 0) {
        return std::nullopt;
    }
    base::Bytes clear;
    if (component.type == KeyType::Aes) {
        Engine::AesBlock icv{};
        std::copy(parts.icv->begin(), parts.icv->end(), icv.begin());
        clear = context.engine.aes_cbc_decrypt(component.value, icv, parts.block);
    } else {
        // des3_cbc_decrypt starts from zeros.
        clear = context.engine.des3_cbc_decrypt(component.value, parts.block);
        for (std::size_t i = 0; i < size; ++i) clear[i] ^= (*parts.icv)[i];
    }
    if (!unpad_80(clear)) return std::nullopt;
    return clear;
}

std::optional<Hash> hash_of_size(std::size_t size) {
    for (const auto hash : {Hash::Sha1, Hash::Sha256, Hash::Sha384, Hash::Sha512}) {
        if (hash_bytes(hash) == size) return hash;
    }
    return std::nullopt;
}

/// Every domain that must agree has signed the hash, and nobody's signature is wrong.
apdu::StatusWord check_patterns(Context& context, const Load& load,
                                const std::vector<apdu::Tlv>& patterns) {
    std::vector<Slot> signers;
    for (const auto& pattern : patterns) {
        const auto name = apdu::find(pattern.value, DapDomainTag);
        const auto signature = apdu::find(pattern.value, SignatureTag);
        const auto aid = name ? Aid::from(*name) : std::nullopt;
        const auto* signer = aid ? context.card.registry.find(*aid) : nullptr;
        if (signer == nullptr || !signature ||
            !signer->privileges.has(Privilege::DapVerification)) {
            return apdu::Sw::WrongData;
        }
        const auto key = dap_key(context.card, signer->slot);
        if (!key || !verify_signature(context.engine, *key, load.hash, *signature)) {
            return apdu::Sw::SecurityNotSatisfied;
        }
        signers.push_back(signer->slot);
    }
    for (const auto& entry : context.card.registry.entries()) {
        const bool required =
            entry.privileges.has(Privilege::MandatedDap) ||
            (entry.slot == load.domain && entry.privileges.has(Privilege::DapVerification));
        if (required && std::find(signers.begin(), signers.end(), entry.slot) == signers.end()) {
            return apdu::Sw::SecurityNotSatisfied;
        }
    }
    return apdu::Sw::Ok;
}

apdu::Response finish(Context& context, const Load& load) {
    auto parts = split(load.bytes);
    if (!parts) return apdu::Sw::WrongData;
    base::Bytes clear;
    if (parts->icv) {
        if (load.hash.empty()) return apdu::Sw::WrongData;
        const auto* domain = context.card.registry.at(load.domain);
        const auto key = load_file_key(context.card, load.domain);
        if (domain == nullptr || !domain->privileges.has(Privilege::CipheredLoadFile) || !key) {
            return apdu::Sw::ConditionsNotSatisfied;
        }
        auto block = decipher(context, *key, *parts);
        if (!block) return apdu::Sw::WrongData;
        clear = std::move(*block);
        parts->block = clear;
    }
    if (const auto hash = hash_of_size(load.hash.size())) {
        if (context.engine.hash(*hash, parts->block) != load.hash) return apdu::Sw::WrongData;
    }
    const auto signed_well = check_patterns(context, load, parts->patterns);
    if (signed_well != apdu::Sw::Ok) return signed_well;

    const auto block = read_load_file(parts->block);
    if (!block || (block->package && *block->package != load.load_file)) {
        return apdu::Sw::WrongData;
    }
    auto& card = context.card;
    for (const auto& module : block->modules) {
        if (!card.applications->knows(load.load_file, module, parts->block)) {
            return apdu::Sw::WrongData;
        }
    }
    const auto slot = card.registry.free_slot();
    if (slot == NoSlot || parts->block.size() > card.ledger.free_bytes()) {
        return apdu::Sw::NotEnoughMemory;
    }
    Entry entry;
    entry.slot = slot;
    entry.kind = Entry::Kind::LoadFile;
    entry.aid = load.load_file;
    entry.state = State::Loaded;
    entry.domain = load.domain;
    entry.modules = block->modules;
    entry.version = block->version;
    card.registry.put(entry);
    card.ledger.write(object_id(ObjectKind::LoadFile, slot), parts->block);
    return {
        confirmation(context, load.delegated, {load.load_file, card.registry.at(load.domain)->aid}),
        apdu::Sw::Ok};
}

}  // namespace

apdu::Response load(Context& context, const apdu::Command& command) {
    if (!context.session.load || context.session.load->loaded) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    Load load = std::move(*context.session.load);
    context.session.load.reset();  // given up unless this part is right

    if ((command.p1 != More && command.p1 != Last) || command.p2 != load.next_block) {
        return apdu::Sw::WrongP1P2;
    }
    if (command.data.empty()) return apdu::Sw::WrongData;
    if (load.bytes.size() + command.data.size() > context.card.ledger.free_bytes()) {
        return apdu::Sw::NotEnoughMemory;
    }
    load.bytes.insert(load.bytes.end(), command.data.begin(), command.data.end());
    if (command.p1 == Last) {
        auto response = finish(context, load);
        if (load.combined && response.ok()) {
            load.loaded = true;
            load.bytes.clear();
            context.session.load = std::move(load);
        }
        return response;
    }
    if (load.next_block == 0xFF) return apdu::Sw::WrongP1P2;  // there is no number for another
    ++load.next_block;
    context.session.load = std::move(load);
    return {base::Bytes{0x00}, apdu::Sw::Ok};
}

}  // namespace domain
