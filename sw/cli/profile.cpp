// profile.cpp - `cartouche profile`: where the ticks of a flow went.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/options.hpp"
#include "cli/profile_flow.hpp"

namespace cli {
namespace {

struct ProfileCommandOptions {
    std::string name;
    flows::FlowOptions flow{};
    std::string sweep;
    bool activity = false;
    ProfileFiles files{};
};

void run(const ProfileCommandOptions& options) {
    const auto& all = flows::all_flows();
    const auto flow = std::find_if(all.begin(), all.end(),
                                   [&](const auto& one) { return one.name == options.name; });
    if (flow == all.end())
        throw Failure{WrongUse,
                      fmt::format("no flow '{}'; `flow --list` names them", options.name)};
    if (options.flow.level == Level::Both)
        throw Failure{WrongUse, "a profile is taken on one level: tlm or rtl"};
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
    const auto options = std::make_shared<ProfileCommandOptions>();
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
    profile->add_flag(
        "--activity", options->activity,
        "count the bits that change in each unit of the RTL (takes long; not of system E, "
        "which has them of its modules)");
    profile->add_option("--json", options->files.json, "as JSON, to a file or - for the screen")
        ->expected(0, 1)
        ->default_str("-");
    profile->add_option("--timeline", options->files.timeline,
                        "a trace for ui.perfetto.dev, to a file");
    profile->add_option("--html", options->files.html, "a page that stands alone, to a file");
    profile->add_option(
        "--svg", options->files.svg,
        "a picture of the phases, of the sweep or, of system E, of the reader's modules; "
        "to a file");
    profile->callback([options] { run(*options); });
}

}  // namespace cli
