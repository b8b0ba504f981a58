#include "services/schema.hpp"

#include <array>

namespace services {
namespace {

/// Bytes are hexadecimal text, times seconds since 1970, amounts in fen.
constexpr std::array Tables{
    "CREATE TABLE named_keys (name TEXT PRIMARY KEY, type BIGINT NOT NULL, check_value TEXT NOT "
    "NULL, wrapped TEXT NOT NULL, made BIGINT NOT NULL)",
    "CREATE TABLE accounts (account TEXT PRIMARY KEY, balance BIGINT NOT NULL)",
    // One posting moves an account once: nothing can be booked twice, whatever a program does.
    "CREATE TABLE entries (entry BIGINT PRIMARY KEY, id TEXT NOT NULL, posting TEXT NOT NULL, "
    "account TEXT NOT NULL, amount BIGINT NOT NULL, at BIGINT NOT NULL, "
    "UNIQUE (id, posting, account))",
    "CREATE TABLE transactions (id TEXT PRIMARY KEY, kind TEXT NOT NULL, issuer TEXT NOT NULL, "
    "card TEXT NOT NULL, terminal TEXT NOT NULL, account TEXT NOT NULL, amount BIGINT NOT NULL, "
    "state TEXT NOT NULL, balance BIGINT NOT NULL, serial BIGINT NOT NULL, moment TEXT NOT NULL, "
    "terminal_serial BIGINT NOT NULL, proof TEXT NOT NULL, at BIGINT NOT NULL)",
    "CREATE INDEX transactions_of_card ON transactions (card, state)",
    "CREATE INDEX transactions_by_state ON transactions (state)",
    "CREATE TABLE terminals (terminal TEXT PRIMARY KEY, serial BIGINT NOT NULL)",
};

constexpr std::array SqliteGuards{
    "CREATE TRIGGER entries_keep BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'entries are "
    "append-only'); END",
    "CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'entries are "
    "append-only'); END",
};
constexpr std::array PostgresqlGuards{
    "CREATE FUNCTION refuse_entry_change() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'entries "
    "are append-only'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON entries FOR EACH STATEMENT "
    "EXECUTE FUNCTION refuse_entry_change()",
};

constexpr std::array Upgrades{
    // Packages on their way to secure elements, sealed (ota::ShelvedDownload as JSON).
    platform::SchemaUpgrade{2,
                            "CREATE TABLE downloads (element TEXT PRIMARY KEY, sealed TEXT NOT "
                            "NULL, at BIGINT NOT NULL)"},
};

}  // namespace

platform::Schema money_schema() { return {Tables, SqliteGuards, PostgresqlGuards, Upgrades}; }

}  // namespace services
