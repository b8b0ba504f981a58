#include "platform/key_store.hpp"

#include <fmt/format.h>

#include "platform/master_key.hpp"
#include "platform/refusal.hpp"

namespace platform {
namespace {

/// What a wrapped set is bound to.
std::string identity(const Place& place, long long generation, long long version, long long type) {
    return fmt::format("key-set/{}/{}/{}/{}/{}", place.card, place.domain, generation, version,
                       type);
}

[[noreturn]] void refuse_row(const Place& place) {
    throw Refusal{"key-store", fmt::format("the keys of domain {} of card {} are not as they were "
                                           "stored",
                                           place.domain, place.card)};
}

}  // namespace

KeyStore::KeyStore(const reader::ScpKey& master, Random random, Clock clock)
    : master_{master}, random_{std::move(random)}, clock_{std::move(clock)} {}

long long KeyStore::add(soci::session& sql, const Place& place, const KeySet& set,
                        const Lifetime& lifetime) const {
    long long generation = 0;
    sql << "SELECT COALESCE(MAX(generation), 0) FROM key_sets WHERE card = :c AND domain = :d",
        soci::into(generation), soci::use(place.card), soci::use(place.domain);
    ++generation;
    const long long version = set.version;
    const auto type = static_cast<long long>(set.type);
    base::Bytes plain = set.expose();
    const std::string wrapped =
        wrap(master_, plain, identity(place, generation, version, type), random_);
    base::wipe(plain);
    const std::string checks = check_values(set);
    const long long now = clock_();
    const long long expires = lifetime.seconds == 0 ? 0 : now + lifetime.seconds;
    sql << "INSERT INTO key_sets VALUES (:c, :d, :g, :v, :t, 'pending', :checks, :wrapped, :now, "
           ":expires, 0, :uses, 0)",
        soci::use(place.card), soci::use(place.domain), soci::use(generation), soci::use(version),
        soci::use(type), soci::use(checks), soci::use(wrapped), soci::use(now), soci::use(expires),
        soci::use(lifetime.uses);
    return generation;
}

std::vector<StoredSet> KeyStore::usable(soci::session& sql, const Place& place) const {
    std::vector<StoredSet> sets;
    const soci::rowset<soci::row> rows =
        (sql.prepare << "SELECT generation, version, type, state, wrapped FROM key_sets WHERE card "
                        "= :c AND domain = :d AND state <> 'retired' ORDER BY generation DESC",
         soci::use(place.card), soci::use(place.domain));
    for (const auto& row : rows) {
        long long generation = 0;
        long long version = 0;
        long long type = 0;
        std::string state;
        std::string wrapped;
        row >> generation >> version >> type >> state >> wrapped;
        auto plain = unwrap(master_, wrapped, identity(place, generation, version, type));
        if (!plain) refuse_row(place);
        sets.push_back({generation, state == "active",
                        KeySet::from(static_cast<std::uint8_t>(version),
                                     static_cast<reader::KeyType>(type), *plain)});
        base::wipe(*plain);
    }
    return sets;
}

void KeyStore::activate(soci::session& sql, const Place& place, long long generation) const {
    long long active = 0;
    sql << "SELECT COALESCE(MAX(generation), 0) FROM key_sets WHERE card = :c AND domain = :d AND "
           "state = 'active'",
        soci::into(active), soci::use(place.card), soci::use(place.domain);
    if (active == generation) return;
    if (generation < active)
        throw Refusal{"rollback", fmt::format("domain {} of card {} has keys of generation {}, "
                                              "never {} again",
                                              place.domain, place.card, active, generation)};
    sql << "UPDATE key_sets SET state = 'retired', wrapped = '' WHERE card = :c AND domain = :d "
           "AND generation < :g",
        soci::use(place.card), soci::use(place.domain), soci::use(generation);
    soci::statement change =
        (sql.prepare << "UPDATE key_sets SET state = 'active' WHERE card = :c AND domain = :d AND "
                        "generation = :g AND state = 'pending'",
         soci::use(place.card), soci::use(place.domain), soci::use(generation));
    change.execute(true);
    if (change.get_affected_rows() != 1) refuse_row(place);
}

void KeyStore::give_up(soci::session& sql, const Place& place) const {
    sql << "UPDATE key_sets SET state = 'retired', wrapped = '' WHERE card = :c AND domain = :d",
        soci::use(place.card), soci::use(place.domain);
}

void KeyStore::count_use(soci::session& sql, const Place& place) const {
    sql << "UPDATE key_sets SET uses = uses + 1 WHERE card = :c AND domain = :d AND state = "
           "'active'",
        soci::use(place.card), soci::use(place.domain);
}

void KeyStore::force(soci::session& sql, const Place& place) const {
    soci::statement change =
        (sql.prepare << "UPDATE key_sets SET forced = 1 WHERE card = :c AND domain = :d AND state "
                        "= 'active'",
         soci::use(place.card), soci::use(place.domain));
    change.execute(true);
    if (change.get_affected_rows() != 1)
        throw Refusal{"no-keys", fmt::format("there are no keys of domain {} of card {}",
                                             place.domain, place.card)};
}

bool KeyStore::is_due(soci::session& sql, const Place& place) const {
    for (const auto& one : due(sql, place.card))
        if (one == place) return true;
    return false;
}

std::vector<Place> KeyStore::due(soci::session& sql, const std::string& card) const {
    const long long now = clock_();
    const soci::rowset<std::string> rows =
        (sql.prepare << "SELECT domain FROM key_sets WHERE card = :c AND state = 'active' AND "
                        "(forced = 1 OR (expires > 0 AND expires <= :now) OR (most_uses > 0 AND "
                        "uses >= most_uses)) ORDER BY domain",
         soci::use(card), soci::use(now));
    std::vector<Place> places;
    for (const auto& domain : rows) places.push_back({card, domain});
    return places;
}

std::string KeyStore::active_checks(soci::session& sql, const Place& place) const {
    std::string checks;
    sql << "SELECT checks FROM key_sets WHERE card = :c AND domain = :d AND state = 'active'",
        soci::into(checks), soci::use(place.card), soci::use(place.domain);
    return checks;
}

bool KeyStore::has(soci::session& sql, const std::string& name) const {
    int there = 0;
    sql << "SELECT COUNT(*) FROM named_keys WHERE name = :n", soci::into(there), soci::use(name);
    return there != 0;
}

void KeyStore::keep(soci::session& sql, const std::string& name, reader::KeyType type,
                    const reader::ScpKey& key) const {
    if (has(sql, name))
        throw Refusal{"named-key", fmt::format("there is a key named {} already", name)};
    const std::string wrapped = wrap(master_, key.expose(), "named-key/" + name, random_);
    const std::string check = check_value(type, key);
    const auto number = static_cast<long long>(type);
    const long long now = clock_();
    sql << "INSERT INTO named_keys VALUES (:n, :t, :check, :wrapped, :now)", soci::use(name),
        soci::use(number), soci::use(check), soci::use(wrapped), soci::use(now);
}

reader::ScpKey KeyStore::named(soci::session& sql, const std::string& name) const {
    std::string wrapped;
    sql << "SELECT wrapped FROM named_keys WHERE name = :n", soci::into(wrapped), soci::use(name);
    if (!sql.got_data()) throw Refusal{"named-key", fmt::format("there is no key named {}", name)};
    auto plain = unwrap(master_, wrapped, "named-key/" + name);
    if (!plain)
        throw Refusal{"key-store", fmt::format("the key named {} is not as it was stored", name)};
    const reader::ScpKey key{*plain};
    base::wipe(*plain);
    return key;
}

}  // namespace platform
