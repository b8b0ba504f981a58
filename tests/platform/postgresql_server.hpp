/// \file postgresql_server.hpp
/// A PostgreSQL server of the test's own: new tables in a new folder, a Unix socket, no port.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace platform_test {

class PostgresqlServer {
public:
    /// nullptr: it is not installed. Throws std::runtime_error when it is and does not start.
    static std::unique_ptr<PostgresqlServer> start();
    ~PostgresqlServer();
    PostgresqlServer(const PostgresqlServer&) = delete;
    PostgresqlServer& operator=(const PostgresqlServer&) = delete;

    /// As platform::Database has it. A database other than the server's own must be made before.
    [[nodiscard]] std::string connection(const std::string& database = "postgres") const;
    void make_database(const std::string& name) const;

private:
    explicit PostgresqlServer(std::filesystem::path programs);

    std::filesystem::path programs_;
    std::filesystem::path folder_;
};

}  // namespace platform_test
