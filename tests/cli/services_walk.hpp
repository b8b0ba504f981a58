/// \file services_walk.hpp
/// The folder of docs/services.md: certificates, keys, files of all servers and a phone, and each
/// server as a process of its own.
#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "process.hpp"

namespace cli_test {

class ServicesWalk : public testing::Test {
protected:
    static constexpr const char* Element = "C0FFEE00112233445566";
    /// Of the purse that the one-card server's package makes.
    static constexpr const char* Purse = "D276000118AB0101";

    void SetUp() override;

    void must(const std::vector<std::string>& arguments);
    std::string config(const std::string& who) const { return folder_ / (who + ".json"); }
    /// Starts a server and waits until it listens.
    void start(const std::string& who);
    void start_all();
    /// By `kill -9`, from any thread; start() again.
    void kill_now(const std::string& who) const { running_.at(who)->signal(SIGKILL); }
    /// The phone asks another port of this machine for its server.
    void send_phone_to(int port);
    /// As by Ctrl-C; expects that it ends well.
    void end(const std::string& who);
    int port(const std::string& who) const { return ports_.at(who); }

    /// More issuers for the business platform, each with packages of its kind.
    void connect_issuers(const std::vector<std::string>& names);
    /// From now on the phone is a terminal of this issuer's server.
    void ask_directly(const std::string& server);

    [[nodiscard]] std::vector<std::string> phone(std::vector<std::string> job,
                                                 const std::string& purse = Purse) const;
    [[nodiscard]] Result books(const std::string& who) const;

    Folder folder_{};

private:
    /// Reads the file, changes it, writes it.
    void change(const std::string& who, const std::function<void(nlohmann::json&)>& how);
    [[nodiscard]] nlohmann::json address(const std::string& who) const;
    void key(const std::string& name, const std::string& type, const std::string& bytes);

    std::map<std::string, int> ports_{};
    std::map<std::string, std::unique_ptr<Process>> running_{};
};

}  // namespace cli_test
