// terminal.cpp - `cartouche terminal`: the sectors of a card over its contacts, as a web page of
// this machine or for scripts.

#include "cli/terminal.hpp"

#include <fmt/format.h>

#include <atomic>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/sector_card.hpp"
#include "cli/stop_signal.hpp"
#include "terminal/server.hpp"

namespace cli {
namespace {

constexpr unsigned MostSector = 39;
constexpr unsigned MostBlock = 15;

dump::CardImage sample_sectors() {
    constexpr auto Kind = port::CardKind::Classic1k;
    const base::Bytes uid{0x9C, 0x59, 0x9B, 0x32};
    dump::CardImage sectors = dump::fresh(Kind, uid, dump::default_identity(Kind, uid.size()));
    fill_with_samples(sectors);
    return sectors;
}

std::unique_ptr<CardSlot> make_slot(const TerminalOptions& options) {
    CardOptions card = options.card;
    card.rtl_engine = options.level != flows::Level::Tlm;
    if (!options.nvm.empty()) return std::make_unique<CardSlot>(options.nvm, card);
    const dump::CardImage sectors =
        options.image.empty() ? sample_sectors() : dump::load(options.image);
    return std::make_unique<CardSlot>(sectors, chip_profile(sectors), card, options.image);
}

std::vector<base::SectorKey> gate_keys(const TerminalOptions& options) {
    return options.keys.empty() ? std::vector<base::SectorKey>{} : read_keys(options.keys);
}

}  // namespace

TerminalBench::TerminalBench(const TerminalOptions& options)
    : card_{make_slot(options), options.level, gate_keys(options), log_}, session_{card_, log_} {
    hide_memory();
}

void serve_page(const TerminalOptions& options) {
    // Signals first: no other thread may take them.
    std::atomic<terminal::Server*> running{nullptr};
    std::atomic<bool> stopped{false};
    const StopSignal stop{[&] {
        stopped = true;
        if (auto* server = running.load()) server->stop();
    }};
    TerminalBench bench{options};
    {
        terminal::Server server{bench.session(), bench.log(), options.port};
        fmt::print("level {}. Open this in a browser of this machine:\n\n    {}\n\n",
                   flows::to_string(options.level), server.address());
        if (options.nvm.empty())
            fmt::print("The PIN of this card is {}, its unblocking code {}.\n", FactoryPin,
                       FactoryUnblockingCode);
        fmt::print("Ctrl-C ends.\nready\n");
        std::fflush(stdout);
        running = &server;
        if (!stopped) server.run();
        running = nullptr;
    }
    bench.finish();
}

void add_terminal(CLI::App& app, Context&) {
    CLI::App* command = app.add_subcommand(
        "terminal", "looks at a card's sectors over its contacts and changes them: a web page");
    const auto options = std::make_shared<TerminalOptions>();
    auto* nvm = command->add_option("--nvm", options->nvm,
                                    "file of the card, from `cartouche new --chip --sectors`");
    nvm->check(CLI::ExistingFile);
    command
        ->add_option("--card", options->image,
                     "image of sectors, which get contacts and a card OS for this run")
        ->check(CLI::ExistingFile)
        ->excludes(nvm);
    command->add_option("--keys", options->keys, "file of sector keys that the gate knows")
        ->check(CLI::ExistingFile);
    add_level(*command, options->level);
    command->add_option("--port", options->port, "of 127.0.0.1; 0: any that is free")
        ->check(CLI::Range(0, 65535))
        ->capture_default_str();
    command->require_subcommand(0, 1);

    const auto add = [&](const char* name, const char* help, auto run) {
        CLI::App* made = command->add_subcommand(name, help);
        made->fallthrough();
        made->add_option("SECTOR", options->sector, "number of the sector")
            ->required()
            ->check(CLI::Range(0U, MostSector));
        made->callback([options, run] { run(*options); });
        return made;
    };
    CLI::App* view = add("view", "shows a sector", view_sector);
    view->add_flag("--json", options->json, "as JSON");
    view->add_flag("--gate", options->gate, "as a gate reads it over the air");
    CLI::App* modify =
        add("modify", "writes a block through backup and buffer file", modify_sector);
    modify->add_option("BLOCK", options->block, "number of the block in the sector")
        ->required()
        ->check(CLI::Range(0U, MostBlock));
    modify
        ->add_option("HEX", options->hex,
                     "32 digits; - reads them from standard input, which a trailer's keys need")
        ->required();
    add_pin(*modify, options->pin);
    CLI::App* undo = add("undo", "brings back what was there before the last change", undo_sector);
    add_pin(*undo, options->pin);
    command->callback([command, options] {
        if (command->get_subcommands().empty()) serve_page(*options);
    });
}

}  // namespace cli
