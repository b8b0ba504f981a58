// services.cpp - `cartouche services`: the servers of system B and their books.

#include <fmt/format.h>

#include <memory>

#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/platform_commands.hpp"
#include "cli/services_commands.hpp"
#include "cli/stop_signal.hpp"
#include "platform/master_key.hpp"
#include "services/site.hpp"
#include "services/yuan.hpp"

namespace cli {
namespace {

using services::yuan;

template <typename Site>
void serve(Site& site) {
    // Signals first: no other thread may take them.
    const StopSignal signal{[&] { site.stop(); }};
    const int port = site.start();
    fmt::print("{} listens at port {}\n", site.name(), port);
    std::fflush(stdout);
    site.wait();
}

void serve_purses(const std::string& file, services::PurseRole role) {
    services::PurseSite site{services::read_purse_server_config(file, role)};
    serve(site);
}

void serve_payment(const std::string& file) {
    services::PaymentSite site{services::read_payment_config(file)};
    serve(site);
}

void serve_business(const std::string& file) {
    services::BusinessSite site{services::read_business_config(file)};
    serve(site);
}

void serve_gateway(const std::string& file) {
    services::GatewaySite site{services::read_gateway_config(file)};
    serve(site);
}

/// What a server has in its books, and whether they are right.
void print_books(const std::string& file) {
    const auto config = services::read_site_config(file);
    services::MoneyOfficeOptions options;
    options.database = config.database;
    services::MoneyOffice office{options, platform::read_key_file(config.master_key)};
    const auto faults = office.database.transaction([&](soci::session& sql) {
        for (const auto& [account, balance] : office.ledger.balances(sql))
            fmt::print("{:<40} {:>12}\n", account, yuan(balance));
        for (const auto& one : office.book.unfinished(sql, options.clock()))
            fmt::print("{} {} {} is {}\n", one.id, one.kind, yuan(one.amount),
                       to_string(one.state));
        return office.ledger.faults(sql);
    });
    for (const auto& fault : faults) fmt::print("{}\n", fault);
    if (!faults.empty()) throw Failure{JobFailed, "the books are not right"};
    fmt::print("the books are right\n");
}

struct ServicesOptions {
    std::string config{};
};

}  // namespace

void add_services(CLI::App& app, Context&) {
    CLI::App* top = app.add_subcommand(
        "services", "one-card, bank and merchant servers, payment system, business platform");
    top->require_subcommand(1);
    const auto options = std::make_shared<ServicesOptions>();
    const auto server = [&](const char* name, const char* help, auto run) {
        CLI::App* made = top->add_subcommand(name, help);
        made->add_option("--config", options->config, "the server's file")
            ->required()
            ->check(CLI::ExistingFile);
        made->callback(guarded([options, run] { run(options->config); }));
    };
    using services::PurseRole;
    server("onecard", "the one-card (transit) server, until Ctrl-C",
           [](const std::string& file) { serve_purses(file, PurseRole::OneCard); });
    server("bank", "the bank's server, until Ctrl-C",
           [](const std::string& file) { serve_purses(file, PurseRole::Bank); });
    server("merchant", "the merchant's server, until Ctrl-C",
           [](const std::string& file) { serve_purses(file, PurseRole::Merchant); });
    server("payment", "the payment system, until Ctrl-C", serve_payment);
    server("business", "the business platform: money, and cards by download, until Ctrl-C",
           serve_business);
    server("gateway", "carries short messages to phones, well or badly, until Ctrl-C",
           serve_gateway);
    server("books", "what a server has in its books, and whether they are right", print_books);
    add_services_terminal(*top);
    add_services_factory(*top);
}

}  // namespace cli
