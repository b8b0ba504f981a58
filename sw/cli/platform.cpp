// platform.cpp - `cartouche platform`: issuer and provider platforms, their terminals, and what an
// operator does with them.

#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <iostream>
#include <memory>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/platform_commands.hpp"
#include "cli/secret_input.hpp"
#include "cli/stop_signal.hpp"
#include "platform/certificates.hpp"
#include "platform/config.hpp"
#include "platform/https.hpp"
#include "platform/master_key.hpp"
#include "platform/refusal.hpp"
#include "platform/scp10_files.hpp"

namespace cli {
namespace {

constexpr std::size_t LongestAnchor = 4096;

/// Who and where a platform is, its keys and records.
struct Site {
    explicit Site(const platform::PlatformConfig& config)
        : own{config.identity.certificate, config.identity.key},
          office{with_name(config.office, own.name()), platform::read_key_file(config.master_key)} {
    }

    static platform::OfficeOptions with_name(platform::OfficeOptions options,
                                             const std::string& name) {
        options.name = name;
        return options;
    }

    platform::Credential own;
    platform::Office office;
};

void serve(Site& site, platform::Service& service, const platform::PlatformConfig& config) {
    platform::Gate gate{site.own, service};
    std::atomic<platform::HttpsServer*> running{nullptr};
    std::atomic<bool> stopped{false};
    // Signals first: no other thread may take them.
    const StopSignal signal{[&] {
        stopped = true;
        if (auto* server = running.load()) server->stop();
    }};
    platform::HttpsServer server{gate, site.own, config.identity.authority, config.host,
                                 config.port};
    running = &server;
    if (!stopped) {
        fmt::print("{} listens at {}:{}\n", site.own.name(), config.host, server.port());
        std::fflush(stdout);
        server.wait();
    }
    running = nullptr;
}

void run_issuer(const std::string& file) {
    const auto config = platform::read_issuer_config(file);
    Site site{config.platform};
    platform::Issuer issuer{site.office,
                            {config.platform.terminals, config.providers, config.made_of,
                             config.issuer_level, config.scp10}};
    serve(site, issuer, config.platform);
}

void run_provider(const std::string& file) {
    const auto config = platform::read_provider_config(file);
    Site site{config.platform};
    platform::HttpsWire wire{config.issuer.host, config.issuer.port, site.own,
                             config.platform.identity.authority};
    platform::Remote issuer{wire, site.own, platform::read_certificate(config.issuer.certificate)};
    platform::Provider provider{
        site.office, {config.platform.terminals, config.transport, config.scp10}, issuer};
    serve(site, provider, config.platform);
}

/// The log must go on from where the anchor was written; then the anchor is written anew.
void move_anchor(Site& site, const std::string& anchor) {
    const auto& audit = site.office.audit;
    if (std::filesystem::exists(anchor)) {
        const auto bytes = base::read_file(anchor, LongestAnchor);
        const std::string text(bytes.begin(), bytes.end());
        if (const auto fault = audit.anchor_fault(site.office.database, text))
            throw Failure{JobFailed, anchor + ": " + *fault};
    }
    const auto text = audit.anchor(site.office.database);
    base::replace_file(anchor, base::Bytes(text.begin(), text.end()));
}

void print_audit(const std::string& file, bool json, const std::string& anchor) {
    Site site{platform::read_platform_config(file)};
    const auto& audit = site.office.audit;
    nlohmann::json all = nlohmann::json::array();
    for (const auto& entry : audit.entries(site.office.database)) {
        if (json)
            all.push_back({{"number", entry.number},
                           {"at", entry.at},
                           {"who", entry.who},
                           {"what", entry.what},
                           {"card", entry.card},
                           {"domain", entry.domain},
                           {"checks", entry.checks}});
        else
            fmt::print("{:>6} {} {:<20} {:<34} {} {} {}\n", entry.number, entry.at, entry.who,
                       entry.what, entry.card, entry.domain, entry.checks);
    }
    if (json) std::cout << all.dump(2) << '\n';
    if (const auto fault = audit.first_fault(site.office.database))
        throw Failure{JobFailed,
                      fmt::format("entry {} of the audit log was changed or cut off", *fault)};
    if (!anchor.empty()) move_anchor(site, anchor);
    if (!json) fmt::print("the chain holds; its head is {}\n", audit.head(site.office.database));
}

void force(const std::string& file, const std::string& card, const std::string& domain) {
    Site site{platform::read_platform_config(file)};
    const auto place = platform::place_of({{"card", card}, {"domain", domain}});
    site.office.database.transaction([&](soci::session& sql) {
        site.office.keys.force(sql, place);
        site.office.note(sql, "operator", "update forced", place,
                         site.office.keys.active_checks(sql, place));
    });
}

struct PlatformOptions {
    std::string config{};
    std::string folder{};
    std::vector<std::string> names{};
    std::string card{};
    std::string domain{};
    std::string anchor{};
    bool json = false;
};

CLI::App* command(CLI::App& app, const std::shared_ptr<PlatformOptions>& options, const char* name,
                  const char* help) {
    CLI::App* made = app.add_subcommand(name, help);
    made->add_option("--config", options->config, "the platform's file")
        ->required()
        ->check(CLI::ExistingFile);
    return made;
}

}  // namespace

std::function<void()> guarded(std::function<void()> job) {
    return [job = std::move(job)] {
        hide_memory();
        try {
            job();
        } catch (const platform::Refusal& refusal) {
            throw Failure{JobFailed, refusal.what()};
        }
    };
}

void add_platform(CLI::App& app, Context&) {
    CLI::App* top =
        app.add_subcommand("platform", "platforms that make security domains and keep their keys");
    top->require_subcommand(1);
    const auto options = std::make_shared<PlatformOptions>();

    command(*top, options, "issuer", "the card issuer's platform, until Ctrl-C")
        ->callback(guarded([options] { run_issuer(options->config); }));
    command(*top, options, "provider", "an application provider's platform, until Ctrl-C")
        ->callback(guarded([options] { run_provider(options->config); }));

    CLI::App* certificates = top->add_subcommand(
        "certificates", "a laboratory's authority and certificates for platforms and terminals");
    certificates->add_option("FOLDER", options->folder, "where to write them")->required();
    certificates->add_option("NAME", options->names, "who gets one")->required();
    certificates->callback(
        guarded([options] { platform::make_certificates(options->folder, options->names); }));

    CLI::App* trust = top->add_subcommand(
        "trust", "a laboratory's trust point and key pairs of platforms, for SCP10");
    trust->add_option("FOLDER", options->folder, "where to write them")->required();
    trust->add_option("NAME", options->names, "who gets a pair")->required();
    trust->callback(
        guarded([options] { platform::make_scp10_files(options->folder, options->names); }));

    CLI::App* forced = command(*top, options, "force", "new keys for a domain at the next chance");
    forced->add_option("CARD", options->card, "diversification data, hexadecimal")->required();
    forced->add_option("DOMAIN", options->domain, "AID of the domain, hexadecimal")->required();
    forced->callback(
        guarded([options] { force(options->config, options->card, options->domain); }));

    CLI::App* audit = command(*top, options, "audit", "the audit log, and whether it is whole");
    audit->add_flag("--json", options->json, "for programs");
    audit->add_option("--anchor", options->anchor,
                      "a file kept elsewhere: what it says must be in the log; then it says where "
                      "the log ends now");
    audit->callback(
        guarded([options] { print_audit(options->config, options->json, options->anchor); }));

    add_platform_ceremony(*top, guarded);
    add_platform_card(*top, guarded);
    add_platform_terminal(*top, guarded);
}

}  // namespace cli
