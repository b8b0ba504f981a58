// services_terminal.cpp - `cartouche services terminal`: a terminal with its POS, or a phone with
// its secure element, and the cards in it.

#include <fmt/format.h>

#include <memory>

#include "base/hex.hpp"
#include "cli/card_on_stage.hpp"
#include "cli/failure.hpp"
#include "cli/platform_commands.hpp"
#include "cli/services_commands.hpp"
#include "ota/main_control_unit.hpp"
#include "platform/https.hpp"
#include "services/config.hpp"
#include "services/remote_line.hpp"
#include "services/terminal.hpp"
#include "services/yuan.hpp"

namespace cli {
namespace {

using services::Fen;
using services::yuan;

struct Options {
    std::string config{};
    std::string job{};
    std::string what{};  ///< an amount in yuan, a service, or a kind of card
    std::string account{};
    std::string aid{};
    std::string nvm{};
    bool contactless = false;
};

/// The terminal's line to its server.
struct Connection {
    explicit Connection(const services::TerminalConfig& config)
        : own{config.identity.certificate, config.identity.key},
          wire{config.server.host, config.server.port, own, config.identity.authority},
          remote{wire, own, platform::read_certificate(config.server.certificate)} {}

    platform::Credential own;
    platform::HttpsWire wire;
    platform::Remote remote;
};

Fen amount_of(const std::string& text) {
    const auto amount = services::fen_of(text);
    if (!amount) throw Failure{WrongUse, text + ": expected an amount such as 50.00"};
    return *amount;
}

/// What is wrong is told before there is a card.
void check(const Options& options, const services::TerminalConfig& config) {
    const bool pays = options.job == "top-up" || options.job == "debit";
    if (options.what.empty() && options.job != "balance" && options.job != "recover")
        throw Failure{WrongUse, options.job + ": WHAT is required"};
    if (pays) (void)amount_of(options.what);
    if (options.job == "download" && !ota::kind_named(options.what))
        throw Failure{WrongUse, options.what + ": expected one-card, bank or merchant"};
    if (options.job == "download" && config.element.empty())
        throw Failure{WrongUse, options.config + ": \"element\" is missing"};
    if (!options.aid.empty() && !base::from_hex(options.aid))
        throw Failure{WrongUse, "--aid: expected hexadecimal digits"};
}

void download(const Options& options, const services::TerminalConfig& config,
              hostlink::SmartCard& element) {
    Connection to{config};
    ota::MainControlUnit unit{to.remote, element, config.element,
                              [](const std::string& step, apdu::StatusWord sw) {
                                  fmt::print("{} {:04X}\n", step, sw);
                                  std::fflush(stdout);
                              }};
    const auto done = unit.download(*ota::kind_named(options.what));
    fmt::print("card {} is {}\n", done.at("card").get<unsigned>(),
               done.at("instance").get<std::string>());
}

void use_money(const Options& options, const services::TerminalConfig& config,
               hostlink::SmartCard& card) {
    Connection to{config};
    services::RemoteLine line{to.remote};
    services::Pos pos{
        card, options.aid.empty() ? services::purse_aid() : base::from_hex(options.aid).value(),
        config.number};
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
    services::Receipt receipt;
    if (options.job == "top-up")
        receipt = terminal.top_up(amount_of(options.what), options.account);
    if (options.job == "debit") receipt = terminal.debit(amount_of(options.what), options.account);
    if (options.job == "serve") receipt = terminal.serve(options.what);
    fmt::print("the card holds {}{}\n", yuan(receipt.balance),
               receipt.booked ? "" : ", to be booked by `recover`");
}

void run_job(const Options& options) {
    const auto config = services::read_terminal_config(options.config);
    check(options, config);
    with_card({options.nvm, options.contactless}, [&](hostlink::SmartCard& card) {
        if (options.job == "download") return download(options, config, card);
        use_money(options, config, card);
    });
}

}  // namespace

void add_services_terminal(CLI::App& top) {
    const auto options = std::make_shared<Options>();
    CLI::App* command =
        top.add_subcommand("terminal", "a terminal with its POS, or a phone, and its card");
    command->add_option("--config", options->config, "the terminal's file")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("JOB", options->job, "top-up, debit, serve, balance, recover or download")
        ->required()
        ->check(CLI::IsMember({"top-up", "debit", "serve", "balance", "recover", "download"}));
    command->add_option("WHAT", options->what,
                        "an amount in yuan, the service's name, or a kind of card: one-card, bank, "
                        "merchant");
    command->add_option("--account", options->account, "who pays, or gets it");
    command->add_option("--aid", options->aid, "of the purse, hexadecimal");
    command
        ->add_option("--nvm", options->nvm,
                     "file of the card, as `cartouche new` and `services element` make it")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_flag("--contactless", options->contactless, "through the air, not by contacts");
    command->callback(guarded([options] { run_job(*options); }));
}

}  // namespace cli
