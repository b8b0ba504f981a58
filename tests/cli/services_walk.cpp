#include "services_walk.hpp"

#include <filesystem>

namespace cli_test {

void ServicesWalk::must(const std::vector<std::string>& arguments) {
    const auto result = run(arguments);
    ASSERT_EQ(result.exit_code, 0) << result.err;
}

void ServicesWalk::key(const std::string& name, const std::string& type, const std::string& bytes) {
    std::vector<std::string> combine{"platform", "ceremony", "combine", "--out",
                                     folder_ / (name + ".key")};
    for (const char* who : {"a", "b"}) {
        const auto part = folder_ / (std::string{who} + '/' + name);
        must({"platform", "ceremony", "component", part, "--custodian", who, "--type", type,
              "--bytes", bytes});
        combine.push_back(part);
    }
    must(combine);
}

void ServicesWalk::SetUp() {
    must({"platform", "certificates", folder_ / "tls", "onecard", "bank", "merchant", "payment",
          "business", "phone", "gateway"});
    for (const char* who : {"a", "b"}) std::filesystem::create_directories(folder_ / who);
    key("master", "aes", "32");
    for (const char* name : {"load", "purchase", "tac"}) key(name, "des", "16");
    for (const char* name : {"element-issuer", "element-module", "element-packets"})
        key(name, "aes", "16");
    must({"services", "package", folder_ / "transit.package", "--business", "City A transit"});
    must({"services", "package", folder_ / "bank.package", "--kind", "bank", "--issuer", "02",
          "--business", "Bank of B"});
    must({"services", "package", folder_ / "merchant.package", "--kind", "merchant", "--issuer",
          "03", "--business", "Coffee at C"});

    for (const char* who : {"onecard", "bank", "merchant", "payment", "business", "gateway"})
        ports_[who] = free_port();
    const auto identity = [](const std::string& who) {
        return nlohmann::json{{"certificate", "tls/" + who + ".crt"},
                              {"key", "tls/" + who + ".key"},
                              {"authority", "tls/authority.crt"}};
    };
    const auto file = [&](const std::string& who, nlohmann::json more) {
        more.update(identity(who));
        write(config(who), more.dump(2));
    };
    const auto server = [&](const std::string& who, nlohmann::json more) {
        more["listen"] = "127.0.0.1:" + std::to_string(ports_[who]);
        more["database"] = "sqlite:" + who + ".db";
        more["master_key"] = "master.key";
        file(who, std::move(more));
    };
    const nlohmann::json masters{
        {"load", "load.key"}, {"purchase", "purchase.key"}, {"tac", "tac.key"}};
    const auto cards = [](const std::string& package, const std::string& numbers) {
        return nlohmann::json{{"package", package}, {"numbers", numbers}, {"ceiling", 100000}};
    };
    server("onecard", {{"peers", {"business"}},
                       {"masters", masters},
                       {"new_cards", cards("transit.package", "000031008600")}});
    server("bank", {{"peers", {"phone", "business"}},
                    {"masters", masters},
                    {"accounts", {{"alice", 10000}}},
                    {"new_cards", cards("bank.package", "000031008700")}});
    server("merchant", {{"peers", {"phone", "business"}},
                        {"masters", masters},
                        {"prices", {{"ride", 200}}},
                        {"new_cards", cards("merchant.package", "000031008800")}});
    server("payment", {{"peers", {"business"}}, {"accounts", {{"alice", 10000}}}});
    server("business", {{"peers", {"phone"}},
                        {"issuers", {{"onecard", address("onecard")}}},
                        {"payment", address("payment")},
                        {"reconcile_seconds", 1},
                        {"downloads",
                         {{"masters",
                           {{"issuer", "element-issuer.key"},
                            {"module", "element-module.key"},
                            {"packets", "element-packets.key"}}},
                          {"terminals", {{"phone", Element}}},
                          {"gateways", {"gateway"}},
                          {"packages", {{"one-card", "onecard"}}}}}});
    file("phone", {{"server", address("business")},
                   {"issuer", "onecard"},
                   {"journal", "sqlite:phone.db"},
                   {"number", "100000000001"},
                   {"gateway", address("gateway")},
                   {"element", Element}});
    file("gateway", {{"server", address("business")},
                     {"peers", {"phone"}},
                     {"faults", {{"lost", 40}, {"repeated", 40}, {"delayed", 60}, {"seed", 7}}},
                     {"listen", "127.0.0.1:" + std::to_string(ports_["gateway"])}});
    must({"services", "element", Element, folder_ / "phone.nvm", "--config", config("business")});
}

void ServicesWalk::start(const std::string& who) {
    auto& process = running_[who];
    process = std::make_unique<Process>(
        std::vector<std::string>{"services", who, "--config", config(who)});
    ASSERT_TRUE(process->prints(who + " listens at port " + std::to_string(ports_[who])))
        << process->wait().err;
}

void ServicesWalk::start_all() {
    for (const char* who : {"onecard", "payment", "business"}) start(who);
}

void ServicesWalk::change(const std::string& who, const std::function<void(nlohmann::json&)>& how) {
    auto file = nlohmann::json::parse(read(config(who)));
    how(file);
    write(config(who), file.dump(2));
}

nlohmann::json ServicesWalk::address(const std::string& who) const {
    return {{"address", "127.0.0.1:" + std::to_string(ports_.at(who))},
            {"certificate", "tls/" + who + ".crt"}};
}

void ServicesWalk::send_phone_to(int port) {
    change("phone", [&](nlohmann::json& file) {
        file["server"]["address"] = "127.0.0.1:" + std::to_string(port);
    });
}

void ServicesWalk::connect_issuers(const std::vector<std::string>& names) {
    change("business", [&](nlohmann::json& file) {
        for (const auto& name : names) {
            file["issuers"][name] = address(name);
            file["downloads"]["packages"][name] = name;
        }
    });
}

void ServicesWalk::ask_directly(const std::string& server) {
    change("phone", [&](nlohmann::json& file) {
        file["server"] = address(server);
        file.erase("issuer");
    });
}

void ServicesWalk::end(const std::string& who) {
    auto& process = running_.at(who);
    process->signal(SIGTERM);
    EXPECT_EQ(process->wait().exit_code, 0) << who;
    running_.erase(who);
}

std::vector<std::string> ServicesWalk::phone(std::vector<std::string> job,
                                             const std::string& purse) const {
    std::vector<std::string> all{"services", "terminal", "--config", config("phone")};
    all.insert(all.end(), job.begin(), job.end());
    all.insert(all.end(), {"--nvm", folder_ / "phone.nvm", "--aid", purse});
    return all;
}

Result ServicesWalk::books(const std::string& who) const {
    return run({"services", "books", "--config", config(who)});
}

}  // namespace cli_test
