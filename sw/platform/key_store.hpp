/// \file key_store.hpp
/// The key sets of a platform: wrapped under the master key, in generations that only go up.
///
/// A set is `pending` from when it was drawn until a card has opened with it, `active` then, and
/// `retired` once a later one is active: its keys are erased, its check values stay.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/database.hpp"
#include "platform/key_set.hpp"
#include "platform/source.hpp"

namespace platform {

/// Which domain of which card: both as hexadecimal text.
struct Place {
    std::string card{};
    std::string domain{};

    friend auto operator<=>(const Place&, const Place&) = default;
};

/// When a set must be replaced; 0: never.
struct Lifetime {
    Seconds seconds = 0;
    long long uses = 0;  ///< channels opened with it
};

struct StoredSet {
    long long generation = 0;
    bool active = false;
    KeySet set{};
};

/// All calls are inside a transaction of the caller. Throws Refusal where a rule forbids it, and
/// when a row is not what this store wrote.
class KeyStore {
public:
    KeyStore(const reader::ScpKey& master, Random random, Clock clock);

    /// Keeps a new pending set; its generation.
    long long add(soci::session& sql, const Place& place, const KeySet& set,
                  const Lifetime& lifetime = {}) const;
    /// All that may be on the card, latest first: what is pending, and what is active.
    [[nodiscard]] std::vector<StoredSet> usable(soci::session& sql, const Place& place) const;
    /// The card has opened with this one: earlier ones are erased. Refuses one that is not later
    /// than the active set: keys never go back.
    void activate(soci::session& sql, const Place& place, long long generation) const;
    /// Erases all of a place: somebody else has it now.
    void give_up(soci::session& sql, const Place& place) const;

    /// A channel was opened with the active set.
    void count_use(soci::session& sql, const Place& place) const;
    /// The active set must be replaced at the next chance.
    void force(soci::session& sql, const Place& place) const;
    /// Whether it must be: expired, used up or forced.
    [[nodiscard]] bool is_due(soci::session& sql, const Place& place) const;
    /// The places of a card whose active set must be replaced.
    [[nodiscard]] std::vector<Place> due(soci::session& sql, const std::string& card) const;
    /// Check values of the active set; empty when there is none.
    [[nodiscard]] std::string active_checks(soci::session& sql, const Place& place) const;

    /// Masters and transport keys, by name. Refuses a name that is taken.
    void keep(soci::session& sql, const std::string& name, reader::KeyType type,
              const reader::ScpKey& key) const;
    [[nodiscard]] bool has(soci::session& sql, const std::string& name) const;
    /// Throws Refusal when there is none.
    [[nodiscard]] reader::ScpKey named(soci::session& sql, const std::string& name) const;

    [[nodiscard]] const Random& random() const noexcept { return random_; }

private:
    reader::ScpKey master_;
    Random random_;
    Clock clock_;
};

}  // namespace platform
