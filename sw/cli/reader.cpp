// reader.cpp - `cartouche reader`: a reader on a local socket, and what belongs to it.

#include <fmt/format.h>

#include <atomic>
#include <iostream>
#include <memory>
#include <optional>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/options.hpp"
#include "cli/reader_commands.hpp"
#include "cli/secret_input.hpp"
#include "cli/stop_signal.hpp"
#include "control/flash_file.hpp"
#include "control/refusal.hpp"
#include "control/socket_server.hpp"
#include "flows/reader_scene.hpp"
#include "platform/refusal.hpp"
#include "platform/wire.hpp"

namespace cli {
namespace {

struct ReaderOptions {
    std::string socket;
    std::string memory;
    Level level = Level::Tlm;
    std::string file;
};

/// The demonstration's reader, or the one that a file holds.
class Served {
public:
    explicit Served(const ReaderOptions& options) {
        if (options.memory.empty()) {
            scene_.emplace(options.level);
        } else {
            memory_.emplace(options.memory);
            scene_.emplace(options.level, *memory_, memory_->factory());
        }
    }
    [[nodiscard]] flows::ReaderScene& scene() { return *scene_; }
    [[nodiscard]] std::string name() const {
        return memory_ ? memory_->factory().identity.serial : flows::ReaderScene::Serial;
    }

private:
    std::optional<control::FlashFile> memory_{};
    std::optional<flows::ReaderScene> scene_{};
};

void serve(const ReaderOptions& options) {
    // Signals first: no other thread may take them.
    std::atomic<control::SocketServer*> running{nullptr};
    std::atomic<bool> stopped{false};
    const StopSignal stop{[&] {
        stopped = true;
        if (auto* server = running.load()) server->stop();
    }};
    if (options.level == Level::Both)
        throw Failure{WrongUse, "a reader serves on one level: tlm or rtl"};
    Served served{options};
    auto& device = served.scene().device();
    control::SocketServer server{
        options.socket,
        {[&](const control::Frame& frame) { return device.handle(frame); },
         [&] { device.connection_lost(); },
         [&] { return device.interface().state() != control::InterfaceModule::State::Disabled; }}};
    fmt::print("reader {} on level {}, {}\n{}\nready\n", served.name(), to_string(options.level),
               options.memory.empty() ? "a demonstration with public keys" : options.memory,
               server.path());
    std::cout << std::flush;
    std::fflush(stdout);
    running = &server;
    if (!stopped) server.run();
    running = nullptr;
    served.scene().finish();
}

void check(const ReaderOptions& options) {
    const auto bytes = base::read_file(options.file, control::Logic::MostText);
    try {
        for (const auto& logic : control::parse_logic(std::string{bytes.begin(), bytes.end()}))
            fmt::print("service {}: {} steps, {}\n", logic.name, logic.steps.size(),
                       control::to_string(logic.way));
    } catch (const control::LogicError& error) {
        throw Failure{WrongUse, fmt::format("{}: {}", options.file, error.what())};
    }
}

}  // namespace

std::function<void()> reader_job(std::function<void()> job) {
    return [job = std::move(job)] {
        hide_memory();
        try {
            job();
        } catch (const control::Refusal& refusal) {
            throw Failure{JobFailed, fmt::format("the reader refuses ({}): {}",
                                                 to_string(refusal.reason()), refusal.what())};
        } catch (const platform::Refusal& refusal) {
            throw Failure{JobFailed, fmt::format("the platform refuses: {}", refusal.what())};
        } catch (const platform::LineLost& lost) {
            throw Failure{JobFailed, lost.what()};
        }
    };
}

void add_reader(CLI::App& app, Context&) {
    CLI::App* reader =
        app.add_subcommand("reader", "a reader with service modules, its client, its platform");
    reader->require_subcommand(1);
    const auto options = std::make_shared<ReaderOptions>();

    CLI::App* served = reader->add_subcommand("serve", "a reader on a local socket");
    served->add_option("--socket", options->socket, "where it listens")->required();
    served
        ->add_option("--memory", options->memory,
                     "its memory, as `reader new` makes it; else a demonstration that forgets")
        ->check(CLI::ExistingFile);
    add_level(*served, options->level);
    served->callback(reader_job([options] { serve(*options); }));

    CLI::App* checked = reader->add_subcommand("check", "reads a file of service logic");
    checked->add_option("FILE", options->file, "the logic")->required()->check(CLI::ExistingFile);
    checked->callback([options] { check(*options); });

    add_reader_client(*reader);
    add_reader_fleet(*reader);
}

}  // namespace cli
