// platform_ceremony.cpp - `cartouche platform ceremony`: keys from components of custodians.

#include <fmt/format.h>

#include <iostream>

#include "cli/failure.hpp"
#include "cli/platform_commands.hpp"
#include "platform/ceremony.hpp"
#include "platform/config.hpp"
#include "platform/master_key.hpp"

namespace cli {
namespace {

struct PlatformCeremonyOptions {
    std::string file{};
    std::string custodian{};
    std::string type{"aes"};
    std::size_t bytes = 16;
    std::string out{};
    std::string config{};
    std::string name{};
    std::vector<std::string> components{};
};

reader::KeyType type_of(const std::string& name) {
    return name == "des" ? reader::KeyType::Des : reader::KeyType::Aes;
}

void make_component(const PlatformCeremonyOptions& options) {
    if (options.type == "des" && options.bytes != 16)
        throw Failure{WrongUse, "a DES key has 16 bytes"};
    const auto check =
        platform::make_component(options.file, options.custodian, type_of(options.type),
                                 options.bytes, platform::system_random);
    fmt::print("check value {}\n", check);
}

platform::CeremonyResult combined(const PlatformCeremonyOptions& options) {
    std::vector<platform::Component> parts;
    for (const auto& file : options.components) parts.push_back(platform::read_component(file));
    auto result = platform::combine(parts);
    std::cout << result.record.dump(2) << '\n';
    return result;
}

void import(const PlatformCeremonyOptions& options) {
    const auto config = platform::read_platform_config(options.config);
    platform::Office office{config.office, platform::read_key_file(config.master_key)};
    const auto result = combined(options);
    office.import_key(options.name, result.type, result.key);
}

}  // namespace

void add_platform_ceremony(CLI::App& top, const Guard& guarded) {
    CLI::App* ceremony = top.add_subcommand("ceremony", "keys from components of custodians");
    ceremony->require_subcommand(1);
    const auto options = std::make_shared<PlatformCeremonyOptions>();

    CLI::App* component = ceremony->add_subcommand("component", "draws one custodian's component");
    component->add_option("FILE", options->file, "where to write it, for this custodian only")
        ->required();
    component->add_option("--custodian", options->custodian, "who keeps it")->required();
    component->add_option("--type", options->type, "aes or des")
        ->check(CLI::IsMember({"aes", "des"}))
        ->capture_default_str();
    component->add_option("--bytes", options->bytes, "length of the key")
        ->check(CLI::IsMember({16, 24, 32}))
        ->capture_default_str();
    component->callback(guarded([options] { make_component(*options); }));

    const auto take_components = [&](CLI::App* command) {
        command
            ->add_option("COMPONENT", options->components,
                         "files of two or three custodians, each in a folder of its own")
            ->required()
            ->expected(2, 3);
    };
    CLI::App* combine = ceremony->add_subcommand("combine", "a platform's master key");
    combine->add_option("--out", options->out, "file of the key, mode 600")->required();
    take_components(combine);
    combine->callback(
        guarded([options] { platform::write_key_file(options->out, combined(*options)); }));

    CLI::App* into = ceremony->add_subcommand(
        "import", "a master key of cards or a transport key, into a platform's database");
    into->add_option("--config", options->config, "the platform's file")
        ->required()
        ->check(CLI::ExistingFile);
    into->add_option("--name", options->name, "what it is called from then on")->required();
    take_components(into);
    into->callback(guarded([options] { import(*options); }));
}

}  // namespace cli
