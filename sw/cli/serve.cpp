// serve.cpp - `cartouche serve`: a card and a reader for unmodified tools.

#include "cli/serve.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <chrono>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/failure.hpp"

namespace cli {
namespace {

constexpr std::chrono::milliseconds TickPeriod{250};

}  // namespace

Ticker::Ticker(std::function<void()> tick)
    : thread_{[this, tick = std::move(tick)] {
          std::unique_lock lock{mutex_};
          while (!changed_.wait_for(lock, TickPeriod, [this] { return end_; })) tick();
      }} {}

Ticker::~Ticker() {
    {
        const std::lock_guard lock{mutex_};
        end_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

std::unique_ptr<ControlServer> open_control(const std::string& path, Post post,
                                            ControlServer::Handler handler) {
    if (!path.empty())
        return std::make_unique<ControlServer>(path, std::move(post), std::move(handler));
    try {
        return std::make_unique<ControlServer>(default_control_path(), std::move(post),
                                               std::move(handler));
    } catch (const Failure& failure) {
        fmt::print(std::cerr, "cartouche: {}; going on without control\n", failure.what());
        return nullptr;
    }
}

void print_level(const ServeOptions& options) {
    fmt::print("level {}", to_string(options.world.level));
    if (options.world.level != Level::Tlm)
        fmt::print(", noise {} with seed {}", options.world.air.noise,
                   options.world.air.noise_seed);
    fmt::print(", phase jitter of {} with seed {}\n", options.policy.phases, options.policy.seed);
}

void print_ready(const std::string& socket) {
    if (!socket.empty())
        fmt::print("change the card with `cartouche control --socket {} ...`\n", socket);
    fmt::print("Ctrl-C ends; the card is saved.\nready\n");
    std::cout << std::flush;
    std::fflush(stdout);
}

void add_serve(CLI::App& app, Context&) {
    CLI::App* serve = app.add_subcommand("serve", "a card and a reader for unmodified NFC tools");
    const auto options = std::make_shared<ServeOptions>();
    auto* card = serve->add_option("--card", options->card,
                                   "image of its sectors: .mfd .bin .eml .json .nfc");
    card->check(CLI::ExistingFile);
    serve->add_option("--nvm", options->card, "file of the whole card, as `cartouche new` makes it")
        ->check(CLI::ExistingFile)
        ->excludes(card);
    add_level(*serve, options->world.level);
    auto* pn532 = serve->add_option("--pn532", options->link,
                                    "symbolic link to make to the reader's terminal");
    auto* pcsc =
        serve
            ->add_option_function<std::string>(
                "--pcsc", [options](const std::string& text) { options->pcsc = text; },
                "insert the card at pcscd's vpcd driver, HOST:PORT; default localhost:35963")
            ->expected(0, 1)
            ->excludes(pn532);
    auto* contactless = serve->add_flag("--contactless", options->contactless,
                                        "through the reader, the air and the card's antenna, "
                                        "not by contacts");
    auto* apdus = serve->add_option("--apdus", options->apdus,
                                    "write what pcscd sends and gets to a file, - for the screen");
    contactless->needs(pcsc);
    apdus->needs(pcsc);
    serve->add_option("--control", options->control, "socket for `cartouche control`");
    serve->add_option("--slots", options->world.slots, "places for cards in the field")
        ->check(CLI::IsMember({1U, port::CardSlots}))
        ->capture_default_str();
    add_card(*serve, options->card_options);
    add_sinks(*serve, options->sinks);
    add_fst(*serve, options->world);
    serve->add_option("--gap", options->policy.gap, "ticks from the end of an exchange to the next")
        ->check(CLI::Range(base::Tick{1172}, base::Tick{1} << 30U))
        ->capture_default_str();
    serve
        ->add_option("--jitter", options->policy.phases,
                     "count of phases at field-on, 128 ticks each")
        ->check(CLI::Range(1U, 65535U))
        ->capture_default_str();
    serve->add_option("--seed", options->policy.seed, "seed of the phases and the reader's nonces")
        ->capture_default_str();
    serve->add_flag("!--no-keep-alive", options->keep_alive,
                    "send ACKs at once, however slow the simulation is");
    add_rate(*serve, options->policy.highest_rate);
    add_air(*serve, options->world.air);
    serve->callback([options] { options->pcsc ? serve_pcsc(*options) : serve_pn532(*options); });
}

}  // namespace cli
