// platform_terminal.cpp - `cartouche platform terminal`: a service terminal with one card.

#include <fmt/format.h>

#include "base/hex.hpp"
#include "cli/card_slot.hpp"
#include "cli/failure.hpp"
#include "cli/platform_commands.hpp"
#include "flows/stage.hpp"
#include "platform/config.hpp"
#include "platform/https.hpp"
#include "platform/terminal.hpp"

namespace cli {
namespace {

struct Options {
    std::string config{};
    std::string job{};
    std::string card{};
    std::string domain{};
    std::string nvm{};
    bool contactless = false;
    Level level = Level::Tlm;
};

flows::Level level_of(Level level) {
    return level == Level::Tlm   ? flows::Level::Tlm
           : level == Level::Rtl ? flows::Level::Rtl
                                 : flows::Level::Both;
}

void run_job(const Options& options, hostlink::SmartCard& card) {
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

void serve_card(const Options& options) {
    CardOptions card_options;
    card_options.rtl_engine = options.level != Level::Tlm;
    CardSlot slot{options.nvm, card_options};
    if (slot.chip() == nullptr) throw Failure{WrongUse, options.nvm + ": this card has no card OS"};
    flows::StageOptions stage_options;
    stage_options.level = level_of(options.level);
    stage_options.profile = slot.profile();
    std::exception_ptr failure;
    {
        flows::Stage stage{stage_options, *slot.chip()};
        const auto via = options.contactless ? flows::Via::Air : flows::Via::Contacts;
        try {
            run_job(options, stage.card(via));
        } catch (...) {
            failure = std::current_exception();
        }
        stage.card(via).power_off();
        stage.finish();
    }
    // Whatever ended the job, what the card holds is kept.
    slot.save();
    if (failure) std::rethrow_exception(failure);
    slot.check();
}

}  // namespace

void add_platform_terminal(CLI::App& top, const Guard& guarded) {
    CLI::App* command = top.add_subcommand("terminal", "a service terminal with one card");
    const auto options = std::make_shared<Options>();
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
    command->callback(guarded([options] { serve_card(*options); }));
}

}  // namespace cli
