// serve.cpp - `cartouche serve`: a card and a reader for unmodified tools.

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/control_socket.hpp"
#include "cli/failure.hpp"
#include "cli/field_cards.hpp"
#include "cli/sinks.hpp"
#include "cli/stop_signal.hpp"
#include "cli/world.hpp"
#include "link/pn532_server.hpp"
#include "link/pty.hpp"
#include "reader/reader.hpp"

namespace cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds SavePeriod{250};

struct Options {
    std::string card;
    CardOptions card_options{};
    WorldOptions world{};
    SinkOptions sinks{};
    reader::Policy policy{};
    std::string link;
    std::string control;
    bool keep_alive = true;
};

/// Has `job` posted again and again, on a thread of its own, until it goes.
class Ticker {
public:
    explicit Ticker(std::function<void()> tick)
        : thread_{[this, tick = std::move(tick)] {
              std::unique_lock lock{mutex_};
              while (!changed_.wait_for(lock, SavePeriod, [this] { return end_; })) tick();
          }} {}
    ~Ticker() {
        {
            const std::lock_guard lock{mutex_};
            end_ = true;
        }
        changed_.notify_all();
        thread_.join();
    }
    Ticker(const Ticker&) = delete;
    Ticker& operator=(const Ticker&) = delete;

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool end_ = false;
    std::thread thread_;
};

/// The control socket asked for, or the user's default one when nobody has it.
std::unique_ptr<ControlServer> open_control(const std::string& path, ControlServer::Post post,
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

void introduce(const Options& options, const std::string& device, const std::string& socket) {
    fmt::print("level {}", to_string(options.world.level));
    if (options.world.level != Level::Tlm)
        fmt::print(", noise {} with seed {}", options.world.air.noise,
                   options.world.air.noise_seed);
    fmt::print(", phase jitter of {} with seed {}\n", options.policy.phases, options.policy.seed);
    fmt::print(
        "point tools at the reader with\n\n    export LIBNFC_DEFAULT_DEVICE=pn532_uart:{}\n\n",
        device);
    if (!socket.empty())
        fmt::print("change the card with `cartouche control --socket {} ...`\n", socket);
    fmt::print("Ctrl-C ends; the image is saved.\nready\n");
    std::cout << std::flush;
    std::fflush(stdout);
}

void run(const Options& options) {
    // Signals first: no other thread may take them.
    std::atomic<hostlink::Pn532Server*> running{nullptr};
    std::atomic<bool> stopped{false};
    const StopSignal stop{[&] {
        stopped = true;
        if (auto* server = running.load()) server->stop();
    }};

    FieldCards cards{options.world, options.card_options};
    if (!options.card.empty()) cards.place(0, options.card);
    Sinks sinks{options.sinks, cards.world()};
    reader::Reader reader{cards.world(), options.policy};
    const hostlink::Pty pty{options.link};
    hostlink::ServerOptions server_options;
    server_options.keep_alive = options.keep_alive;
    hostlink::Pn532Server server{reader, pty.master(), server_options};
    const auto post = [&server](std::function<void()> job) { server.post(std::move(job)); };

    std::exception_ptr failure;
    {
        const auto control =
            open_control(options.control, post, [&](const nlohmann::json& request) {
                nlohmann::json answer = cards.control(request);
                answer["exchanges"] = sinks.frames();
                return answer;
            });
        const Ticker autosave{[&] { post([&] { cards.save_when_settled(); }); }};
        const std::string device =
            options.link.empty()
                ? pty.slave_name()
                : std::filesystem::absolute(options.link).lexically_normal().string();
        introduce(options, device, control ? control->path() : std::string{});
        running = &server;
        try {
            if (!stopped) server.run();
        } catch (...) {
            failure = std::current_exception();
        }
        running = nullptr;
    }
    // Whatever ended the run, what the card holds is kept.
    cards.save();
    sinks.finish();
    if (failure) std::rethrow_exception(failure);
    finish(cards.world());
}

}  // namespace

void add_serve(CLI::App& app, Context&) {
    CLI::App* serve = app.add_subcommand("serve", "a card and a reader for unmodified NFC tools");
    const auto options = std::make_shared<Options>();
    auto* card = serve->add_option("--card", options->card,
                                   "image of its sectors: .mfd .bin .eml .json .nfc");
    card->check(CLI::ExistingFile);
    serve->add_option("--nvm", options->card, "file of the whole card, as `cartouche new` makes it")
        ->check(CLI::ExistingFile)
        ->excludes(card);
    add_level(*serve, options->world.level);
    serve->add_option("--pn532", options->link, "symbolic link to make to the reader's terminal");
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
    add_air(*serve, options->world.air);
    serve->callback([options] { run(*options); });
}

}  // namespace cli
