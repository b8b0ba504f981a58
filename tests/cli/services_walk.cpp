#include "services_walk.hpp"

#include <filesystem>
#include <nlohmann/json.hpp>

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

    for (const char* who : {"onecard", "bank", "merchant", "payment", "business", "gateway"})
        ports_[who] = free_port();
    const auto identity = [](const std::string& who) {
        return nlohmann::json{{"certificate", "tls/" + who + ".crt"},
                              {"key", "tls/" + who + ".key"},
                              {"authority", "tls/authority.crt"}};
    };
    const auto address = [&](const std::string& who) {
        return nlohmann::json{{"address", "127.0.0.1:" + std::to_string(ports_[who])},
                              {"certificate", "tls/" + who + ".crt"}};
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
    server("onecard",
           {{"peers", {"business"}},
            {"masters", masters},
            {"new_cards",
             {{"package", "transit.package"}, {"numbers", "000031008600"}, {"ceiling", 100000}}}});
    server("bank", {{"peers", {"phone"}}, {"masters", masters}, {"accounts", {{"alice", 10000}}}});
    server("merchant", {{"peers", {"phone"}}, {"masters", masters}, {"prices", {{"ride", 200}}}});
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
                   {"element", Element}});
    file("gateway", {{"server", address("business")},
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

void ServicesWalk::send_phone_to(int port) {
    auto file = nlohmann::json::parse(read(config("phone")));
    file["server"]["address"] = "127.0.0.1:" + std::to_string(port);
    write(config("phone"), file.dump(2));
}

void ServicesWalk::end(const std::string& who) {
    auto& process = running_.at(who);
    process->signal(SIGTERM);
    EXPECT_EQ(process->wait().exit_code, 0) << who;
    running_.erase(who);
}

std::vector<std::string> ServicesWalk::phone(std::vector<std::string> job) const {
    std::vector<std::string> all{"services", "terminal", "--config", config("phone")};
    all.insert(all.end(), job.begin(), job.end());
    all.insert(all.end(), {"--nvm", folder_ / "phone.nvm", "--aid", Purse});
    return all;
}

Result ServicesWalk::books(const std::string& who) const {
    return run({"services", "books", "--config", config(who)});
}

}  // namespace cli_test
