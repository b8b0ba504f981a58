// platform_terminal.cpp - `cartouche platform terminal`: a service terminal with one card.

#include <fmt/format.h>

#include "base/hex.hpp"
#include "cli/card_on_stage.hpp"
#include "cli/failure.hpp"
#include "cli/platform_commands.hpp"
#include "platform/config.hpp"
#include "platform/https.hpp"
#include "platform/terminal.hpp"

namespace cli {
namespace {

struct PlatformTerminalOptions {
    std::string config{};
    std::string job{};
    std::string card{};
    std::string domain{};
    std::string nvm{};
    bool contactless = false;
    Level level = Level::Tlm;
};

void run_job(const PlatformTerminalOptions& options, hostlink::SmartCard& card) {
    const auto config = platform::read_terminal_config(options.config);
    const platform::Credential own{config.identity.certificate, config.identity.key};
    platform::HttpsWire wire{config.platform.host, config.platform.port, own,
                             config.identity.authority};
    platform::Remote remote{wire, own, platform::read_certificate(config.platform.certificate)};
    platform::Terminal terminal{
        remote, card, [](const platform::Step& step, base::ByteView answer) {
            fmt::print("{:<32} {:<34} {}\n", step.name, step.domain,
                       answer.size() < 2 ? "no answer" : base::to_hex(answer.last(2)));
            std::fflush(stdout);
        }};
    if (options.job == "due") {
        for (const auto& domain : terminal.due(options.card)) fmt::print("{}\n", domain);
        return;
    }
    if (options.domain.empty()) throw Failure{WrongUse, "DOMAIN is required"};
    const auto result = terminal.run(options.job, options.card, options.domain);
    fmt::print("{}: {}\n", result.value("result", ""), result.value("checks", ""));
}

}  // namespace

void add_platform_terminal(CLI::App& top, const Guard& guarded) {
    CLI::App* command = top.add_subcommand("terminal", "a service terminal with one card");
    const auto options = std::make_shared<PlatformTerminalOptions>();
    command->add_option("--config", options->config, "the terminal's file")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("JOB", options->job, "create, update, download, or due: what is to be done")
        ->required()
        ->check(CLI::IsMember({"create", "update", "download", "due"}));
    command->add_option("CARD", options->card, "diversification data, hexadecimal")->required();
    command->add_option("DOMAIN", options->domain, "AID of the domain, hexadecimal");
    command->add_option("--nvm", options->nvm, "file of the card, as `cartouche new` makes it")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_flag("--contactless", options->contactless, "through the air, not by contacts");
    add_level(*command, options->level);
    command->callback(guarded([options] {
        with_card({options->nvm, options->contactless, options->level},
                  [&](hostlink::SmartCard& card) { run_job(*options, card); });
    }));
}

}  // namespace cli
