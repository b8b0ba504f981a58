/// \file context.hpp
/// What a command of a security domain works on.
#pragma once

#include "domain/applications.hpp"
#include "domain/engine.hpp"
#include "domain/keys.hpp"
#include "domain/ledger.hpp"
#include "domain/random.hpp"
#include "domain/registry.hpp"
#include "domain/session.hpp"

namespace domain {

/// One card's: everything that the commands of all its domains share.
struct Card {
    Ledger ledger;
    Registry registry;
    Keys keys;
    Random random;
    Applications* applications;

    Card(store::Objects& objects, Applications& applications_of, const Random& random_of)
        : ledger{objects},
          registry{ledger},
          keys{ledger},
          random{random_of},
          applications{&applications_of} {}
    Card(const Card&) = delete;
    Card& operator=(const Card&) = delete;
};

/// One command's.
struct Context {
    Card& card;
    SessionState& session;
    Slot domain;         ///< the security domain that runs it
    base::ByteView aid;  ///< what was selected: the domain, or an application of its
    Engine& engine;
    store::Work& work;

    [[nodiscard]] const Entry& self() const { return *card.registry.at(domain); }
    [[nodiscard]] bool is_issuer() const noexcept { return domain == IssuerSlot; }
    [[nodiscard]] bool has(Privilege privilege) const { return self().privileges.has(privilege); }
    /// Whether `entry` is associated with this domain, itself not counted.
    [[nodiscard]] bool owns(const Entry& entry) const noexcept {
        return entry.domain == domain && entry.slot != domain;
    }
    [[nodiscard]] bool card_locked() const {
        return card.registry.issuer().state == State::CardLocked;
    }
};

}  // namespace domain
