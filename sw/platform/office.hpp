/// \file office.hpp
/// What issuer and application provider have in common: tables, keys, audit log, open jobs.
#pragma once

#include <string>

#include "platform/audit.hpp"
#include "platform/errand.hpp"
#include "platform/job_book.hpp"

namespace platform {

/// How keys of domains are made and for how long they are good.
struct KeyPolicy {
    reader::KeyType type = reader::KeyType::Aes;
    std::size_t bytes = 16;  ///< of a key: 16; AES also 24, 32
    std::uint8_t first_version = 0x30;
    std::uint8_t last_version = 0x3F;  ///< after it comes first_version again
    Lifetime lifetime{};
    std::uint8_t level = 0x33;
};

/// Keys of a new set, one after the other; nothing special: random ones.
using KeyMaker = std::function<base::Bytes(const Place&, std::size_t size)>;

struct OfficeOptions {
    std::string name{};      ///< as in its certificate
    std::string database{};  ///< Database's connection
    KeyPolicy policy{};
    KeyMaker keys{};
    Random random = system_random;
    Clock clock = system_clock;
    Opener opener = open_scp;
};

class Office {
public:
    Office(OfficeOptions options, const reader::ScpKey& master);

    /// A key from a key ceremony: a master of cards, or a transport key. Throws Refusal when the
    /// name is taken.
    void import_key(const std::string& name, reader::KeyType type, const reader::ScpKey& key);
    /// Draws a set that takes the place of `present` and keeps it as pending.
    void draw(soci::session& sql, const Place& place, const KeySet* present) const;
    void note(soci::session& sql, const std::string& who, const std::string& what,
              const Place& place, const std::string& checks = {}) const;
    /// An errand's plan without an issuer's part.
    [[nodiscard]] Plan plan(soci::session& sql, const Place& place) const;

    [[nodiscard]] const OfficeOptions& options() const noexcept { return options_; }

private:
    OfficeOptions options_;

public:
    Database database;
    KeyStore keys;
    Audit audit;
    JobBook jobs;
};

}  // namespace platform
