// package.cpp - `cartouche package`: a native application as a CAP file that GlobalPlatform tools
// load.

#include "cap/package.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "base/file.hpp"
#include "base/hex.hpp"
#include "cardos/catalogue.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"

namespace cli {
namespace {

struct PackageOptions {
    std::string name;
    std::filesystem::path file;
    std::string package;
    bool list = false;
    bool force = false;
};

const cardos::Native& native_of(const std::string& name) {
    std::string known;
    for (const cardos::Native& native : cardos::natives()) {
        if (native.name == name) return native;
        known += fmt::format("{}{}", known.empty() ? "" : ", ", native.name);
    }
    throw Failure{WrongUse, fmt::format("no application {}; there are {}", name, known)};
}

/// A Java name: sector-access becomes sector_access.
std::string java_name(std::string_view name) {
    std::string made{name};
    for (char& c : made)
        if (c == '-') c = '_';
    return made;
}

base::Bytes bytes_of(const domain::Aid& aid) {
    const base::ByteView view = aid.bytes();
    return {view.begin(), view.end()};
}

void print_natives() {
    for (const cardos::Native& native : cardos::natives())
        fmt::print("{:16}package {}, module {}\n", native.name,
                   base::to_hex(native.package.bytes()), base::to_hex(native.module.bytes()));
}

void write_package(const PackageOptions& options) {
    const cardos::Native& native = native_of(options.name);
    cap::Package package;
    package.name = "cartouche." + java_name(native.name);
    package.aid =
        options.package.empty() ? bytes_of(native.package) : *base::from_hex(options.package);
    package.applets.push_back({java_name(native.name), bytes_of(native.module)});
    if (!options.force && std::filesystem::exists(options.file))
        throw Failure{WrongUse, options.file.string() + ": exists already; --force replaces it"};
    base::replace_file(options.file, cap::write(package));
    fmt::print("{}: package {}, module {}\n", options.file.string(), base::to_hex(package.aid),
               base::to_hex(package.applets.front().aid));
}

}  // namespace

void add_package(CLI::App& app, Context&) {
    CLI::App* command =
        app.add_subcommand("package", "a native application as a CAP file to load onto a card");
    const auto options = std::make_shared<PackageOptions>();
    auto* list = command->add_flag("--list", options->list, "names the applications there are");
    command->add_option("NAME", options->name, "the application")->excludes(list);
    command->add_option("FILE", options->file, "what to write: .cap")->excludes(list);
    command->add_option("--aid", options->package, "another AID for the package")
        ->check([](const std::string& text) {
            const auto aid = base::from_hex(text);
            return aid && aid->size() >= 5 && aid->size() <= 16
                       ? std::string{}
                       : "expected 5 to 16 bytes in hexadecimal, not " + text;
        });
    command->add_flag("--force", options->force, "replace a file that is there");
    command->callback([options] {
        if (options->list) return print_natives();
        if (options->name.empty() || options->file.empty())
            throw Failure{WrongUse, "package needs NAME and FILE, or --list"};
        write_package(*options);
    });
}

}  // namespace cli
