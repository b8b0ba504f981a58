/// \file audit.hpp
/// Who did what, with which keys: a log that only grows. Keys appear as check values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "platform/database.hpp"
#include "platform/source.hpp"
#include "reader/scp_crypto.hpp"

namespace platform {

struct AuditEntry {
    long long number = 0;  ///< 1, 2, ...
    Seconds at = 0;
    std::string who{};     ///< name in the other side's certificate, or "operator"
    std::string what{};    ///< example: "keys replaced"
    std::string card{};    ///< hexadecimal; may be empty
    std::string domain{};  ///< likewise
    std::string checks{};  ///< check values
};

/// Each entry holds a MAC over itself and the one before it, under a key that follows from the
/// master key, and a row beside the log holds one over its number of entries and its head: one who
/// has the database only can neither change nor insert an entry, nor cut the end off, unless with a
/// copy of that row from the day when the log was shorter. An anchor in another place shows that.
class Audit {
public:
    Audit(const reader::ScpKey& master, Clock clock);

    /// Inside the transaction that does what is told.
    void note(soci::session& sql, AuditEntry entry) const;

    [[nodiscard]] std::vector<AuditEntry> entries(Database& database) const;
    /// The first entry that is not as it was written, or missing, also at the end; nothing: all is
    /// well.
    [[nodiscard]] std::optional<long long> first_fault(Database& database) const;
    /// The chain value of the last entry; empty when there is none.
    [[nodiscard]] std::string head(Database& database) const;

    /// Where the log ends, as text with a MAC, for a place that who has the database cannot write.
    [[nodiscard]] std::string anchor(Database& database) const;
    /// What is wrong with a log, seen from an anchor of earlier; nothing: it goes on from there.
    [[nodiscard]] std::optional<std::string> anchor_fault(Database& database,
                                                          const std::string& anchor) const;

private:
    /// Number of entries and head, signed.
    [[nodiscard]] std::string sealed(const char* what, long long entries,
                                     const std::string& head) const;
    [[nodiscard]] std::string chained(const std::string& before, const AuditEntry& entry) const;

    reader::ScpKey key_;
    Clock clock_;
};

}  // namespace platform
