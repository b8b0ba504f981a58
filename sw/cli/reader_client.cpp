// reader_client.cpp - `cartouche reader call` and `update`: the client on the connected device, and
// the platform that logs in through it.

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>

#include "cli/failure.hpp"
#include "cli/reader_commands.hpp"
#include "control/socket_server.hpp"
#include "fleet/fleet_keys.hpp"
#include "fleet/remote_platform.hpp"
#include "flows/reader_scene.hpp"
#include "platform/config.hpp"
#include "platform/https.hpp"

namespace cli {
namespace {

struct ReaderClientOptions {
    std::string socket;
    std::string client;
    std::string config;
    std::vector<std::string> calls{};
};

/// The counter of connection requests: later runs have higher ones.
std::uint64_t next_counter() {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                          std::chrono::system_clock::now().time_since_epoch())
                                          .count());
}

/// The platform over HTTPS, each side with its certificate.
class Line {
public:
    explicit Line(const std::string& file)
        : config_{platform::read_terminal_config(file)},
          own_{config_.identity.certificate, config_.identity.key},
          wire_{config_.platform.host, config_.platform.port, own_, config_.identity.authority},
          remote_{wire_, own_, platform::read_certificate(config_.platform.certificate)} {}

    [[nodiscard]] fleet::RemotePlatform& platform() noexcept { return platform_; }

private:
    platform::TerminalConfig config_;
    platform::Credential own_;
    platform::HttpsWire wire_;
    platform::Remote remote_;
    fleet::RemotePlatform platform_{remote_};
};

/// The demonstration's client, or the one that a file names.
fleet::ClientKey key_of(const ReaderClientOptions& options) {
    if (options.config.empty() != options.client.empty())
        throw Failure{WrongUse, "--client and --config belong together"};
    if (!options.client.empty()) return fleet::ClientKey::read(options.client);
    const auto desk = flows::ReaderScene::factory().credentials.clients.at(0);
    return {flows::ReaderScene::Serial, desk.id, desk.key};
}

/// A client whose reader the platform has logged in to.
class Session {
public:
    explicit Session(const ReaderClientOptions& options)
        : key_{key_of(options)},
          wire_{options.socket},
          client_{[this](const control::Frame& frame) { return wire_.exchange(frame); }, key_.id,
                  key_.key} {
        if (!options.config.empty()) line_.emplace(options.config);
        client_.connect(next_counter(), key_.serial);
        const auto enabled = line_ ? client_.login(line_->platform()) : demonstration_login();
        fmt::print("services {:02X} are enabled\n", enabled);
    }

    [[nodiscard]] control::Client& client() noexcept { return client_; }
    [[nodiscard]] Line& line() noexcept { return *line_; }

private:
    control::Services demonstration_login() {
        auto cloud = flows::ReaderScene::make_cloud(control::system_nonces());
        return client_.login(cloud);
    }

    fleet::ClientKey key_;
    control::SocketWire wire_;
    std::optional<Line> line_{};
    control::Client client_;
};

void call(const ReaderClientOptions& options) {
    Session session{options};
    for (const auto& one : options.calls) fmt::print("{}\n", session.client().call(one));
    session.client().disconnect();
}

void update(const ReaderClientOptions& options) {
    Session session{options};
    const auto report = session.line().platform().serve(session.client());
    for (const auto& line : report) fmt::print("{}\n", line);
    if (report.empty()) fmt::print("nothing is newer\n");
}

}  // namespace

void add_reader_client(CLI::App& reader) {
    const auto options = std::make_shared<ReaderClientOptions>();
    const auto add = [&](const char* name, const char* help) {
        CLI::App* command = reader.add_subcommand(name, help);
        command->add_option("--socket", options->socket, "of the reader")->required();
        command
            ->add_option("--client", options->client, "the client's key, as `reader client` has it")
            ->check(CLI::ExistingFile);
        command->add_option("--config", options->config, "who the client is, where the platform is")
            ->check(CLI::ExistingFile);
        return command;
    };
    CLI::App* called =
        add("call",
            "connects, lets the platform log in, calls services: 'sector-read sector=1'; "
            "without --client and --config those of the demonstration");
    called->add_option("CALL", options->calls, "services with their inputs")->required();
    called->callback(reader_job([options] { call(*options); }));

    CLI::App* updated = add("update", "the same, and carries what the platform has for the reader");
    updated->get_option("--client")->required();
    updated->get_option("--config")->required();
    updated->callback(reader_job([options] { update(*options); }));
}

}  // namespace cli
