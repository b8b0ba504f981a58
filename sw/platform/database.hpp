/// \file database.hpp
/// A server's tables, in a SQLite file or on a PostgreSQL server, behind SOCI.
#pragma once

#include <soci/soci.h>

#include <mutex>
#include <span>
#include <string>
#include <type_traits>

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

/// One connection, used by one thread at a time.
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
    /// to be nested.
    template <typename Job>
    auto transaction(Job&& job) {
        const std::scoped_lock lock{mutex_};
        soci::transaction change{sql_};
        if constexpr (std::is_void_v<decltype(job(sql_))>) {
            job(sql_);
            change.commit();
        } else {
            auto result = job(sql_);
            change.commit();
            return result;
        }
    }

private:
    void make_tables(const std::string& connection, const Schema& schema, bool sqlite);

    std::mutex mutex_{};
    soci::session sql_{};
};

}  // namespace platform
