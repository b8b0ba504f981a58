#include "apdu/tlv.hpp"
#include "domain/bytes_io.hpp"
#include "domain/content.hpp"
#include "domain/install_fields.hpp"
#include "domain/tokens.hpp"

namespace domain {

namespace {

constexpr apdu::Tag AcceptsTag = 0x82;   // extradition to this domain
constexpr apdu::Tag ReleasesTag = 0x87;  // extradition away from it
constexpr apdu::Tag RestrictTag = 0xD9;
constexpr apdu::Tag ImplicitTag = 0xCF;
constexpr apdu::Tag SystemParametersTag = 0xEF;

constexpr auto RestrictionObject = object_id(ObjectKind::Card, IssuerSlot, 1);

/// Whether the parameters of `domain` let the requester do what the tag is about.
bool agrees(const Context& context, const Entry& domain, apdu::Tag tag) {
    constexpr std::uint8_t AncestorWithManagement = 0x80;
    constexpr std::uint8_t Issuer = 0x20;
    const auto value = apdu::find(domain.parameters, tag);
    if (domain.slot == IssuerSlot || !value || value->empty()) return true;
    const auto who = (*value)[0];
    if ((who & Issuer) != 0 && context.is_issuer()) return true;
    if ((who & AncestorWithManagement) != 0 &&
        context.card.registry.is_ancestor(context.domain, domain) &&
        context.has(Privilege::AuthorizedManagement)) {
        return true;
    }
    return (who & ~(Issuer | AncestorWithManagement)) != 0 && domain.slot == context.domain;
}

/// Why `entry` may not go to `target`, or 9000.
apdu::StatusWord may_move(const Context& context, const Entry& entry, const Entry& target) {
    const auto& registry = context.card.registry;
    const auto* present = registry.at(entry.domain);
    const bool to_itself = target.slot == entry.slot;
    const bool circle = !to_itself && registry.is_ancestor(entry.slot, target);
    const bool to_verifier =
        entry.kind == Entry::Kind::LoadFile && target.privileges.has(Privilege::DapVerification);
    if (entry.slot == IssuerSlot || present == nullptr || circle || to_verifier ||
        !may_own(target) || !in_reach(context, entry.domain)) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    if (!agrees(context, *present, ReleasesTag) || !agrees(context, target, AcceptsTag)) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    return apdu::Sw::Ok;
}

/// A domain named in the first field.
struct Target {
    const Entry* entry = nullptr;
    apdu::StatusWord sw = apdu::Sw::Ok;
};
Target find_target(const Context& context, base::ByteView name) {
    const auto aid = Aid::from(name);
    if (!aid) return {nullptr, apdu::Sw::WrongData};
    const auto* entry = context.card.registry.find(*aid);
    if (entry == nullptr) return {nullptr, apdu::Sw::ReferencedDataNotFound};
    if (entry->kind != Entry::Kind::Domain) return {nullptr, apdu::Sw::WrongData};
    return {entry, apdu::Sw::Ok};
}

}  // namespace

std::optional<InstallFields> read_install_fields(base::ByteView data) {
    ByteReader in{data};
    InstallFields fields;
    fields.first = in.short_run();
    fields.second = in.short_run();
    fields.third = in.short_run();
    fields.privileges = in.short_run();
    fields.parameters = in.ber_run();
    fields.before_token = data.first(data.size() - in.rest().size());
    fields.token = in.ber_run();
    return in.done() ? std::optional{fields} : std::nullopt;
}

std::optional<InstallFields> read_load_fields(base::ByteView data) {
    ByteReader in{data};
    InstallFields fields;
    fields.first = in.short_run();
    fields.second = in.short_run();
    fields.third = in.short_run();
    fields.parameters = in.ber_run();
    fields.before_token = data.first(data.size() - in.rest().size());
    fields.token = in.ber_run();
    return in.done() ? std::optional{fields} : std::nullopt;
}

std::uint8_t restrictions(Card& card) {
    const auto bits = card.ledger.read(RestrictionObject);
    return bits && !bits->empty() ? bits->front() : std::uint8_t{0};
}

void restrict(Card& card, std::uint8_t kinds) {
    card.ledger.write(RestrictionObject,
                      base::Bytes{static_cast<std::uint8_t>(restrictions(card) | kinds)});
}

apdu::Response extradite(Context& context, const apdu::Command& command, const InstallFields& in) {
    const auto target = find_target(context, in.first);
    if (target.entry == nullptr) return target.sw;
    const auto aid = Aid::from(in.third);
    if (!aid || !in.second.empty() || !in.privileges.empty()) return apdu::Sw::WrongData;
    const auto* found = context.card.registry.find(*aid);
    if (found == nullptr) return apdu::Sw::ReferencedDataNotFound;
    const auto movable = may_move(context, *found, *target.entry);
    if (movable != apdu::Sw::Ok) return movable;
    const auto allowed = check_token(context, command, in.before_token, in.token);
    if (allowed != apdu::Sw::Ok) return allowed;

    auto entry = *found;
    const auto target_aid = target.entry->aid;
    const auto present_aid = context.card.registry.at(entry.domain)->aid;
    entry.domain = target.entry->slot;
    context.card.registry.put(entry);
    return {confirmation(context, authority(context) == Authority::Delegated,
                         {present_aid, *aid, target_aid}),
            apdu::Sw::Ok};
}

apdu::Response update_registry(Context& context, const apdu::Command& command,
                               const InstallFields& in) {
    const auto system = apdu::find(in.parameters, SystemParametersTag);
    const auto restricted = system ? apdu::find(*system, RestrictTag) : std::nullopt;
    const auto implicit = system ? apdu::find(*system, ImplicitTag) : std::nullopt;
    const auto selected_for = implicit.value_or(base::ByteView{});
    if (!in.second.empty() || (restricted && restricted->size() != 1)) {
        return apdu::Sw::WrongData;
    }
    if (in.third.empty()) {  // the OPEN itself
        if (!restricted || !in.first.empty() || !in.privileges.empty()) {
            return apdu::Sw::WrongData;
        }
        if (!context.is_issuer()) return apdu::Sw::ConditionsNotSatisfied;
        const auto allowed = check_token(context, command, in.before_token, in.token);
        if (allowed != apdu::Sw::Ok) return allowed;
        restrict(context.card, (*restricted)[0]);
        return {base::Bytes{0x00}, apdu::Sw::Ok};
    }
    const auto aid = Aid::from(in.third);
    if (!aid || restricted) return apdu::Sw::WrongData;
    const auto* found = context.card.registry.find(*aid);
    if (found == nullptr || found->kind == Entry::Kind::LoadFile) {
        return apdu::Sw::ReferencedDataNotFound;
    }
    auto entry = *found;
    if (entry.slot == IssuerSlot || entry.slot == context.domain ||
        !in_reach(context, entry.domain)) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    if (!in.first.empty()) {
        const auto target = find_target(context, in.first);
        if (target.entry == nullptr) return target.sw;
        const auto movable = may_move(context, entry, *target.entry);
        if (movable != apdu::Sw::Ok) return movable;
        entry.domain = target.entry->slot;
    }
    if (!in.privileges.empty()) {
        const auto privileges = Privileges::from(in.privileges);
        const bool same_kind = privileges && privileges->has(Privilege::SecurityDomain) ==
                                                 entry.privileges.has(Privilege::SecurityDomain);
        if (!same_kind || privileges->has(Privilege::FinalApplication) ||
            privileges->has(Privilege::CardReset) != entry.privileges.has(Privilege::CardReset)) {
            return apdu::Sw::WrongData;
        }
        entry.privileges = *privileges;
    }
    if (implicit) entry.implicit.assign(selected_for.begin(), selected_for.end());
    const auto allowed = check_token(context, command, in.before_token, in.token);
    if (allowed != apdu::Sw::Ok) return allowed;
    context.card.registry.put(entry);
    return {confirmation(context, authority(context) == Authority::Delegated, {*aid}),
            apdu::Sw::Ok};
}

}  // namespace domain
