#include "lab/platform_lab.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <map>

#include "lab/folder.hpp"
#include "lab/lab_wire.hpp"
#include "platform/certificates.hpp"

namespace lab {
namespace {

std::string terminal_name(Hop hop, unsigned number) {
    return fmt::format("{}-terminal-{}", hop == Hop::IssuerTerminal ? "issuer" : "provider",
                       number);
}

base::Bytes counting(std::uint8_t first, std::size_t size) {
    base::Bytes bytes;
    for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<std::uint8_t>(first + i));
    return bytes;
}

/// The trust point and both platforms' key pairs.
struct KeyPairs {
    static constexpr reader::Serial Issuer{0, 0, 0, 0, 0, 0, 0, 1};
    static constexpr reader::Serial Provider{0, 0, 0, 0, 0, 0, 0, 2};

    [[nodiscard]] reader::Scp10Host host(const reader::Serial& serial,
                                         const reader::RsaPrivateKey& key) const {
        return {serial,
                key,
                {trust_point.certify_platform(serial, key.public_key())},
                trust_point.public_key()};
    }

    reader::RsaPrivateKey trust_key = reader::RsaPrivateKey::draw();
    platform::TrustPoint trust_point{trust_key};
    reader::RsaPrivateKey issuer = reader::RsaPrivateKey::draw();
    reader::RsaPrivateKey provider = reader::RsaPrivateKey::draw();
};

/// One platform while it runs.
template <typename Service>
struct Running {
    std::unique_ptr<platform::Office> office{};
    std::unique_ptr<Service> service{};
    std::unique_ptr<platform::Gate> gate{};
    std::unique_ptr<platform::HttpsServer> server{};

    void stop() {
        server.reset();
        gate.reset();
        service.reset();
        office.reset();
    }
};

}  // namespace

struct PlatformLab::Parts {
    std::map<std::string, platform::Credential> credentials{};
    reader::ScpKey issuer_master{platform::system_random(32)};
    reader::ScpKey provider_master{platform::system_random(32)};
    reader::ScpKey transport{platform::system_random(32)};
    std::optional<KeyPairs> pairs{};
    int issuer_port = 0;
    int provider_port = 0;
    Running<platform::Issuer> issuer{};
    Running<platform::Provider> provider{};
    Line dedicated{};
};

PlatformLab::PlatformLab(PlatformLabOptions options)
    : options_{std::move(options)}, folder_{new_folder()}, parts_{std::make_unique<Parts>()} {
    std::vector<std::string> names{IssuerName, ProviderName};
    for (unsigned i = 0; i < options_.terminals; ++i)
        for (const Hop hop : {Hop::IssuerTerminal, Hop::ProviderTerminal})
            names.push_back(terminal_name(hop, i));
    platform::make_certificates(folder_, names);
    for (const auto& name : names)
        parts_->credentials.emplace(
            name, platform::Credential{folder_ / (name + ".crt"), folder_ / (name + ".key")});
    if (options_.issuer_database.empty())
        options_.issuer_database = "sqlite:" + (folder_ / "issuer.db").string();
    if (options_.provider_database.empty())
        options_.provider_database = "sqlite:" + (folder_ / "provider.db").string();
    if (options_.scp10) parts_->pairs.emplace();
    start_issuer();
    start_provider();
    issuer_office().import_key("test-master", reader::KeyType::Aes,
                               reader::ScpKey{counting(0x40, 16)});
    issuer_office().import_key("transport", reader::KeyType::Aes, parts_->transport);
    provider_office().import_key("transport", reader::KeyType::Aes, parts_->transport);
}

