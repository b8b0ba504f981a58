#include "domain/status.hpp"

namespace domain {

namespace {

constexpr std::uint8_t CardOrIssuer = 0x80;
constexpr std::uint8_t Application = 0x40;
constexpr std::uint8_t DomainAndApplications = 0x60;

bool is_card_state(std::uint8_t state) {
    return state == State::OpReady || state == State::Initialized || state == State::Secured ||
           state == State::CardLocked || state == State::Terminated;
}

apdu::Response set_card_state(Context& context, std::uint8_t next) {
    if (!is_card_state(next)) return apdu::Sw::WrongData;
    const auto present = context.card.registry.issuer().state;
    bool allowed = false;
    switch (next) {
        case State::Terminated:
            allowed = context.has(Privilege::CardTerminate);
            break;
        case State::CardLocked:
            allowed = present == State::Secured && context.has(Privilege::CardLock);
            break;
        case State::Secured:
            allowed = present == State::CardLocked ? context.has(Privilege::CardLock)
                                                   : context.is_issuer() && present < next;
            break;
        default:
            allowed = context.is_issuer() && present < next;
    }
    if (!allowed) return apdu::Sw::ConditionsNotSatisfied;
    auto issuer = context.card.registry.issuer();
    issuer.state = next;
    context.card.registry.put(issuer);
    return apdu::Sw::Ok;
}

bool may_lock(const Context& context, const Entry& entry) {
    return context.owns(entry) ||
           (context.has(Privilege::GlobalLock) && entry.slot != context.domain);
}

/// The domain's own life cycle: it says itself when it has its keys and data.
apdu::Response set_own_state(Context& context, std::uint8_t next) {
    auto self = context.self();
    if (context.is_issuer() || next != State::Personalized || self.state != State::Selectable ||
        context.card.keys.channel_sets(context.domain) == 0) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    self.state = next;
    context.card.registry.put(self);
    return apdu::Sw::Ok;
}

/// Only b8 counts.
Entry locked(Entry entry, std::uint8_t next) {
    entry.state =
        static_cast<std::uint8_t>((entry.state & ~State::Locked) | (next & State::Locked));
    return entry;
}

}  // namespace

bool may_become(std::uint8_t present, std::uint8_t next) noexcept {
    constexpr std::uint8_t SpecificMask = 0x87;
    const auto was = static_cast<std::uint8_t>(present & ~State::Locked);
    if (next == State::Selectable) return was == State::Installed;
    return (next & SpecificMask) == State::Selectable && was >= State::Selectable && next != was;
}

apdu::Response set_status(Context& context, const apdu::Command& command) {
    const auto aid = Aid::from(command.data);
    const auto& registry = context.card.registry;
    if (command.p1 == CardOrIssuer) {
        if (!command.data.empty() && !(aid && *aid == registry.issuer().aid)) {
            return apdu::Sw::ReferencedDataNotFound;
        }
        return set_card_state(context, command.p2);
    }
    if (command.p1 != Application && command.p1 != DomainAndApplications) {
        return apdu::Sw::WrongP1P2;
    }
    if (context.card_locked()) return apdu::Sw::ConditionsNotSatisfied;
    if (!aid) return apdu::Sw::WrongData;
    const auto* found = registry.find(*aid);
    if (found == nullptr || found->kind == Entry::Kind::LoadFile) {
        return apdu::Sw::ReferencedDataNotFound;
    }
    if (found->slot == context.domain) return set_own_state(context, command.p2);
    if (found->slot == IssuerSlot || !may_lock(context, *found)) {
        return apdu::Sw::ConditionsNotSatisfied;
    }
    const bool lock = (command.p2 & State::Locked) != 0;
    if (lock == found->locked()) return apdu::Sw::ConditionsNotSatisfied;

    const Entry target = *found;
    const bool all = command.p1 == DomainAndApplications;
    if (all && target.kind != Entry::Kind::Domain) return apdu::Sw::WrongData;
    context.card.registry.put(locked(target, command.p2));
    if (all) {
        const auto entries = registry.entries();
        for (const auto& entry : entries) {
            if (entry.domain == target.slot && entry.slot != target.slot &&
                entry.kind != Entry::Kind::LoadFile) {
                context.card.registry.put(locked(entry, command.p2));
            }
        }
    }
    return apdu::Sw::Ok;
}

}  // namespace domain
