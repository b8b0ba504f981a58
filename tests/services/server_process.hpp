/// \file server_process.hpp
/// One-card server, payment system and business platform as a process, from configuration files as
/// an operator writes them.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "services/money_office.hpp"

namespace services_test {

class ServerProcess {
public:
    /// Starts them; `database` gives each its own. Must be called before there are threads. Throws
    /// std::runtime_error.
    ServerProcess(std::filesystem::path folder, unsigned cards, services::Fen opening,
                  const std::function<std::string(const std::string&)>& database);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    /// Of the business platform.
    [[nodiscard]] int port() const noexcept { return port_; }
    /// Ends the process; whether it ended well.
    bool stop();

    /// What a server has in its books; of the "onecard", "payment" or "business". After stop().
    [[nodiscard]] std::unique_ptr<services::MoneyOffice> office(const std::string& name) const;
    [[nodiscard]] static std::string card(unsigned number);
    static constexpr const char* Customer = "alice";

private:
    [[nodiscard]] int serve(int ready, int end) const;
    void write(const std::string& name, const nlohmann::json& more) const;

    std::filesystem::path folder_;
    unsigned cards_;
    services::Fen opening_;
    std::function<std::string(const std::string&)> database_;
    int port_ = 0;
    int end_ = -1;  ///< closed: the process ends
    pid_t process_ = -1;
};

}  // namespace services_test
