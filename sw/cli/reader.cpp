// reader.cpp - `cartouche reader`: a reader on a local socket, and its client.

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <iostream>
#include <memory>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/options.hpp"
#include "cli/stop_signal.hpp"
#include "control/refusal.hpp"
#include "control/socket_server.hpp"
#include "flows/reader_scene.hpp"

namespace cli {
namespace {

struct Options {
    std::string socket;
    Level level = Level::Tlm;
    std::vector<std::string> calls{};
    std::string file;
};

void serve(const Options& options) {
    // Signals first: no other thread may take them.
    std::atomic<control::SocketServer*> running{nullptr};
    std::atomic<bool> stopped{false};
    const StopSignal stop{[&] {
        stopped = true;
        if (auto* server = running.load()) server->stop();
    }};
    if (options.level == Level::Both)
        throw Failure{WrongUse, "a reader serves on one level: tlm or rtl"};
    flows::ReaderScene scene{options.level};
    auto& device = scene.device();
    control::SocketServer server{
        options.socket,
        {[&](const control::Frame& frame) { return device.handle(frame); },
         [&] { device.connection_lost(); },
         [&] { return device.interface().state() != control::InterfaceModule::State::Disabled; }}};
    fmt::print("reader {} on level {}, a demonstration with public keys\n{}\nready\n",
               flows::ReaderScene::Serial, to_string(options.level), server.path());
    std::cout << std::flush;
    std::fflush(stdout);
    running = &server;
    if (!stopped) server.run();
    running = nullptr;
    scene.finish();
}

/// The counter of connection requests: later runs have higher ones.
std::uint64_t next_counter() {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                          std::chrono::system_clock::now().time_since_epoch())
                                          .count());
}

void call(const Options& options) {
    control::SocketWire wire{options.socket};
    control::Client client{[&](const control::Frame& frame) { return wire.exchange(frame); },
                           "desk", flows::ReaderScene::factory().credentials.clients[0].key};
    auto cloud = flows::ReaderScene::make_cloud(control::system_nonces());
    try {
        client.connect(next_counter(), flows::ReaderScene::Serial);
        fmt::print("services {:02X} are enabled\n", client.login(cloud));
        for (const auto& one : options.calls) fmt::print("{}\n", client.call(one));
        client.disconnect();
    } catch (const control::Refusal& refusal) {
        throw Failure{JobFailed, fmt::format("the reader refuses ({}): {}",
                                             to_string(refusal.reason()), refusal.what())};
    }
}

void check(const Options& options) {
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

void add_reader(CLI::App& app, Context&) {
    CLI::App* reader =
        app.add_subcommand("reader", "a reader with service modules, and its client");
    reader->require_subcommand(1);
    const auto options = std::make_shared<Options>();

    CLI::App* served = reader->add_subcommand("serve", "a demonstration reader on a local socket");
    served->add_option("--socket", options->socket, "where it listens")->required();
    add_level(*served, options->level);
    served->callback([options] { serve(*options); });

    CLI::App* called = reader->add_subcommand(
        "call", "connects, lets the platform log in, calls services: 'sector-read sector=1'");
    called->add_option("--socket", options->socket, "of the reader")->required();
    called->add_option("CALL", options->calls, "services with their inputs")->required();
    called->callback([options] { call(*options); });

    CLI::App* checked = reader->add_subcommand("check", "reads a file of service logic");
    checked->add_option("FILE", options->file, "the logic")->required()->check(CLI::ExistingFile);
    checked->callback([options] { check(*options); });
}

}  // namespace cli
