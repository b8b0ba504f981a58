// profile.cpp - `cartouche profile`: where the ticks of a flow went; of E3 also module by module.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/options.hpp"
#include "cli/profile_flow.hpp"
#include "flows/reader_profile.hpp"

namespace cli {
namespace {

struct Options {
    std::string name;
    flows::FlowOptions flow{};
    std::string sweep;
    bool activity = false;
    ProfileFiles files{};
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

/// E3 compares two ways of switching the reader's modules.
void run_modules(const Options& options) {
    if (!options.sweep.empty() || options.activity || !options.files.timeline.empty() ||
        !options.files.html.empty())
        throw Failure{WrongUse,
                      "E3 has a profile of the reader's modules, with --level, --json and --svg"};
    const Level level = options.flow.level;
    const auto profile = flows::reader_profile(level);
    if (!options.files.svg.empty()) write(options.files.svg, flows::to_svg(profile));
    const auto& json = options.files.json;
    if (!json) return print(profile, level);
    const auto text = to_json(profile, level).dump(2) + '\n';
    if (*json == "-")
        fmt::print("{}", text);
    else
        write(*json, text);
}

void run(const Options& options) {
    const auto& all = flows::all_flows();
    const auto flow = std::find_if(all.begin(), all.end(),
                                   [&](const auto& one) { return one.name == options.name; });
    if (flow == all.end())
        throw Failure{WrongUse,
                      fmt::format("no flow '{}'; `flow --list` names them", options.name)};
    if (options.flow.level == Level::Both)
        throw Failure{WrongUse, "a profile is taken on one level: tlm or rtl"};
    if (options.name == "E3") return run_modules(options);
    if (options.activity && options.flow.level != Level::Rtl)
        throw Failure{WrongUse, "--activity counts bits of the RTL: it needs --level rtl"};
    std::optional<Sweep> sweep;
    if (!options.sweep.empty()) sweep = parse_sweep(options.sweep);
    profile_flow(*flow, options.flow, options.activity, sweep, options.files);
}

}  // namespace

void add_profile(CLI::App& app, Context&) {
    CLI::App* profile =
        app.add_subcommand("profile", "where the ticks of a flow went, and who waited for whom");
    const auto options = std::make_shared<Options>();
    auto& knobs = options->flow.knobs;
    profile->add_option("NAME", options->name, "a flow, as `flow --list` names it")->required();
    add_level(*profile, options->flow.level);
    add_via(*profile, options->flow.via);
    add_type(*profile, options->flow.technology);
    add_rate(*profile, options->flow.rate);
    profile
        ->add_option("--aes-clock", knobs.aes_clock,
                     "clock of the card's AES engine, as a multiple of the carrier")
        ->check(CLI::Range(LeastAesClock, MostAesClock))
        ->capture_default_str();
    add_write_ticks(*profile, knobs.write_ticks);
    profile
        ->add_option("--host-latency", knobs.host_latency,
                     "ticks that the reader's host takes before each command")
        ->check(CLI::Range(base::Tick{0}, MostHostLatency))
        ->capture_default_str();
    profile->add_option("--sweep", options->sweep,
                        "KNOB=a,b,c: a run for each value of rate, aes-clock, write-ticks or "
                        "host-latency");
    profile->add_flag("--activity", options->activity,
                      "count the bits that change in each unit of the RTL (takes long)");
    profile->add_option("--json", options->files.json, "as JSON, to a file or - for the screen")
        ->expected(0, 1)
        ->default_str("-");
    profile->add_option("--timeline", options->files.timeline,
                        "a trace for Perfetto or chrome://tracing, to a file");
    profile->add_option("--html", options->files.html, "a page that stands alone, to a file");
    profile->add_option("--svg", options->files.svg,
                        "a picture of the phases or of the sweep, to a file");
    profile->callback([options] { run(*options); });
}

}  // namespace cli
