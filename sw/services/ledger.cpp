#include "services/ledger.hpp"

#include <fmt/format.h>

#include "platform/refusal.hpp"

namespace services {
namespace {

constexpr const char* Opening = "opening";

bool stays_positive(const std::string& account) {
    return account.starts_with("account/") || account.starts_with("card/");
}

}  // namespace

bool Ledger::open(soci::session& sql, const std::string& account, Fen opening) const {
    if (balance(sql, account)) return false;
    const auto add = [&](const std::string& name) {
        sql << "INSERT INTO accounts VALUES (:a, 0)", soci::use(name);
    };
    if (!balance(sql, Opening)) add(Opening);
    add(account);
    if (opening != 0) post(sql, "opening/" + account, "open", Opening, account, opening);
    return true;
}

std::optional<Fen> Ledger::balance(soci::session& sql, const std::string& account) const {
    Fen found = 0;
    sql << "SELECT balance FROM accounts WHERE account = :a", soci::into(found), soci::use(account);
    return sql.got_data() ? std::optional{found} : std::nullopt;
}

std::map<std::string, Fen> Ledger::balances(soci::session& sql) const {
    const soci::rowset<std::string> rows = (sql.prepare << "SELECT account FROM accounts");
    std::map<std::string, Fen> all;
    for (const auto& account : std::vector<std::string>{rows.begin(), rows.end()})
        all[account] = balance(sql, account).value();
    return all;
}

// Three statements, each for both accounts: a database on another machine answers each of them only
// after a while.
void Ledger::post(soci::session& sql, const std::string& id, const std::string& posting,
                  const std::string& from, const std::string& to, Fen amount) const {
    Fen has = 0;
    Fen other = 0;
    soci::indicator is_from = soci::i_null;
    soci::indicator is_to = soci::i_null;
    sql << "SELECT (SELECT balance FROM accounts WHERE account = :f), (SELECT balance FROM "
           "accounts WHERE account = :t)",
        soci::into(has, is_from), soci::into(other, is_to), soci::use(from), soci::use(to);
    if (is_from != soci::i_ok || is_to != soci::i_ok)
        throw platform::Refusal{"account", "there is no such account"};
    if (stays_positive(from) && has < amount)
        throw platform::Refusal{"funds", "there is not enough money"};
    const long long at = clock_();
    const Fen taken = -amount;
    sql << "INSERT INTO entries SELECT (SELECT COALESCE(MAX(entry), 0) FROM entries) + side.n, "
           "CAST(:id AS TEXT), CAST(:p AS TEXT), side.account, side.amount, CAST(:at AS BIGINT) "
           "FROM (SELECT 1 AS n, CAST(:f AS TEXT) AS account, CAST(:x AS BIGINT) AS amount UNION "
           "ALL SELECT 2, CAST(:t AS TEXT), CAST(:y AS BIGINT)) AS side",
        soci::use(id), soci::use(posting), soci::use(at), soci::use(from), soci::use(taken),
        soci::use(to), soci::use(amount);
    sql << "UPDATE accounts SET balance = balance + CASE WHEN account = :f THEN CAST(:x AS BIGINT) "
           "ELSE CAST(:y AS BIGINT) END WHERE account IN (:g, :t)",
        soci::use(from), soci::use(taken), soci::use(amount), soci::use(from), soci::use(to);
}

std::vector<std::string> Ledger::faults(soci::session& sql) const {
    std::vector<std::string> found;
    Fen total = 0;
    sql << "SELECT CAST(COALESCE(SUM(balance), 0) AS BIGINT) FROM accounts", soci::into(total);
    if (total != 0) found.push_back(fmt::format("all accounts together hold {} fen", total));
    const soci::rowset<std::string> wrong =
        (sql.prepare << "SELECT account FROM accounts a WHERE balance <> (SELECT "
                        "COALESCE(SUM(amount), 0) FROM entries e WHERE e.account = a.account)");
    for (const auto& account : wrong)
        found.push_back(fmt::format("{} is not the sum of its entries", account));
    return found;
}

}  // namespace services
