#include "platform/audit.hpp"

#include <cryptopp/hmac.h>
#include <cryptopp/sha.h>
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "base/hex.hpp"

namespace platform {
namespace {

// What is signed besides entries.
constexpr const char* End = "end";
constexpr const char* Anchor = "anchor";

std::array<std::uint8_t, 32> hmac(const reader::ScpKey& key, const std::string& text) {
    CryptoPP::HMAC<CryptoPP::SHA256> mac{key.expose().data(), key.size()};
    std::array<std::uint8_t, 32> out{};
    mac.CalculateDigest(out.data(), reinterpret_cast<const std::uint8_t*>(text.data()),
                        text.size());
    return out;
}

reader::ScpKey audit_key(const reader::ScpKey& master) {
    auto bytes = hmac(master, "cartouche audit log");
    const reader::ScpKey key{bytes};
    base::wipe(bytes);
    return key;
}

}  // namespace

Audit::Audit(const reader::ScpKey& master, Clock clock)
    : key_{audit_key(master)}, clock_{std::move(clock)} {}

std::string Audit::chained(const std::string& before, const AuditEntry& entry) const {
    // An array of JSON: no two entries have the same text.
    const nlohmann::json text{before,     entry.number, entry.at,     entry.who,
                              entry.what, entry.card,   entry.domain, entry.checks};
    return base::to_hex(hmac(key_, text.dump()));
}

std::string Audit::sealed(const char* what, long long entries, const std::string& head) const {
    return base::to_hex(hmac(key_, nlohmann::json{what, entries, head}.dump()));
}

void Audit::note(soci::session& sql, AuditEntry entry) const {
    std::string before;
    soci::indicator known = soci::i_null;
    sql << "SELECT entry, chain FROM audit ORDER BY entry DESC LIMIT 1", soci::into(entry.number),
        soci::into(before, known);
    if (!sql.got_data()) {
        entry.number = 0;
        before.clear();
    }
    ++entry.number;
    entry.at = clock_();
    const std::string chain = chained(before, entry);
    sql << "INSERT INTO audit VALUES (:n, :at, :who, :what, :card, :domain, :checks, :chain)",
        soci::use(entry.number), soci::use(entry.at), soci::use(entry.who), soci::use(entry.what),
        soci::use(entry.card), soci::use(entry.domain), soci::use(entry.checks), soci::use(chain);
    const std::string now = sealed(End, entry.number, chain);
    if (entry.number == 1) {
        sql << "INSERT INTO audit_end VALUES (1, :mac)", soci::use(now);
        return;
    }
    // Only the row that belongs to the entry before: a log that was cut stays cut.
    const std::string then = sealed(End, entry.number - 1, before);
    sql << "UPDATE audit_end SET mac = :now WHERE mac = :then", soci::use(now), soci::use(then);
}

std::vector<AuditEntry> Audit::entries(Database& database) const {
    return database.transaction([](soci::session& sql) {
        std::vector<AuditEntry> all;
        const soci::rowset<soci::row> rows =
            (sql.prepare << "SELECT entry, at, who, what, card, domain, "
                            "checks FROM audit ORDER BY entry");
        for (const auto& row : rows) {
            AuditEntry entry;
            row >> entry.number >> entry.at >> entry.who >> entry.what >> entry.card >>
                entry.domain >> entry.checks;
            all.push_back(std::move(entry));
        }
        return all;
    });
}

std::optional<long long> Audit::first_fault(Database& database) const {
    const auto all = entries(database);
    const auto chains = database.transaction([](soci::session& sql) {
        const soci::rowset<std::string> rows =
            (sql.prepare << "SELECT chain FROM audit ORDER BY entry");
        return std::vector<std::string>(rows.begin(), rows.end());
    });
    std::string before;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto expected = static_cast<long long>(i) + 1;
        if (all[i].number != expected || chained(before, all[i]) != chains[i]) return expected;
        before = chains[i];
    }
    const auto end = database.transaction([](soci::session& sql) {
        std::string mac;
        sql << "SELECT mac FROM audit_end", soci::into(mac);
        return mac;
    });
    const auto count = static_cast<long long>(all.size());
    const auto expected = all.empty() ? std::string{} : sealed(End, count, before);
    if (end != expected) return count + 1;
    return {};
}

std::string Audit::anchor(Database& database) const {
    const auto all = entries(database);
    const auto end = head(database);
    const auto count = static_cast<long long>(all.size());
    return nlohmann::json{{"entries", count}, {"head", end}, {"mac", sealed(Anchor, count, end)}}
        .dump();
}

std::optional<std::string> Audit::anchor_fault(Database& database,
                                               const std::string& anchor) const {
    const auto json = nlohmann::json::parse(anchor, nullptr, false);
    long long entries = -1;
    std::string end;
    try {
        entries = json.at("entries").get<long long>();
        end = json.at("head").get<std::string>();
        if (json.at("mac").get<std::string>() != sealed(Anchor, entries, end)) entries = -1;
    } catch (const nlohmann::json::exception&) {
        entries = -1;
    }
    if (entries < 0) return "this is no anchor of this platform's audit log";
    if (entries == 0) return {};
    const auto found = database.transaction([&](soci::session& sql) {
        std::string chain;
        sql << "SELECT chain FROM audit WHERE entry = :n", soci::into(chain), soci::use(entries);
        return chain;
    });
    if (found.empty())
        return fmt::format("the audit log had {} entries, and its end was cut off", entries);
    if (found != end) return fmt::format("entry {} of the audit log is another one", entries);
    return {};
}

std::string Audit::head(Database& database) const {
    return database.transaction([](soci::session& sql) {
        std::string chain;
        sql << "SELECT chain FROM audit ORDER BY entry DESC LIMIT 1", soci::into(chain);
        return chain;
    });
}

}  // namespace platform
