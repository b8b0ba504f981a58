/// \file database.hpp
/// A server's tables, in a SQLite file or on a PostgreSQL server, behind SOCI.
#pragma once

#include <soci/soci.h>

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace platform {

/// A statement that makes a database of the version before into one of `version`.
struct SchemaUpgrade {
    int version = 2;
    const char* statement = "";
};

/// The statements that make a server's tables. Example: platform_schema()
struct Schema {
    std::span<const char* const> tables{};  ///< of version 1
    /// Triggers that let a log only grow, in the words of each database.
    std::span<const char* const> sqlite_guards{};
    std::span<const char* const> postgresql_guards{};
    /// In ascending order; the last one's version is the schema's.
    std::span<const SchemaUpgrade> upgrades{};

    /// A database with a later one is refused.
    [[nodiscard]] int version() const { return upgrades.empty() ? 1 : upgrades.back().version; }
};

/// What issuer and provider platforms have.
[[nodiscard]] Schema platform_schema();

/// One connection. Transactions that several threads want at the same time share one commit, so
/// that they wait for the disk once: each is still done as a whole or not at all, and none is told
/// that it is done before it is on the disk.
///
/// Example:
///     Database database{"sqlite:issuer.db"};
///     database.transaction([&](soci::session& sql) { sql << "DELETE FROM domains"; });
class Database {
public:
    /// `sqlite:FILE`, which is made when it is not there and readable to its owner only, or
    /// `postgresql:KEY=VALUE ...` as libpq has it. Throws base::FileError when it cannot be had or
    /// is of a later version.
    explicit Database(const std::string& connection, const Schema& schema = platform_schema());

    /// Everything that `job` does, or nothing when it throws. On the disk when this returns. Not
    /// to be nested. `job` may be done by another thread that calls this, while this one waits.
    template <typename Job>
    auto transaction(Job&& job) {
        using Result = decltype(job(sql_));
        if constexpr (std::is_void_v<Result>) {
            run([&](soci::session& sql) { job(sql); });
        } else {
            std::optional<Result> result;
            run([&](soci::session& sql) { result.emplace(job(sql)); });
            return std::move(*result);
        }
    }

private:
    using Job = std::function<void(soci::session&)>;
    struct Waiting {
        const Job* job = nullptr;
        std::exception_ptr failure{};
        bool done = false;
    };

    void run(const Job& job);
    /// All of them and their commit; tells each its failure.
    void work_off(const std::vector<Waiting*>& batch);
    void work_off_together(const std::vector<Waiting*>& batch);
    void make_tables(const std::string& connection, const Schema& schema, bool sqlite);

    std::mutex mutex_{};
    std::condition_variable changed_{};
    std::vector<Waiting*> queue_{};
    bool busy_ = false;    ///< a thread works off some of them
    soci::session sql_{};  ///< of the thread that does
};

}  // namespace platform
