/// \file ledger.hpp
/// Double-entry bookkeeping: what leaves one account comes to another, once.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "platform/source.hpp"
#include "services/purse_security.hpp"
#include "services/schema.hpp"

namespace services {

/// Accounts by name. Those that begin with `account/` (a customer's) or `card/` (what a card holds)
/// never fall below zero; `opening` is where all money comes from when accounts are opened. All
/// calls are inside a transaction of the caller.
///
/// Example: ledger.post(sql, id, "debit", "account/alice", "suspense", 5000);
class Ledger {
public:
    explicit Ledger(platform::Clock clock) : clock_{std::move(clock)} {}

    /// With this much in it; false: it is there already, and stays as it is.
    bool open(soci::session& sql, const std::string& account, Fen opening = 0) const;
    /// Nothing: there is no such account.
    [[nodiscard]] std::optional<Fen> balance(soci::session& sql, const std::string& account) const;
    /// All accounts by name.
    [[nodiscard]] std::map<std::string, Fen> balances(soci::session& sql) const;
    /// Throws platform::Refusal "funds" when `from` has too little, "account" when one is missing.
    /// The same posting of the same transaction a second time is an error of the database.
    void post(soci::session& sql, const std::string& id, const std::string& posting,
              const std::string& from, const std::string& to, Fen amount) const;
    /// What is not as it must be: balances are the sums of their entries, and all entries sum to
    /// zero. Empty: all is well.
    [[nodiscard]] std::vector<std::string> faults(soci::session& sql) const;

private:
    platform::Clock clock_;
};

}  // namespace services
