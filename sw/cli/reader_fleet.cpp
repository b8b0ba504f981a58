// reader_fleet.cpp - `cartouche reader keys`, `new`, `client`, `platform`: readers of one's own and
// the platform behind them.

#include <fmt/format.h>

#include <atomic>
#include <memory>

#include "base/file.hpp"
#include "cli/failure.hpp"
#include "cli/reader_commands.hpp"
#include "cli/stop_signal.hpp"
#include "control/flash_file.hpp"
#include "fleet/fleet_config.hpp"
#include "flows/reader_scene.hpp"
#include "platform/https.hpp"
#include "platform/private_file.hpp"

namespace cli {
namespace {

struct ReaderFleetOptions {
    std::string file;
    std::string fleet;
    std::string serial;
    std::string id;
    std::vector<std::string> clients{};
    std::string logic;
    std::string software;
    std::string config;
};

std::string text_of(const std::string& file, const std::string& otherwise, std::size_t most) {
    if (file.empty()) return otherwise;
    const auto bytes = base::read_file(file, most);
    return {bytes.begin(), bytes.end()};
}

void make_reader(const ReaderFleetOptions& options) {
    constexpr std::size_t MostSoftware =
        control::UpdateHeader::MostBlocks * control::UpdateHeader::BlockBytes;
    const auto keys = fleet::FleetKeys::read(options.fleet);
    try {
        std::vector<fleet::ClientGrant> grants;
        for (const auto& client : options.clients) grants.push_back(fleet::grant_from(client));
        const auto factory = keys.factory(
            options.serial, grants,
            text_of(options.logic, flows::ReaderScene::Logic, control::Logic::MostText),
            text_of(options.software, flows::ReaderScene::Software, MostSoftware));
        (void)control::parse_logic(factory.logic);
        auto content = control::FlashFile::content(factory);
        if (!control::FlashFile::parse(content))
            throw Failure{WrongUse, "two clients have the same id"};
        platform::write_private_file(
            options.file, {reinterpret_cast<const char*>(content.data()), content.size()});
        base::wipe(content);
    } catch (const control::LogicError& error) {
        throw Failure{WrongUse, fmt::format("{}: {}", options.logic, error.what())};
    } catch (const std::invalid_argument& error) {
        throw Failure{WrongUse, error.what()};
    }
    fmt::print("{}: reader {}\n", options.file, options.serial);
}

void make_client(const ReaderFleetOptions& options) {
    const auto keys = fleet::FleetKeys::read(options.fleet);
    const fleet::ClientKey made{options.serial, options.id,
                                keys.client_key(options.serial, options.id)};
    made.write(options.file);
    fmt::print("{}: key of client {} at reader {}\n", options.file, options.id, options.serial);
}

void run_platform(const ReaderFleetOptions& options) {
    // Signals first: no other thread may take them.
    std::atomic<platform::HttpsServer*> running{nullptr};
    std::atomic<bool> stopped{false};
    const StopSignal signal{[&] {
        stopped = true;
        if (auto* server = running.load()) server->stop();
    }};
    const auto config = fleet::read_fleet_config(options.config);
    const platform::Credential own{config.identity.certificate, config.identity.key};
    fleet::Desk desk{fleet::FleetKeys::read(config.keys), config.offer, config.clients};
    platform::Gate gate{own, desk};
    platform::HttpsServer server{gate, own, config.identity.authority, config.host, config.port};
    running = &server;
    if (!stopped) {
        fmt::print("{} listens at {}:{}\n", own.name(), config.host, server.port());
        std::fflush(stdout);
        server.wait();
    }
    running = nullptr;
}

}  // namespace

void add_reader_fleet(CLI::App& reader) {
    const auto options = std::make_shared<ReaderFleetOptions>();
    const auto add_serial = [&](CLI::App& command) {
        command.add_option("--fleet", options->fleet, "the fleet's keys")
            ->required()
            ->check(CLI::ExistingFile);
        command.add_option("--serial", options->serial, "of the reader, 1 to 16 characters")
            ->required();
    };

    CLI::App* keys = reader.add_subcommand("keys", "the secrets of who issues readers, new");
    keys->add_option("FILE", options->file, "where to write them, mode 600")->required();
    keys->callback(reader_job([options] {
        fleet::FleetKeys::make(options->file);
        fmt::print("{}: the master key and the signer of updates\n", options->file);
    }));

    CLI::App* fresh = reader.add_subcommand("new", "the memory of a fresh reader");
    fresh->add_option("FILE", options->file, "where to write it, mode 600")->required();
    add_serial(*fresh);
    fresh->add_option("--grant", options->clients, "a client: ID, or ID=3F, its services")
        ->required();
    fresh->add_option("--logic", options->logic, "its service logic; else sector-read and -write")
        ->check(CLI::ExistingFile);
    fresh->add_option("--software", options->software, "its software")->check(CLI::ExistingFile);
    fresh->callback(reader_job([options] { make_reader(*options); }));

    CLI::App* client = reader.add_subcommand("client", "a client's key at a reader");
    client->add_option("FILE", options->file, "where to write it, mode 600")->required();
    add_serial(*client);
    client->add_option("--id", options->id, "of the client")->required();
    client->callback(reader_job([options] { make_client(*options); }));

    CLI::App* served =
        reader.add_subcommand("platform", "the platform behind readers, until Ctrl-C");
    served->add_option("--config", options->config, "the platform's file")
        ->required()
        ->check(CLI::ExistingFile);
    served->callback(reader_job([options] { run_platform(*options); }));
}

}  // namespace cli
