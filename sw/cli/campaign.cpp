// campaign.cpp - `cartouche campaign`: many faulted runs of a system, in shards, and their report.

#include "flows/campaign.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/options.hpp"

namespace cli {
namespace {

constexpr std::uint64_t MostRuns = 100'000'000;
constexpr std::size_t MostReportBytes = 64U << 20U;

struct CampaignOptions {
    std::string name{};
    bool list = false;
    flows::Span span{};
    std::string shard = "0/1";
    std::vector<std::string> reports{};  ///< of shards, to be merged
    std::optional<std::string> json{};   ///< file, or - for standard output
};

/// What a report says: a campaign, or shards of it.
struct Report {
    std::string campaign{};
    std::uint64_t seed = 0;
    std::uint64_t planned = 0;  ///< runs of the whole campaign
    std::string level = to_string(Level::Tlm);
    flows::Tally tally{};
};

flows::Shard parse_shard(const std::string& text) {
    flows::Shard shard;
    const char* end = text.data() + text.size();
    const auto index = std::from_chars(text.data(), end, shard.index);
    const bool slash = index.ec == std::errc{} && index.ptr != end && *index.ptr == '/';
    if (slash) {
        const auto of = std::from_chars(index.ptr + 1, end, shard.of);
        if (of.ec == std::errc{} && of.ptr == end && shard.index < shard.of) return shard;
    }
    throw Failure{WrongUse, "--shard: expected I/N with I below N, got '" + text + "'"};
}

nlohmann::json to_json(const Report& report) {
    return {{"campaign", report.campaign},
            {"seed", report.seed},
            {"level", report.level},
            {"planned", report.planned},
            {"runs", report.tally.runs},
            {"faults", report.tally.faults},
            {"violations", report.tally.violations}};
}

Report read_report(const std::string& path) {
    const auto bytes = base::read_file(path, MostReportBytes);
    try {
        const auto json = nlohmann::json::parse(bytes.begin(), bytes.end());
        Report report;
        json.at("campaign").get_to(report.campaign);
        json.at("seed").get_to(report.seed);
        json.at("planned").get_to(report.planned);
        report.level = json.value("level", report.level);
        json.at("runs").get_to(report.tally.runs);
        json.at("faults").get_to(report.tally.faults);
        json.at("violations").get_to(report.tally.violations);
        return report;
    } catch (const nlohmann::json::exception& error) {
        throw base::FileError{path, "report of a campaign", error.what()};
    }
}

/// All shards of one campaign, each once: their runs must add up to what was planned.
Report merged(const std::vector<std::string>& paths) {
    Report whole;
    for (const auto& path : paths) {
        const Report part = read_report(path);
        if (whole.campaign.empty()) {
            whole = part;
            continue;
        }
        if (part.campaign != whole.campaign || part.seed != whole.seed ||
            part.planned != whole.planned || part.level != whole.level)
            throw Failure{WrongUse, path + ": of another campaign than " + paths.front()};
        whole.tally.add(part.tally);
    }
    if (whole.tally.runs != whole.planned)
        throw Failure{JobFailed, fmt::format("{} of {} runs are in these reports", whole.tally.runs,
                                             whole.planned)};
    return whole;
}

const flows::Campaign& named(const std::string& name) {
    for (const auto& one : flows::all_campaigns())
        if (one.name == name) return one;
    throw Failure{WrongUse, fmt::format("no campaign '{}'; `campaign --list` names them", name)};
}

Report play(const CampaignOptions& options) {
    const auto& campaign = named(options.name);
    if (options.span.level == Level::Both)
        throw Failure{WrongUse, "a campaign runs on one level: tlm or rtl"};
    if (options.span.level == Level::Rtl && !campaign.run_on_rtl)
        throw Failure{WrongUse, fmt::format("campaign {} runs on level tlm only", campaign.name)};
    flows::Span span = options.span;
    span.shard = parse_shard(options.shard);
    const std::uint64_t mine =
        span.runs / span.shard.of + (span.runs % span.shard.of > span.shard.index ? 1 : 0);
    // What the software warns of is what the campaign does to it.
    spdlog::set_level(spdlog::level::err);
    const bool shows = isatty(STDERR_FILENO) != 0;
    const auto tally = flows::run_campaign(campaign, span, [&](std::uint64_t done) {
        if (shows) fmt::print(stderr, "\r{} of {} runs", done, mine);
    });
    if (shows) fmt::print(stderr, "\n");
    return {campaign.name, span.seed, span.runs, to_string(span.level), tally};
}

void tell(const Report& report, const std::optional<std::string>& json) {
    const auto& tally = report.tally;
    if (!json || *json != "-") {
        for (const auto& violation : tally.violations) fmt::print("VIOLATION {}\n", violation);
        fmt::print("{}: {} runs, {} faults injected, {} violations (seed {}, level {})\n",
                   report.campaign, tally.runs, tally.faults, tally.violations.size(), report.seed,
                   report.level);
    }
    if (json) {
        const std::string text = to_json(report).dump(2) + '\n';
        if (*json == "-")
            fmt::print("{}", text);
        else
            base::replace_file(*json, base::Bytes{text.begin(), text.end()});
    }
    if (!tally.violations.empty())
        throw Failure{JobFailed, fmt::format("campaign {}: {} violations", report.campaign,
                                             tally.violations.size())};
}

}  // namespace

void add_campaign(CLI::App& app, Context&) {
    CLI::App* command =
        app.add_subcommand("campaign", "many faulted runs of a system, and what broke");
    const auto options = std::make_shared<CampaignOptions>();
    command->add_option("NAME", options->name, "the system; --list names them");
    command->add_flag("--list", options->list, "names all campaigns");
    command->add_option("--runs", options->span.runs, "of all shards together")
        ->check(CLI::Range(std::uint64_t{1}, MostRuns))
        ->capture_default_str();
    command->add_option("--seed", options->span.seed, "of the first run; the next has the next")
        ->capture_default_str();
    add_level(*command, options->span.level);
    command->add_option("--shard", options->shard, "I/N: only each N-th run, from the I-th on")
        ->capture_default_str();
    command->add_option("--merge", options->reports, "JSON reports of all shards, instead of NAME")
        ->check(CLI::ExistingFile);
    command
        ->add_option("--json", options->json, "the report as JSON, to a file or - for the screen")
        ->expected(0, 1)
        ->default_str("-");
    command->callback([options] {
        if (options->list) {
            for (const auto& one : flows::all_campaigns())
                fmt::print("{:<10} {}\n", one.name, one.title);
            return;
        }
        if (options->name.empty() == options->reports.empty())
            throw Failure{WrongUse, "a campaign is required, or --merge; --list names them"};
        tell(options->reports.empty() ? play(*options) : merged(options->reports), options->json);
    });
}

}  // namespace cli
