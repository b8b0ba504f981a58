#include "platform/database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <utility>

#include "base/file.hpp"

namespace platform {
namespace {

constexpr std::string_view Sqlite = "sqlite:";
constexpr std::string_view Postgresql = "postgresql:";

/// Bytes are hexadecimal text, times seconds since 1970, 0 = never.
constexpr std::array Tables{
    // What the issuer knows of a card: whose domain and keys its issuer security domain has.
    "CREATE TABLE cards (card TEXT PRIMARY KEY, issuer TEXT NOT NULL, master TEXT NOT NULL, "
    "method TEXT NOT NULL, version BIGINT NOT NULL)",
    "CREATE TABLE domains (card TEXT NOT NULL, domain TEXT NOT NULL, manager TEXT NOT NULL, "
    "state TEXT NOT NULL, PRIMARY KEY (card, domain))",
    "CREATE TABLE key_sets (card TEXT NOT NULL, domain TEXT NOT NULL, generation BIGINT NOT "
    "NULL, version BIGINT NOT NULL, type BIGINT NOT NULL, state TEXT NOT NULL, checks TEXT NOT "
    "NULL, wrapped TEXT NOT NULL, made BIGINT NOT NULL, expires BIGINT NOT NULL, uses BIGINT NOT "
    "NULL, most_uses BIGINT NOT NULL, forced BIGINT NOT NULL, "
    "PRIMARY KEY (card, domain, generation))",
    "CREATE UNIQUE INDEX one_active_set ON key_sets (card, domain) WHERE state = 'active'",
    "CREATE TABLE named_keys (name TEXT PRIMARY KEY, type BIGINT NOT NULL, check_value TEXT NOT "
    "NULL, wrapped TEXT NOT NULL, made BIGINT NOT NULL)",
    "CREATE TABLE jobs (job BIGINT PRIMARY KEY, kind TEXT NOT NULL, card TEXT NOT NULL, domain "
    "TEXT NOT NULL, peer TEXT NOT NULL, state TEXT NOT NULL, detail TEXT NOT NULL, begun BIGINT "
    "NOT NULL, ended BIGINT NOT NULL)",
    "CREATE INDEX jobs_of_domain ON jobs (card, domain, state)",
    "CREATE TABLE steps (job BIGINT NOT NULL, step BIGINT NOT NULL, name TEXT NOT NULL, domain "
    "TEXT NOT NULL, status TEXT NOT NULL, PRIMARY KEY (job, step))",
    "CREATE TABLE audit (entry BIGINT PRIMARY KEY, at BIGINT NOT NULL, who TEXT NOT NULL, what "
    "TEXT NOT NULL, card TEXT NOT NULL, domain TEXT NOT NULL, checks TEXT NOT NULL, chain TEXT "
    "NOT NULL)",
};

/// The audit log only grows, whatever a program tries.
constexpr std::array SqliteGuards{
    "CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log "
    "is append-only'); END",
    "CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log "
    "is append-only'); END",
};
constexpr std::array PostgresqlGuards{
    "CREATE FUNCTION refuse_audit_change() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'the audit "
    "log is append-only'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT "
    "EXECUTE FUNCTION refuse_audit_change()",
};

constexpr std::array Upgrades{
    // A MAC over where the audit log ends.
    SchemaUpgrade{2, "CREATE TABLE audit_end (id BIGINT PRIMARY KEY, mac TEXT NOT NULL)"},
};

/// SQLite makes a file with the permissions of the umask; ours are the owner's alone.
void make_private(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) throw base::FileError{path, "database", "cannot be opened"};
    const bool done = ::fchmod(file, 0600) == 0;
    ::close(file);
    if (!done) throw base::FileError{path, "database", "is not ours"};
}

}  // namespace

Schema platform_schema() { return {Tables, SqliteGuards, PostgresqlGuards, Upgrades}; }

Database::Database(const std::string& connection, const Schema& schema) try {
    if (connection.starts_with(Sqlite)) {
        const std::string path = connection.substr(Sqlite.size());
        make_private(path);
        sql_.open(soci::sqlite3, fmt::format("db=\"{}\" timeout=10", path));
        // A step counts as recorded only once it would survive the loss of power.
        sql_ << "PRAGMA journal_mode=WAL";
        sql_ << "PRAGMA synchronous=FULL";
        sql_ << "PRAGMA secure_delete=ON";
        make_tables(connection, schema, true);
    } else if (connection.starts_with(Postgresql)) {
        sql_.open(soci::postgresql, connection.substr(Postgresql.size()));
        sql_ << "SET client_min_messages TO warning";
        make_tables(connection, schema, false);
    } else {
        throw base::FileError{connection, "database",
                              "expected sqlite:FILE or postgresql:KEY=VALUE ..."};
    }
} catch (const soci::soci_error& error) {
    // The connection string may hold a password.
    throw base::FileError{connection.substr(0, connection.find(':')), "database", error.what()};
}

void Database::run(const Job& job) {
    Waiting mine{&job};
    std::unique_lock lock{mutex_};
    queue_.push_back(&mine);
    changed_.wait(lock, [&] { return mine.done || !busy_; });
    if (!mine.done) {
        busy_ = true;
        const auto batch = std::exchange(queue_, {});
        lock.unlock();
        work_off(batch);
        lock.lock();
        for (auto* one : batch) one->done = true;
        busy_ = false;
        changed_.notify_all();
    }
    if (mine.failure) std::rethrow_exception(mine.failure);
}

void Database::work_off(const std::vector<Waiting*>& batch) {
    try {
        work_off_together(batch);
    } catch (...) {
        // Nothing of it has happened.
        for (auto* one : batch)
            if (!one->failure) one->failure = std::current_exception();
    }
}

void Database::work_off_together(const std::vector<Waiting*>& batch) {
    soci::transaction change{sql_};
    if (batch.size() == 1) {
        (*batch.front()->job)(sql_);
    } else {
        for (auto* one : batch) {
            sql_ << "SAVEPOINT job";
            try {
                (*one->job)(sql_);
            } catch (...) {
                one->failure = std::current_exception();
                sql_ << "ROLLBACK TO SAVEPOINT job";
            }
            sql_ << "RELEASE SAVEPOINT job";
        }
    }
    change.commit();
}

void Database::make_tables(const std::string& connection, const Schema& schema, bool sqlite) {
    soci::transaction change{sql_};
    sql_ << "CREATE TABLE IF NOT EXISTS schema (version BIGINT NOT NULL)";
    int version = 0;
    sql_ << "SELECT COALESCE(MAX(version), 0) FROM schema", soci::into(version);
    const int ours = schema.version();
    if (version > ours)
        throw base::FileError{connection.substr(0, connection.find(':')), "database",
                              fmt::format("its version is {}, ours {}", version, ours)};
    if (version == 0) {
        for (const auto* statement : schema.tables) sql_ << statement;
        for (const auto* statement : sqlite ? schema.sqlite_guards : schema.postgresql_guards)
            sql_ << statement;
    }
    for (const auto& upgrade : schema.upgrades)
        if (upgrade.version > version) sql_ << upgrade.statement;
    if (version < ours) sql_ << "INSERT INTO schema VALUES (:v)", soci::use(ours);
    change.commit();
}

}  // namespace platform
