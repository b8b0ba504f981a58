#include "platform/office.hpp"

namespace platform {

Office::Office(OfficeOptions options, const reader::ScpKey& master)
    : options_{std::move(options)},
      database{options_.database},
      keys{master, options_.random, options_.clock},
      audit{master, options_.clock},
      jobs{options_.clock} {}

void Office::import_key(const std::string& name, reader::KeyType type, const reader::ScpKey& key) {
    database.transaction([&](soci::session& sql) {
        keys.keep(sql, name, type, key);
        note(sql, "operator", "key " + name + " imported", {}, check_value(type, key));
    });
}

void Office::draw(soci::session& sql, const Place& place, const KeySet* present) const {
    const KeyPolicy& policy = options_.policy;
    auto version = policy.first_version;
    // A set may change neither its algorithm nor its length.
    const auto type = present != nullptr ? present->type : policy.type;
    const std::size_t bytes = present != nullptr ? present->key_bytes() : policy.bytes;
    if (present != nullptr && present->version >= policy.first_version &&
        present->version < policy.last_version)
        version = static_cast<std::uint8_t>(present->version + 1);
    base::Bytes drawn =
        options_.keys ? options_.keys(place, 3 * bytes) : options_.random(3 * bytes);
    const auto set = KeySet::from(version, type, drawn);
    base::wipe(drawn);
    keys.add(sql, place, set, policy.lifetime);
}

void Office::note(soci::session& sql, const std::string& who, const std::string& what,
                  const Place& place, const std::string& checks) const {
    audit.note(sql, {0, 0, who, what, place.card, place.domain, checks});
}

Plan Office::plan(soci::session& sql, const Place& place) const {
    Plan made;
    made.place = place;
    made.sets = keys.usable(sql, place);
    made.level = options_.policy.level;
    made.opener = options_.opener;
    made.random = options_.random;
    return made;
}

}  // namespace platform
