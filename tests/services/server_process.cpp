#include "server_process.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "base/hex.hpp"
#include "lab/worked_purse.hpp"
#include "platform/certificates.hpp"
#include "platform/key_set.hpp"
#include "platform/master_key.hpp"
#include "platform/private_file.hpp"
#include "services/site.hpp"

namespace services_test {
namespace {

void write_key(const std::filesystem::path& file, reader::KeyType type, const reader::ScpKey& key) {
    platform::write_private_file(
        file, nlohmann::json{{"key", base::to_hex(key.expose())},
                             {"check", platform::check_value(type, key)},
                             {"type", type == reader::KeyType::Des ? "des" : "aes"}}
                  .dump());
}

}  // namespace

std::string ServerProcess::card(unsigned number) {
    return fmt::format("000031008600{:08}", number + 1);
}

ServerProcess::ServerProcess(std::filesystem::path folder, unsigned cards, services::Fen opening,
                             const std::function<std::string(const std::string&)>& database)
    : folder_{std::move(folder)}, cards_{cards}, opening_{opening}, database_{database} {
    platform::make_certificates(folder_, {"onecard", "payment", "business", "terminal-1"});
    const auto masters = lab::worked_masters();
    write_key(folder_ / "load.key", reader::KeyType::Des, masters.load);
    write_key(folder_ / "purchase.key", reader::KeyType::Des, masters.purchase);
    write_key(folder_ / "tac.key", reader::KeyType::Des, masters.tac);
    write_key(folder_ / "master.key", reader::KeyType::Aes,
              reader::ScpKey{platform::system_random(32)});
    std::array<int, 2> ready{};
    std::array<int, 2> end{};
    if (::pipe(ready.data()) != 0 || ::pipe(end.data()) != 0)
        throw std::runtime_error{"no pipe to the servers"};
    process_ = ::fork();
    if (process_ < 0) throw std::runtime_error{"no process for the servers"};
    if (process_ == 0) {
        ::close(end[1]);
        int result = 1;
        try {
            result = serve(ready[1], end[0]);
        } catch (const std::exception& error) {
            fmt::print(stderr, "servers: {}\n", error.what());
        }
        ::_exit(result);
    }
    ::close(ready[1]);
    ::close(end[0]);
    end_ = end[1];
    const bool told = ::read(ready[0], &port_, sizeof port_) == sizeof port_;
    ::close(ready[0]);
    if (!told) throw std::runtime_error{"the servers do not start"};
}

ServerProcess::~ServerProcess() { (void)stop(); }

bool ServerProcess::stop() {
    if (process_ < 0) return true;
    ::close(end_);
    int status = 0;
    ::waitpid(std::exchange(process_, -1), &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void ServerProcess::write(const std::string& name, const nlohmann::json& more) const {
    nlohmann::json config{{"listen", "127.0.0.1:0"},     {"certificate", name + ".crt"},
                          {"key", name + ".key"},        {"authority", "authority.crt"},
                          {"database", database_(name)}, {"master_key", "master.key"}};
    config.update(more);
    platform::write_private_file(folder_ / (name + ".json"), config.dump(2));
}

int ServerProcess::serve(int ready, int end) const {
    nlohmann::json cards = nlohmann::json::object();
    for (unsigned i = 0; i < cards_; ++i) cards[card(i)] = 0;
    write("onecard",
          {{"peers", {"business"}},
           {"masters", {{"load", "load.key"}, {"purchase", "purchase.key"}, {"tac", "tac.key"}}},
           {"cards", cards}});
    write("payment", {{"peers", {"business"}}, {"accounts", {{Customer, opening_}}}});
    services::PurseSite onecard{
        services::read_purse_server_config(folder_ / "onecard.json", services::PurseRole::OneCard)};
    services::PaymentSite payment{services::read_payment_config(folder_ / "payment.json")};
    const auto address = [](const std::string& name, int port) {
        return nlohmann::json{{"address", fmt::format("127.0.0.1:{}", port)},
                              {"certificate", name + ".crt"}};
    };
    write("business", {{"peers", {"terminal-1"}},
                       {"issuers", {{"onecard", address("onecard", onecard.start())}}},
                       {"payment", address("payment", payment.start())}});
    services::BusinessSite business{services::read_business_config(folder_ / "business.json")};
    const int port = business.start();
    if (::write(ready, &port, sizeof port) != sizeof port) return 1;
    char none = 0;
    while (::read(end, &none, 1) > 0) continue;
    for (services::Site* site :
         {static_cast<services::Site*>(&business), static_cast<services::Site*>(&onecard),
          static_cast<services::Site*>(&payment)})
        site->stop();
    return 0;
}

std::unique_ptr<services::MoneyOffice> ServerProcess::office(const std::string& name) const {
    services::MoneyOfficeOptions options;
    options.name = name;
    options.database = database_(name);
    constexpr std::string_view Sqlite = "sqlite:";
    if (options.database.starts_with(Sqlite))
        options.database = "sqlite:" + (folder_ / options.database.substr(Sqlite.size())).string();
    return std::make_unique<services::MoneyOffice>(options,
                                                   platform::read_key_file(folder_ / "master.key"));
}

}  // namespace services_test
