/// \file database.hpp
/// The platform's tables, in a SQLite file or on a PostgreSQL server, behind SOCI.
#pragma once

#include <soci/soci.h>

#include <mutex>
#include <string>
#include <type_traits>

namespace platform {

/// One connection, used by one thread at a time.
///
/// Example:
///     Database database{"sqlite:issuer.db"};
///     database.transaction([&](soci::session& sql) { sql << "DELETE FROM domains"; });
class Database {
public:
    /// Version of the tables; a database with a later one is refused.
    static constexpr int SchemaVersion = 1;

    /// `sqlite:FILE`, which is made when it is not there and readable to its owner only, or
    /// `postgresql:KEY=VALUE ...` as libpq has it. Throws base::FileError when it cannot be had or
    /// is of a later version.
    explicit Database(const std::string& connection);

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
    void make_tables(const std::string& connection, bool sqlite);

    std::mutex mutex_{};
    soci::session sql_{};
};

}  // namespace platform