PlatformLab::~PlatformLab() {
    parts_->dedicated = {};
    parts_->provider.stop();
    parts_->issuer.stop();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

void PlatformLab::start_issuer() {
    auto& running = parts_->issuer;
    running.office = std::make_unique<platform::Office>(
        platform::OfficeOptions{IssuerName, options_.issuer_database, options_.policy,
                                options_.issuer_keys, options_.issuer_random, options_.clock,
                                platform::open_scp},
        parts_->issuer_master);
    platform::IssuerOptions chosen;
    for (unsigned i = 0; i < options_.terminals; ++i)
        chosen.terminals.insert(terminal_name(Hop::IssuerTerminal, i));
    chosen.providers[ProviderName] = {ProviderAids, "transport"};
    chosen.issuer_level = options_.issuer_level;
    if (const auto& pairs = parts_->pairs) {
        chosen.providers[ProviderName].scp10 = true;
        chosen.scp10 = {pairs->trust_point, pairs->host(KeyPairs::Issuer, pairs->issuer),
                        *options_.scp10, options_.scp10_pairs};
    }
    running.service = std::make_unique<platform::Issuer>(*running.office, std::move(chosen));
    const auto& own = parts_->credentials.at(IssuerName);
    running.gate = std::make_unique<platform::Gate>(own, *running.service);
    if (!options_.https) return;
    running.server = std::make_unique<platform::HttpsServer>(
        *running.gate, own, folder_ / "authority.crt", "127.0.0.1", parts_->issuer_port);
    parts_->issuer_port = running.server->port();
}

void PlatformLab::start_provider() {
    auto& running = parts_->provider;
    running.office = std::make_unique<platform::Office>(
        platform::OfficeOptions{ProviderName, options_.provider_database, options_.policy,
                                options_.provider_keys, options_.provider_random, options_.clock,
                                platform::open_scp},
        parts_->provider_master);
    parts_->dedicated = connect(Hop::Dedicated);
    platform::ProviderOptions chosen;
    for (unsigned i = 0; i < options_.terminals; ++i)
        chosen.terminals.insert(terminal_name(Hop::ProviderTerminal, i));
    chosen.transport = "transport";
    if (const auto& pairs = parts_->pairs)
        chosen.scp10 = {pairs->host(KeyPairs::Provider, pairs->provider), *options_.scp10};
    running.service = std::make_unique<platform::Provider>(*running.office, std::move(chosen),
                                                           *parts_->dedicated.remote);
    const auto& own = parts_->credentials.at(ProviderName);
    running.gate = std::make_unique<platform::Gate>(own, *running.service);
    if (!options_.https) return;
    running.server = std::make_unique<platform::HttpsServer>(
        *running.gate, own, folder_ / "authority.crt", "127.0.0.1", parts_->provider_port);
    parts_->provider_port = running.server->port();
}

void PlatformLab::restart_issuer() {
    parts_->issuer.stop();
    start_issuer();
}

void PlatformLab::restart_provider() {
    parts_->provider.stop();
    start_provider();
}

std::unique_ptr<platform::Wire> PlatformLab::wire(Hop hop, const platform::Credential& client) {
    std::unique_ptr<platform::Wire> made;
    if (options_.https)
        made = std::make_unique<platform::HttpsWire>("127.0.0.1", port(hop), client,
                                                     folder_ / "authority.crt");
    else
        made = std::make_unique<LabWire>([this, hop]() -> platform::Gate& { return gate(hop); },
                                         client.certificate());
    return options_.between ? options_.between(hop, std::move(made)) : std::move(made);
}

PlatformLab::Line PlatformLab::connect(Hop hop, unsigned number) {
    const auto& own = parts_->credentials.at(hop == Hop::Dedicated ? std::string{ProviderName}
                                                                   : terminal_name(hop, number));
    const auto& server =
        parts_->credentials.at(hop == Hop::ProviderTerminal ? ProviderName : IssuerName);
    Line line;
    line.wire = wire(hop, own);
    line.remote = std::make_unique<platform::Remote>(*line.wire, own, server.certificate());
    return line;
}

platform::Office& PlatformLab::issuer_office() { return *parts_->issuer.office; }
platform::Office& PlatformLab::provider_office() { return *parts_->provider.office; }
platform::Issuer& PlatformLab::issuer() { return *parts_->issuer.service; }
platform::Provider& PlatformLab::provider() { return *parts_->provider.service; }

platform::Gate& PlatformLab::gate(Hop hop) {
    return hop == Hop::ProviderTerminal ? *parts_->provider.gate : *parts_->issuer.gate;
}

int PlatformLab::port(Hop hop) const {
    return hop == Hop::ProviderTerminal ? parts_->provider_port : parts_->issuer_port;
}

reader::Scp10Host PlatformLab::issuer_entity() const {
    return parts_->pairs.value().host(KeyPairs::Issuer, parts_->pairs->issuer);
}

std::vector<base::Bytes> PlatformLab::secrets() const {
    std::vector<base::Bytes> all;
    if (const auto& pairs = parts_->pairs)
        for (const auto* key : {&pairs->trust_key, &pairs->issuer, &pairs->provider})
            all.push_back(key->expose());
    for (const auto* key : {&parts_->issuer_master, &parts_->provider_master, &parts_->transport})
        all.emplace_back(key->expose().begin(), key->expose().end());
    return all;
}

void register_test_card(PlatformLab& lab, const std::string& card, reader::KeyType type) {
    base::Bytes keys;
    for (const std::uint8_t first : {std::uint8_t{0x40}, std::uint8_t{0x50}, std::uint8_t{0x60}}) {
        const auto key = counting(first, 16);
        keys.insert(keys.end(), key.begin(), key.end());
    }
    const bool des = type == reader::KeyType::Des;
    const auto set = platform::KeySet::from(des ? 0x20 : 0x30, type, keys);
    lab.issuer().register_card({.card = card, .method = "stored"}, &set);
}

}  // namespace lab
