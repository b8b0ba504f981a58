#include <algorithm>

#include "apdu/tlv.hpp"
#include "domain/content.hpp"
#include "domain/key_data.hpp"
#include "domain/tokens.hpp"

namespace domain {

namespace {

constexpr std::uint8_t ObjectOnly = 0x00;
constexpr std::uint8_t ObjectAndRelated = 0x80;

constexpr apdu::Tag AidTag = 0x4F;
constexpr apdu::Tag KeyIdTag = 0xD0;
constexpr apdu::Tag KeyVersionTag = 0xD2;
constexpr apdu::Tag TokenTag = 0x9E;

bool reaches(const Context& context, const Entry& entry) {
    if (context.has(Privilege::GlobalDelete)) return true;
    return entry.slot != context.domain && in_reach(context, entry.domain);
}

/// Nothing hangs on it, and nobody is using it.
bool is_free(const Context& context, const Entry& entry) {
    const auto& entries = context.card.registry.entries();
    const bool has_members = std::any_of(entries.begin(), entries.end(), [&](const auto& other) {
        return other.slot != entry.slot && other.domain == entry.slot;
    });
    return entry.slot != IssuerSlot && entry.slot != context.domain && !has_members &&
           !context.card.applications->in_use(entry.slot);
}

void erase(Context& context, const Entry& entry) {
    auto& card = context.card;
    switch (entry.kind) {
        case Entry::Kind::Application: {
            const auto* file = card.registry.at(entry.load_file);
            card.ledger.open();
            card.applications->remove({entry.slot, file == nullptr ? Aid{} : file->aid,
                                       entry.module, entry.aid, entry.privileges},
                                      context.work);
            break;
        }
        case Entry::Kind::Domain:
            card.keys.erase_all(entry.slot);
            card.ledger.erase(object_id(ObjectKind::Data, entry.slot));
            break;
        case Entry::Kind::LoadFile:
            card.ledger.erase(object_id(ObjectKind::LoadFile, entry.slot));
            break;
    }
    if (entry.slot != IssuerSlot && entry.privileges.has(Privilege::CardReset)) {
        auto issuer = card.registry.issuer();
        issuer.privileges = issuer.privileges.with(Privilege::CardReset);
        card.registry.put(issuer);
    }
    card.registry.erase(entry.slot);
}

/// A load file and, if asked for, what was made from it.
apdu::StatusWord delete_file(Context& context, const Entry& file, bool related) {
    std::vector<Entry> instances;
    for (const auto& entry : context.card.registry.entries()) {
        if (entry.kind != Entry::Kind::LoadFile && entry.load_file == file.slot) {
            instances.push_back(entry);
        }
    }
    const bool all_free = std::all_of(instances.begin(), instances.end(), [&](const auto& entry) {
        return reaches(context, entry) && is_free(context, entry);
    });
    // Without it there would be no way to make another domain, and no way to load it again.
    const bool needed = std::any_of(file.modules.begin(), file.modules.end(), is_domain_module);
    if (needed || !all_free || (!related && !instances.empty())) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    for (const auto& entry : instances) erase(context, entry);
    erase(context, file);
    return apdu::Sw::Ok;
}

apdu::Response delete_object(Context& context, const apdu::Command& command, base::ByteView name) {
    const auto aid = Aid::from(name);
    if (!aid) return apdu::Sw::WrongData;
    const auto* found = context.card.registry.find(*aid);
    if (found == nullptr) return apdu::Sw::ReferencedDataNotFound;
    const Entry entry = *found;
    if (!reaches(context, entry)) return apdu::Sw::ConditionsNotSatisfied;

    apdu::TlvReader reader{command.data};
    base::ByteView token;
    std::size_t signed_bytes = command.data.size();
    for (auto left = reader.rest().size(); const auto tlv = reader.next();
         left = reader.rest().size()) {
        if (tlv->tag != TokenTag) continue;
        token = tlv->value;
        signed_bytes = command.data.size() - left;
    }
    if (authority(context) != Authority::None || !context.has(Privilege::GlobalDelete)) {
        const auto allowed =
            check_token(context, command, base::ByteView{command.data}.first(signed_bytes), token);
        if (allowed != apdu::Sw::Ok) return allowed;
    }
    if (entry.kind == Entry::Kind::LoadFile) {
        const auto sw = delete_file(context, entry, command.p2 == ObjectAndRelated);
        if (sw != apdu::Sw::Ok) return sw;
    } else if (is_free(context, entry)) {
        erase(context, entry);
    } else {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    return {confirmation(context, authority(context) == Authority::Delegated, {*aid}),
            apdu::Sw::Ok};
}

}  // namespace

apdu::Response delete_content(Context& context, const apdu::Command& command) {
    if (command.p1 != 0 || (command.p2 != ObjectOnly && command.p2 != ObjectAndRelated)) {
        return apdu::Sw::WrongP1P2;
    }
    if ((restrictions(context.card) & Restriction::Delete) != 0) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    const auto objects = apdu::read_all(command.data);
    if (!objects || objects->empty()) return apdu::Sw::WrongData;
    if (const auto name = apdu::find(command.data, AidTag)) {
        return delete_object(context, command, *name);
    }
    const auto number = [&](apdu::Tag tag) -> std::optional<std::uint8_t> {
        const auto value = apdu::find(command.data, tag);
        return value && value->size() == 1 ? std::optional{(*value)[0]} : std::nullopt;
    };
    const auto id = number(KeyIdTag);
    const auto version = number(KeyVersionTag);
    if (!id && !version) return apdu::Sw::WrongData;
    return delete_keys(context, id, version);
}

}  // namespace domain
