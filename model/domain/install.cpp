#include <algorithm>
#include <utility>

#include "apdu/tlv.hpp"
#include "domain/bytes_io.hpp"
#include "domain/content.hpp"
#include "domain/install_fields.hpp"
#include "domain/tokens.hpp"

namespace domain {

namespace {

struct Variant {
    static constexpr std::uint8_t ForLoad = 0x02;
    static constexpr std::uint8_t ForInstall = 0x04;
    static constexpr std::uint8_t MakeSelectable = 0x08;
    static constexpr std::uint8_t InstallAndMakeSelectable = 0x0C;
    static constexpr std::uint8_t LoadInstallAndMakeSelectable = 0x0E;
    static constexpr std::uint8_t Extradition = 0x10;
    static constexpr std::uint8_t Personalization = 0x20;
    static constexpr std::uint8_t RegistryUpdate = 0x40;
};

constexpr apdu::Tag ApplicationParametersTag = 0xC9;
constexpr apdu::Tag SystemParametersTag = 0xEF;
constexpr apdu::Tag CodeSizeTag = 0xC6;
constexpr apdu::Tag ImplicitTag = 0xCF;

std::size_t number(base::ByteView bytes) {
    std::size_t value = 0;
    for (const auto byte : bytes) value = value << 8 | byte;
    return value;
}

/// The value of a tag inside EF.
std::optional<base::ByteView> system_parameter(base::ByteView parameters, apdu::Tag tag) {
    const auto system = apdu::find(parameters, SystemParametersTag);
    return system ? apdu::find(*system, tag) : std::nullopt;
}

/// Card Reset has one holder at a time; the issuer's domain has it when nobody else does.
apdu::StatusWord take_card_reset(Context& context, const Privileges& wanted) {
    if (wanted.has(Privilege::FinalApplication)) return apdu::Sw::WrongData;
    if (!wanted.has(Privilege::CardReset)) return apdu::Sw::Ok;
    auto issuer = context.card.registry.issuer();
    if (!issuer.privileges.has(Privilege::CardReset)) return apdu::Sw::ConditionsNotSatisfied;
    issuer.privileges = issuer.privileges.without(Privilege::CardReset);
    context.card.registry.put(issuer);
    return apdu::Sw::Ok;
}

apdu::Response for_load(Context& context, const apdu::Command& command, const InstallFields& in) {
    const auto aid = Aid::from(in.first);
    const bool hash_fits = in.third.empty() || in.third.size() == 20 || in.third.size() == 32 ||
                           in.third.size() == 48 || in.third.size() == 64;
    if (!aid || !hash_fits) return apdu::Sw::WrongData;

    auto& registry = context.card.registry;
    const auto domain_aid = Aid::from(in.second);
    if (!in.second.empty() && !domain_aid) return apdu::Sw::WrongData;
    const auto* domain = domain_aid ? registry.find(*domain_aid) : &context.self();
    if (domain == nullptr) return apdu::Sw::ReferencedDataNotFound;
    if (domain->kind != Entry::Kind::Domain) return apdu::Sw::WrongData;
    if (registry.find(*aid) != nullptr || !may_own(*domain) || !in_reach(context, domain->slot)) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    const bool delegated = authority(context) == Authority::Delegated;
    const bool mandated =
        std::any_of(registry.entries().begin(), registry.entries().end(),
                    [](const auto& entry) { return entry.privileges.has(Privilege::MandatedDap); });
    const bool needs_hash =
        delegated || mandated || domain->privileges.has(Privilege::DapVerification);
    if (needs_hash && in.third.empty()) return apdu::Sw::WrongData;

    const auto allowed = check_token(context, command, in.before_token, in.token);
    if (allowed != apdu::Sw::Ok) return allowed;
    const auto size = system_parameter(in.parameters, CodeSizeTag);
    if (size && number(*size) > context.card.ledger.free_bytes()) {
        return apdu::Sw::NotEnoughMemory;
    }
    Load load;
    load.load_file = *aid;
    load.domain = domain->slot;
    load.hash.assign(in.third.begin(), in.third.end());
    load.delegated = delegated;
    context.session.load = std::move(load);
    return {base::Bytes{0x00}, apdu::Sw::Ok};
}

apdu::Response for_install(Context& context, const apdu::Command& command,
                           const InstallFields& in) {
    const auto file_aid = Aid::from(in.first);
    const auto module = Aid::from(in.second);
    const auto aid = Aid::from(in.third);
    const auto privileges = Privileges::from(in.privileges);
    const auto own = apdu::find(in.parameters, ApplicationParametersTag);
    if (!file_aid || !module || !aid || !privileges || !own) return apdu::Sw::WrongData;

    auto& card = context.card;
    const auto* file = card.registry.find(*file_aid);
    if (file == nullptr || file->kind != Entry::Kind::LoadFile ||
        std::find(file->modules.begin(), file->modules.end(), *module) == file->modules.end()) {
        return apdu::Sw::ReferencedDataNotFound;
    }
    const bool is_domain = privileges->has(Privilege::SecurityDomain);
    if (is_domain != is_domain_module(*module) || (is_domain && !apdu::read_all(*own))) {
        return apdu::Sw::WrongData;
    }
    // An application belongs to its load file's domain; what the issuer's load files are for, all
    // may use.
    const Slot owner = file->domain == IssuerSlot ? context.domain : file->domain;
    const auto* domain = card.registry.at(owner);
    if (card.registry.find(*aid) != nullptr || domain == nullptr || !may_own(*domain) ||
        !in_reach(context, owner)) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    const auto allowed = check_token(context, command, in.before_token, in.token);
    if (allowed != apdu::Sw::Ok) return allowed;

    Entry entry;
    entry.slot = card.registry.free_slot();
    if (entry.slot == NoSlot) return apdu::Sw::NotEnoughMemory;
    entry.kind = is_domain ? Entry::Kind::Domain : Entry::Kind::Application;
    entry.aid = *aid;
    entry.state = command.p1 == Variant::ForInstall ? State::Installed : State::Selectable;
    entry.privileges = *privileges;
    entry.domain = owner;
    entry.load_file = file->slot;
    entry.module = *module;
    entry.parameters.assign(own->begin(), own->end());
    if (const auto implicit = system_parameter(in.parameters, ImplicitTag)) {
        entry.implicit.assign(implicit->begin(), implicit->end());
    }
    const auto file_name = file->aid;
    const auto file_slot = file->slot;
    const auto reset = take_card_reset(context, *privileges);
    if (reset != apdu::Sw::Ok) return reset;
    card.registry.put(entry);
    if (!is_domain) {
        card.ledger.open();
        const auto bytes = card.ledger.read(object_id(ObjectKind::LoadFile, file_slot));
        const auto sw = card.applications->make({entry.slot, file_name, *module, *aid, *privileges},
                                                bytes.value_or(base::Bytes{}), *own, context.work);
        if (sw != apdu::Sw::Ok) return sw;
    }
    return {confirmation(context, authority(context) == Authority::Delegated, {file_name, *aid}),
            apdu::Sw::Ok};
}

apdu::Response make_selectable(Context& context, const apdu::Command& command,
                               const InstallFields& in) {
    const auto aid = Aid::from(in.third);
    if (!aid) return apdu::Sw::WrongData;
    const auto* found = context.card.registry.find(*aid);
    if (found == nullptr || found->kind == Entry::Kind::LoadFile) {
        return apdu::Sw::ReferencedDataNotFound;
    }
    if (found->state != State::Installed || !in_reach(context, found->domain)) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    const auto allowed = check_token(context, command, in.before_token, in.token);
    if (allowed != apdu::Sw::Ok) return allowed;
    auto entry = *found;
    entry.state = State::Selectable;
    context.card.registry.put(entry);
    return {confirmation(context, authority(context) == Authority::Delegated, {*aid}),
            apdu::Sw::Ok};
}

/// Keys may come this way only as long as the domain has none of its own: afterwards its owner
/// alone changes them.
apdu::Response for_personalization(Context& context, const InstallFields& in) {
    const auto aid = Aid::from(in.third);
    if (!aid || !in.first.empty() || !in.second.empty() || !in.privileges.empty() ||
        !in.parameters.empty() || !in.token.empty()) {
        return apdu::Sw::WrongData;
    }
    const auto* found = context.card.registry.find(*aid);
    if (found == nullptr || found->kind == Entry::Kind::LoadFile) {
        return apdu::Sw::ReferencedDataNotFound;
    }
    const bool closed =
        found->kind == Entry::Kind::Domain &&
        (found->state != State::Selectable || context.card.keys.channel_sets(found->slot) != 0);
    if (!context.owns(*found) || found->locked() || closed) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    context.session.personalise = found->slot;
    return {base::Bytes{0x00}, apdu::Sw::Ok};
}

/// The file comes by LOAD, then the application by INSTALL with the same P1; each is kept by
/// itself.
apdu::Response begin_combined(Context& context, const apdu::Command& command,
                              const InstallFields& in) {
    auto response = for_load(context, command, in);
    if (response.ok()) context.session.load->combined = true;
    return response;
}

std::uint8_t kind_of(std::uint8_t p1) {
    switch (p1) {
        case Variant::ForLoad:
            return Restriction::Load;
        case Variant::LoadInstallAndMakeSelectable:
            return Restriction::Load | Restriction::Install;
        case Variant::MakeSelectable:
            return Restriction::MakeSelectable;
        case Variant::Extradition:
            return Restriction::Extradition;
        case Variant::Personalization:
            return Restriction::Personalization;
        case Variant::RegistryUpdate:
            return Restriction::RegistryUpdate;
        default:
            return Restriction::Install;
    }
}

}  // namespace

bool is_domain_module(const Aid& module) {
    static constexpr std::array<std::uint8_t, 8> Present{0xA0, 0x00, 0x00, 0x01,
                                                         0x51, 0x53, 0x50, 0x41};
    static constexpr std::array<std::uint8_t, 8> Old{0xA0, 0x00, 0x00, 0x00,
                                                     0x03, 0x53, 0x50, 0x41};
    const auto is = [&](const auto& name) {
        return std::equal(name.begin(), name.end(), module.bytes().begin(), module.bytes().end());
    };
    return is(Present) || is(Old);
}

bool may_own(const Entry& domain) noexcept {
    return domain.kind == Entry::Kind::Domain &&
           (domain.slot == IssuerSlot || domain.state == State::Personalized);
}

apdu::Response install(Context& context, const apdu::Command& command) {
    constexpr std::uint8_t First = 0x01;
    constexpr std::uint8_t Last = 0x03;
    const auto under_way = std::exchange(context.session.load, std::nullopt);
    const bool combined = command.p1 == Variant::LoadInstallAndMakeSelectable;
    const bool known_p2 = combined ? command.p2 == First || command.p2 == Last : command.p2 == 0;
    if (!known_p2) return apdu::Sw::WrongP1P2;
    switch (command.p1) {
        case Variant::ForLoad:
        case Variant::ForInstall:
        case Variant::MakeSelectable:
        case Variant::InstallAndMakeSelectable:
        case Variant::LoadInstallAndMakeSelectable:
        case Variant::Extradition:
        case Variant::Personalization:
        case Variant::RegistryUpdate:
            break;
        default:
            return apdu::Sw::WrongP1P2;
    }
    if ((restrictions(context.card) & kind_of(command.p1)) != 0) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    const bool loads = command.p1 == Variant::ForLoad || (combined && command.p2 == First);
    auto fields = loads ? read_load_fields(command.data) : read_install_fields(command.data);
    if (!fields) return apdu::Sw::WrongData;
    if (combined && loads) return begin_combined(context, command, *fields);
    if (combined) {
        if (!under_way || !under_way->loaded) return apdu::Sw::ConditionsNotSatisfied;
        if (fields->first.empty()) fields->first = under_way->load_file.bytes();
        if (Aid::from(fields->first) != under_way->load_file) return apdu::Sw::WrongData;
    }
    switch (command.p1) {
        case Variant::ForLoad:
            return for_load(context, command, *fields);
        case Variant::MakeSelectable:
            return make_selectable(context, command, *fields);
        case Variant::Extradition:
            return extradite(context, command, *fields);
        case Variant::Personalization:
            return for_personalization(context, *fields);
        case Variant::RegistryUpdate:
            return update_registry(context, command, *fields);
        default:
            return for_install(context, command, *fields);
    }
}

}  // namespace domain
