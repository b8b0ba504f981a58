// services_factory.cpp - `cartouche services package` and `element`: what issuers' servers and
// phones begin with.

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "cap/package.hpp"
#include "cardos/catalogue.hpp"
#include "cli/card_slot.hpp"
#include "cli/failure.hpp"
#include "cli/platform_commands.hpp"
#include "cli/services_commands.hpp"
#include "flows/element_factory.hpp"
#include "ota/application_package.hpp"
#include "platform/master_key.hpp"
#include "services/config.hpp"
#include "store/card_file.hpp"

namespace cli {
namespace {

struct ServicesFactoryOptions {
    std::filesystem::path file{};
    std::string kind = "one-card";
    std::string business{};
    std::string issuer = "01";
    std::string config{};
    std::string element{};
    bool force = false;
};

void check_target(const ServicesFactoryOptions& options) {
    if (!options.force && std::filesystem::exists(options.file))
        throw Failure{WrongUse, options.file.string() + ": exists already; --force replaces it"};
}

/// A purse's, without the keys of any card: the issuer's server puts those in.
void write_package(const ServicesFactoryOptions& options) {
    const auto number = base::from_hex(options.issuer);
    if (!number || number->size() != 1)
        throw Failure{WrongUse, "--issuer: expected two hexadecimal digits"};
    check_target(options);
    auto package =
        flows::purse_package(*ota::kind_named(options.kind), number->front(), 0, options.business);
    package.parameters.clear();
    try {
        base::replace_file(options.file, package.bytes());
    } catch (const std::invalid_argument& error) {
        throw Failure{WrongUse, error.what()};
    }
    fmt::print("{}: {}, instance {}\n", options.file.string(), options.kind,
               base::to_hex(package.instance));
}

void write_element(const ServicesFactoryOptions& options) {
    const auto config = services::read_business_config(options.config);
    if (!config.downloads) throw Failure{WrongUse, options.config + ": has no \"downloads\""};
    const auto keys =
        ota::diversified({platform::read_key_file(config.downloads->issuer),
                          platform::read_key_file(config.downloads->module),
                          platform::read_key_file(config.downloads->packets)})(options.element);
    if (!keys) throw Failure{WrongUse, "ID: expected twenty hexadecimal digits"};
    check_target(options);
    const auto profile = chip_profile();
    const auto chip = cardos::make_chip(flows::secure_element(options.element, *keys));
    store::save_card(profile, chip->memory(), options.file);
    fmt::print("{}: secure element {}\n", options.file.string(), options.element);
}

}  // namespace

void add_services_factory(CLI::App& top) {
    const auto options = std::make_shared<ServicesFactoryOptions>();
    CLI::App* package =
        top.add_subcommand("package", "an application package from which a server makes new cards");
    package->add_option("FILE", options->file, "what to write")->required();
    package->add_option("--kind", options->kind, "whose card it is")
        ->check(CLI::IsMember({"one-card", "bank", "merchant"}))
        ->capture_default_str();
    package->add_option("--business", options->business, "what the card manager tells of it")
        ->required();
    package
        ->add_option("--issuer", options->issuer,
                     "number of the issuer, one byte: tells its packages from others'")
        ->capture_default_str();
    package->add_flag("--force", options->force, "replace a file that is there");
    package->callback(guarded([options] { write_package(*options); }));

    CLI::App* element = top.add_subcommand(
        "element", "a phone's secure element with keys that a business platform knows");
    element->add_option("ID", options->element, "twenty hexadecimal digits")->required();
    element->add_option("FILE", options->file, "what to write, .nvm")->required();
    element->add_option("--config", options->config, "the business platform's file")
        ->required()
        ->check(CLI::ExistingFile);
    element->add_flag("--force", options->force, "replace a file that is there");
    element->callback(guarded([options] { write_element(*options); }));
}

}  // namespace cli
