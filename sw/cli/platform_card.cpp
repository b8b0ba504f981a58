// platform_card.cpp - `cartouche platform card`: tells the issuer platform of a card.

#include <fmt/format.h>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "cli/failure.hpp"
#include "cli/platform_commands.hpp"
#include "platform/config.hpp"
#include "platform/master_key.hpp"
#include "platform/private_file.hpp"

namespace cli {
namespace {

struct PlatformCardOptions {
    std::string config{};
    std::string card{};
    std::string issuer{"A000000151000000"};
    std::string master{};
    std::string method{"kdf3"};
    std::string version{"30"};
    std::string keys{};
};

/// {"version": "30", "type": "aes", "keys": hexadecimal of all three}, mode 600.
platform::KeySet stored_keys(const std::string& file) {
    const auto json = platform::read_private_json(file);
    try {
        const auto version = base::from_hex(json.at("version").get<std::string>());
        auto keys = base::from_hex(json.at("keys").get<std::string>());
        if (!version || version->size() != 1 || !keys)
            throw std::invalid_argument{"expected hexadecimal digits"};
        const auto set = platform::KeySet::from(
            version->front(),
            json.at("type") == "des" ? reader::KeyType::Des : reader::KeyType::Aes, *keys);
        base::wipe(*keys);
        return set;
    } catch (const nlohmann::json::exception&) {
        throw base::FileError{file, "content", R"(expected "version", "type" and "keys")"};
    } catch (const std::invalid_argument& error) {
        throw base::FileError{file, "keys", error.what()};
    }
}

std::string hex(const std::string& text, std::size_t least, std::size_t most, const char* what) {
    const auto bytes = base::from_hex(text);
    if (!bytes || bytes->size() < least || bytes->size() > most)
        throw Failure{WrongUse,
                      fmt::format("{}: expected {} to {} bytes in hexadecimal", what, least, most)};
    return base::to_hex(*bytes);
}

void add_card(const PlatformCardOptions& options) {
    const auto config = platform::read_issuer_config(options.config);
    const platform::Credential own{config.platform.identity.certificate,
                                   config.platform.identity.key};
    auto office_options = config.platform.office;
    office_options.name = own.name();
    platform::Office office{office_options, platform::read_key_file(config.platform.master_key)};
    platform::Issuer issuer{office, {}};
    platform::IssuedCard card;
    card.card = hex(options.card, 10, 10, "CARD");
    card.issuer = hex(options.issuer, 5, 16, "--issuer");
    card.version = base::from_hex(hex(options.version, 1, 1, "--version"))->front();
    if (!options.keys.empty()) {
        card.method = "stored";
        const auto keys = stored_keys(options.keys);
        issuer.register_card(card, &keys);
        return;
    }
    if (options.master.empty()) throw Failure{WrongUse, "--master or --keys is required"};
    card.method = options.method;
    card.master = options.master;
    issuer.register_card(card);
}

}  // namespace

void add_platform_card(CLI::App& top, const Guard& guarded) {
    CLI::App* command = top.add_subcommand("card", "tells the issuer platform of a card");
    const auto options = std::make_shared<PlatformCardOptions>();
    command->add_option("CARD", options->card, "diversification data, hexadecimal")->required();
    command->add_option("--config", options->config, "the issuer's file")
        ->required()
        ->check(CLI::ExistingFile);
    command->add_option("--issuer", options->issuer, "AID of its issuer security domain")
        ->capture_default_str();
    auto* keys = command->add_option("--keys", options->keys, "file of its keys, mode 600");
    keys->check(CLI::ExistingFile);
    command->add_option("--master", options->master, "name of the master key they follow from")
        ->excludes(keys);
    command->add_option("--method", options->method, "how they follow")
        ->check(CLI::IsMember({"kdf3", "emv-cps", "visa2"}))
        ->capture_default_str();
    command->add_option("--version", options->version, "their version")->capture_default_str();
    command->callback(guarded([options] { add_card(*options); }));
}

}  // namespace cli
