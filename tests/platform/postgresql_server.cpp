#include "postgresql_server.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace platform_test {
namespace {

namespace fs = std::filesystem;

/// The server refuses to run as root: Debian's own user does it then.
std::string as_server(const std::string& command) {
    if (::geteuid() != 0) return command;
    return "setpriv --reuid postgres --regid postgres --clear-groups " + command;
}

bool run(const std::string& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

}  // namespace

std::unique_ptr<PostgresqlServer> PostgresqlServer::start() {
    const fs::path versions{"/usr/lib/postgresql"};
    if (!fs::is_directory(versions)) return nullptr;
    for (const auto& version : fs::directory_iterator{versions})
        if (fs::exists(version.path() / "bin" / "pg_ctl"))
            return std::unique_ptr<PostgresqlServer>{new PostgresqlServer{version.path() / "bin"}};
    return nullptr;
}

PostgresqlServer::PostgresqlServer(fs::path programs) : programs_{std::move(programs)} {
    std::string name = (fs::temp_directory_path() / "cartouche-pg-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error{"no folder for PostgreSQL"};
    folder_ = name;
    if (::geteuid() == 0) {
        const auto* user = ::getpwnam("postgres");
        if (user == nullptr || ::chown(name.c_str(), user->pw_uid, user->pw_gid) != 0)
            throw std::runtime_error{"there is no user postgres"};
    }
    const auto program = [&](const char* which) { return (programs_ / which).string(); };
    const std::string data = (folder_ / "data").string();
    if (!run(as_server(fmt::format("{} -D {} -U cartouche -A trust -E UTF8 --no-sync",
                                   program("initdb"), data))) ||
        !run(as_server(fmt::format("{} -D {} -w -l {} -o \"-k {} -c listen_addresses=''\" start",
                                   program("pg_ctl"), data, (folder_ / "log").string(),
                                   folder_.string()))))
        throw std::runtime_error{"PostgreSQL does not start: " + (folder_ / "log").string()};
}

PostgresqlServer::~PostgresqlServer() {
    run(as_server(fmt::format("{} -D {} -m immediate -w stop", (programs_ / "pg_ctl").string(),
                              (folder_ / "data").string())));
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

std::string PostgresqlServer::connection(const std::string& database) const {
    return fmt::format("postgresql:host={} dbname={} user=cartouche", folder_.string(), database);
}

void PostgresqlServer::make_database(const std::string& name) const {
    if (!run(fmt::format("{} -h {} -U cartouche {}", (programs_ / "createdb").string(),
                         folder_.string(), name)))
        throw std::runtime_error{"PostgreSQL makes no database " + name};
}

}  // namespace platform_test
