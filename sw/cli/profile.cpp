// profile.cpp - `cartouche profile`: what a flow costs, module by module.

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/options.hpp"
#include "flows/reader_profile.hpp"

namespace cli {
namespace {

struct Options {
    std::string name;
    Level level = Level::Rtl;
    std::optional<std::string> json{};
    std::string svg;
};

nlohmann::json to_json(const std::vector<flows::WayProfile>& profile, Level level) {
    nlohmann::json ways = nlohmann::json::array();
    for (const auto& way : profile) {
        nlohmann::json modules = nlohmann::json::array();
        for (std::size_t i = 0; i < port::Modules.size(); ++i) {
            nlohmann::json module{{"module", control::to_string(port::Modules[i])},
                                  {"enabled_ticks", way.enabled[i]}};
            if (way.toggles) module["toggles"] = (*way.toggles)[i];
            modules.push_back(std::move(module));
        }
        ways.push_back({{"way", control::to_string(way.way)},
                        {"ticks", way.took},
                        {"answer", way.answer},
                        {"modules", std::move(modules)}});
    }
    return {{"profile", "E3"}, {"level", to_string(level)}, {"ways", std::move(ways)}};
}

void print(const std::vector<flows::WayProfile>& profile, Level level) {
    fmt::print("E3: a sector read in both ways of switching service modules (level {})\n\n",
               to_string(level));
    fmt::print("{:<12} {:<12} {:>14} {:>8} {:>16}\n", "way", "module", "enabled ticks", "share",
               "toggles");
    for (const auto& way : profile) {
        for (std::size_t i = 0; i < port::Modules.size(); ++i) {
            const auto share =
                100.0 * static_cast<double>(way.enabled[i]) / static_cast<double>(way.took);
            fmt::print("{:<12} {:<12} {:>14} {:>7.2f}% {:>16}\n", control::to_string(way.way),
                       control::to_string(port::Modules[i]), way.enabled[i], share,
                       way.toggles ? std::to_string((*way.toggles)[i]) : std::string{"-"});
        }
        fmt::print("{:<12} {:<12} {:>14}\n\n", control::to_string(way.way), "took", way.took);
    }
    fmt::print(
        "ticks of 1/13.56 MHz; share: of the time the service took. Toggles: every bit of "
        "every signal\ninside the module, clock included; contact and display have no "
        "logic in this RTL.\n");
}

void write(const std::string& path, const std::string& text) {
    base::replace_file(path, base::Bytes{text.begin(), text.end()});
}

void run(const Options& options) {
    if (options.name != "E3")
        throw Failure{WrongUse, fmt::format("no profile of '{}'; E3 has one", options.name)};
    if (options.level == Level::Both)
        throw Failure{WrongUse, "a profile is taken on one level: tlm or rtl"};
    const auto profile = flows::reader_profile(options.level);
    if (!options.svg.empty()) write(options.svg, flows::to_svg(profile));
    if (!options.json) return print(profile, options.level);
    const auto text = to_json(profile, options.level).dump(2) + '\n';
    if (*options.json == "-")
        fmt::print("{}", text);
    else
        write(*options.json, text);
}

}  // namespace

void add_profile(CLI::App& app, Context&) {
    CLI::App* profile =
        app.add_subcommand("profile", "what a flow costs: ticks and toggles of each module");
    const auto options = std::make_shared<Options>();
    profile->add_option("NAME", options->name, "E3: a sector read")->required();
    add_level(*profile, options->level);
    profile->add_option("--json", options->json, "as JSON, to a file or - for the screen")
        ->expected(0, 1)
        ->default_str("-");
    profile->add_option("--svg", options->svg, "also as a picture, to a file");
    profile->callback([options] { run(*options); });
}

}  // namespace cli
