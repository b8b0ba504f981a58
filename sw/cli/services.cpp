// services.cpp - `cartouche services`: the servers of the money side, and a terminal with one card.

#include <fmt/format.h>

#include <cstdlib>
#include <memory>

#include "base/hex.hpp"
#include "cli/card_on_stage.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/platform_commands.hpp"
#include "cli/stop_signal.hpp"
#include "platform/master_key.hpp"
#include "platform/terminal.hpp"
#include "services/site.hpp"
#include "services/terminal.hpp"

namespace cli {
namespace {

using services::Fen;

void serve(services::Site& site) {
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

std::string yuan(Fen amount) {
    return fmt::format("{}{}.{:02}", amount < 0 ? "-" : "", std::abs(amount) / 100,
                       std::abs(amount) % 100);
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

struct Options {
    std::string config{};
    std::string job{};
    std::string what{};  ///< an amount in yuan, or a service
    std::string account{};
    std::string aid{};
    std::string nvm{};
    bool contactless = false;
};

/// "50", "50.5", "50.00"
Fen amount_of(const std::string& text) {
    const auto dot = text.find('.');
    const std::string whole = text.substr(0, dot);
    std::string part = dot == std::string::npos ? "" : text.substr(dot + 1);
    const auto digits = [](const std::string& all) {
        return all.find_first_not_of("0123456789") == std::string::npos;
    };
    if (whole.empty() || whole.size() > 7 || part.size() > 2 || !digits(whole) || !digits(part))
        throw Failure{WrongUse, text + ": expected an amount such as 50.00"};
    part.resize(2, '0');
    return std::stoll(whole) * 100 + std::stoll(part);
}

void run_job(const Options& options, hostlink::SmartCard& card) {
    const auto config = services::read_terminal_config(options.config);
    const platform::Credential own{config.identity.certificate, config.identity.key};
    platform::HttpsWire wire{config.server.host, config.server.port, own,
                             config.identity.authority};
    platform::Remote remote{wire, own, platform::read_certificate(config.server.certificate)};
    services::RemoteLine line{remote};
    const auto aid = options.aid.empty() ? services::purse_aid()
                                         : base::from_hex(options.aid).value_or(base::Bytes{});
    services::Pos pos{card, aid, config.number};
    services::TerminalOptions made;
    made.issuer = config.issuer;
    made.database = config.journal;
    services::Terminal terminal{line, pos, made};
    if (options.job == "recover") {
        fmt::print("{} left open\n", terminal.recover());
        return;
    }
    if (options.job == "balance") {
        const auto view = pos.find();
        if (!view) throw Failure{JobFailed, "there is no card with a purse"};
        fmt::print("card {}: {}\n", base::to_hex(view->number), yuan(view->balance));
        return;
    }
    if (options.what.empty()) throw Failure{WrongUse, "AMOUNT or SERVICE is required"};
    services::Receipt receipt;
    if (options.job == "top-up")
        receipt = terminal.top_up(amount_of(options.what), options.account);
    if (options.job == "debit") receipt = terminal.debit(amount_of(options.what), options.account);
    if (options.job == "serve") receipt = terminal.serve(options.what);
    fmt::print("the card holds {}{}\n", yuan(receipt.balance),
               receipt.booked ? "" : ", to be booked by `recover`");
}

void add_terminal_job(CLI::App& top, const std::shared_ptr<Options>& options) {
    CLI::App* command = top.add_subcommand("terminal", "a terminal with its POS and one card");
    command->add_option("--config", options->config, "the terminal's file")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("JOB", options->job, "top-up, debit, serve, balance or recover")
        ->required()
        ->check(CLI::IsMember({"top-up", "debit", "serve", "balance", "recover"}));
    command->add_option("WHAT", options->what, "an amount in yuan, or the service's name");
    command->add_option("--account", options->account, "who pays, or gets it");
    command->add_option("--aid", options->aid, "of the purse, hexadecimal");
    command->add_option("--nvm", options->nvm, "file of the card, as `cartouche new` makes it")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_flag("--contactless", options->contactless, "through the air, not by contacts");
    command->callback(guarded([options] {
        with_card({options->nvm, options->contactless},
                  [&](hostlink::SmartCard& card) { run_job(*options, card); });
    }));
}

}  // namespace

void add_services(CLI::App& app, Context&) {
    CLI::App* top = app.add_subcommand(
        "services", "one-card, bank and merchant servers, payment system, business platform");
    top->require_subcommand(1);
    const auto options = std::make_shared<Options>();
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
    server("business", "the business platform's way of money, until Ctrl-C", serve_business);
    server("books", "what a server has in its books, and whether they are right", print_books);
    add_terminal_job(*top, options);
}

}  // namespace cli
