// services_terminal.cpp - `cartouche services terminal`: a terminal with its POS, or a phone with
// its secure element, and the cards in it.

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <thread>

#include "base/hex.hpp"
#include "cli/card_on_stage.hpp"
#include "cli/failure.hpp"
#include "cli/platform_commands.hpp"
#include "cli/services_commands.hpp"
#include "ota/main_control_unit.hpp"
#include "ota/sms_terminal.hpp"
#include "platform/https.hpp"
#include "services/config.hpp"
#include "services/remote_line.hpp"
#include "services/terminal.hpp"
#include "services/yuan.hpp"

namespace cli {
namespace {

using services::Fen;
using services::yuan;

// A gateway or platform that was killed is waited for.
constexpr unsigned MostLost = 60;
constexpr std::chrono::milliseconds Patience{500};

struct ServicesTerminalOptions {
    std::string config{};
    std::string job{};
    std::string what{};  ///< an amount in yuan, a service, or a kind of card
    std::string account{};
    std::string aid{};
    std::string nvm{};
    bool contactless = false;
};

/// The terminal's line to its server, or to another one.
struct Connection {
    explicit Connection(const services::TerminalConfig& config)
        : Connection{config, config.server} {}
    Connection(const services::TerminalConfig& config, const platform::Address& server)
        : own{config.identity.certificate, config.identity.key},
          wire{server.host, server.port, own, config.identity.authority},
          remote{wire, own, platform::read_certificate(server.certificate)} {}

    platform::Credential own;
    platform::HttpsWire wire;
    platform::Remote remote;
};

Fen amount_of(const std::string& text) {
    const auto amount = services::fen_of(text);
    if (!amount) throw Failure{WrongUse, text + ": expected an amount such as 50.00"};
    return *amount;
}

bool is_download(const ServicesTerminalOptions& options) {
    return options.job == "download" || options.job == "download-sms";
}

/// What is wrong is told before there is a card.
void check(const ServicesTerminalOptions& options, const services::TerminalConfig& config) {
    const bool pays = options.job == "top-up" || options.job == "debit";
    if (options.what.empty() && options.job != "balance" && options.job != "recover")
        throw Failure{WrongUse, options.job + ": WHAT is required"};
    if (pays) (void)amount_of(options.what);
    if (is_download(options) && !ota::kind_named(options.what))
        throw Failure{WrongUse, options.what + ": expected one-card, bank or merchant"};
    if (is_download(options) && config.element.empty())
        throw Failure{WrongUse, options.config + ": \"element\" is missing"};
    if (options.job == "download-sms" && !config.gateway)
        throw Failure{WrongUse, options.config + ": \"gateway\" is missing"};
    if (!options.aid.empty() && !base::from_hex(options.aid))
        throw Failure{WrongUse, "--aid: expected hexadecimal digits"};
}

void download(const ServicesTerminalOptions& options, const services::TerminalConfig& config,
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

/// The phone's part in short messages: what comes goes to the element, what it says goes out.
void download_by_sms(const ServicesTerminalOptions& options, const services::TerminalConfig& config,
                     hostlink::SmartCard& element) {
    Connection to{config, *config.gateway};
    services::RemoteLine line{to.remote};
    if (element.power_on().empty()) throw Failure{JobFailed, "there is no secure element"};
    ota::SmsTerminal terminal{element};
    // Gateway and platform may be killed: what was lost is said again.
    const auto call = [&](const nlohmann::json& request) {
        for (unsigned lost = 0;; ++lost) try {
                return line.call(request);
            } catch (const platform::LineLost&) {
                if (lost == MostLost) throw;
                std::this_thread::sleep_for(Patience);
            }
    };
    (void)call({{"do", "order"}, {"element", config.element}, {"kind", options.what}});
    fmt::print("ordered\n");
    std::fflush(stdout);
    auto out = nlohmann::json::array();
    unsigned came = 0;
    unsigned went = 0;
    for (bool done = false; !done;) {
        const auto answer = call({{"do", "air"}, {"sent", out}});
        done = answer.value("done", false);
        out = nlohmann::json::array();
        for (const auto& message : answer.at("messages")) {
            ++came;
            for (const auto& submit :
                 terminal.deliver(base::from_hex(message.get<std::string>()).value()))
                out.push_back(base::to_hex(submit));
        }
        went += static_cast<unsigned>(out.size());
    }
    fmt::print("the card is there: {} short messages came, {} went\n", came, went);
}

void use_money(const ServicesTerminalOptions& options, const services::TerminalConfig& config,
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

void run_job(const ServicesTerminalOptions& options) {
    const auto config = services::read_terminal_config(options.config);
    check(options, config);
    with_card({options.nvm, options.contactless}, [&](hostlink::SmartCard& card) {
        if (options.job == "download") return download(options, config, card);
        if (options.job == "download-sms") return download_by_sms(options, config, card);
        use_money(options, config, card);
    });
}

}  // namespace

void add_services_terminal(CLI::App& top) {
    const auto options = std::make_shared<ServicesTerminalOptions>();
    CLI::App* command =
        top.add_subcommand("terminal", "a terminal with its POS, or a phone, and its card");
    command->add_option("--config", options->config, "the terminal's file")
        ->required()
        ->check(CLI::ExistingFile);
    command
        ->add_option("JOB", options->job,
                     "top-up, debit, serve, balance, recover, download or download-sms")
        ->required()
        ->check(CLI::IsMember(
            {"top-up", "debit", "serve", "balance", "recover", "download", "download-sms"}));
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
