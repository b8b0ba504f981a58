// flow.cpp - `cartouche flow`: a flow of the product, step by step, for people and for scripts.

#include "flows/flow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/options.hpp"

namespace cli {
namespace {

struct FlowCommandOptions {
    std::string name{};
    flows::FlowOptions flow{};
    bool list = false;
    std::optional<std::string> json{};  ///< file, or - for standard output
};

double milliseconds(std::chrono::nanoseconds wall) {
    return std::chrono::duration<double, std::milli>(wall).count();
}

/// Long data are cut: the whole of it is in the JSON.
std::string shortened(const std::string& hex) {
    constexpr std::size_t Most = 100;
    return hex.size() <= Most
               ? hex
               : fmt::format("{}... ({} bytes)", hex.substr(0, Most - 1), (hex.size() + 1) / 3);
}

void print(const flows::Step& step) {
    fmt::print("{:<4} {:<52} {:>10} ticks {:>9.3f} ms  wall {:>8.1f} ms\n", step.id, step.title,
               step.end - step.begin, base::milliseconds(step.end - step.begin),
               milliseconds(step.wall));
    for (const auto& exchange : step.exchanges) {
        const auto via = to_string(exchange.via);
        fmt::print("       {:<8} > {}\n", via, shortened(exchange.command));
        if (!exchange.answer.empty())
            fmt::print("       {:<8} < {}\n", "", shortened(exchange.answer));
    }
    for (const auto& note : step.notes) fmt::print("       {}\n", note);
    fmt::print("     {} {}\n", step.ok ? "=" : "FAILED:", step.result);
    std::fflush(stdout);
}

nlohmann::json to_json(const flows::Exchange& exchange) {
    return {{"via", to_string(exchange.via)},
            {"command", exchange.command},
            {"answer", exchange.answer},
            {"begin", exchange.begin},
            {"end", exchange.end},
            {"wall_ms", milliseconds(exchange.wall)}};
}

nlohmann::json to_json(const flows::Step& step) {
    nlohmann::json exchanges = nlohmann::json::array();
    for (const auto& exchange : step.exchanges) exchanges.push_back(to_json(exchange));
    const auto ticks = step.end - step.begin;
    return {{"id", step.id},
            {"title", step.title},
            {"ok", step.ok},
            {"result", step.result},
            {"ticks", ticks},
            {"ms", base::milliseconds(ticks)},
            {"wall_ms", milliseconds(step.wall)},
            {"exchanges", std::move(exchanges)},
            {"notes", step.notes}};
}

void write_json(const FlowCommandOptions& options, const flows::Flow& flow,
                const flows::Report& report, bool ok) {
    nlohmann::json steps = nlohmann::json::array();
    for (const auto& step : report.steps()) steps.push_back(to_json(step));
    const std::string text = nlohmann::json{{"flow", flow.name},
                                            {"title", flow.title},
                                            {"level", to_string(options.flow.level)},
                                            {"ok", ok},
                                            {"steps", std::move(steps)}}
                                 .dump(2, ' ', false, nlohmann::json::error_handler_t::replace) +
                             '\n';
    if (*options.json == "-")
        fmt::print("{}", text);
    else
        base::replace_file(*options.json, base::Bytes{text.begin(), text.end()});
}

const flows::Flow& named(const std::string& name) {
    const auto& all = flows::all_flows();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& flow) { return flow.name == name; });
    if (found == all.end())
        throw Failure{WrongUse, fmt::format("no flow '{}'; `flow --list` names them", name)};
    return *found;
}

void run(const FlowCommandOptions& options) {
    const flows::Flow& flow = named(options.name);
    try {
        flows::check(flow, options.flow);
    } catch (const std::invalid_argument& error) {
        throw Failure{WrongUse, error.what()};
    }
    const bool quiet = options.json && *options.json == "-";
    if (!quiet)
        fmt::print("{}: {} (level {})\n\n", flow.name, flow.title, to_string(options.flow.level));
    flows::Report report{quiet ? std::function<void(const flows::Step&)>{} : print};
    std::string failed;
    try {
        flow.run(options.flow, report);
    } catch (const std::exception& error) {
        failed = error.what();
    }
    if (options.json) write_json(options, flow, report, failed.empty());
    if (!failed.empty()) throw Failure{JobFailed, fmt::format("flow {}: {}", flow.name, failed)};
    if (!quiet) fmt::print("\n{} is done: {} steps\n", flow.name, report.steps().size());
}

}  // namespace

void add_flow(CLI::App& app, Context&) {
    CLI::App* flow = app.add_subcommand("flow", "runs a flow of the product, step by step");
    const auto options = std::make_shared<FlowCommandOptions>();
    flow->add_option("NAME", options->name, "A1 to E6; --list names them");
    flow->add_flag("--list", options->list, "names all flows");
    add_level(*flow, options->flow.level);
    add_via(*flow, options->flow.via);
    add_type(*flow, options->flow.technology);
    add_rate(*flow, options->flow.rate);
    flow->add_option("--json", options->json, "steps as JSON, to a file or - for the screen")
        ->expected(0, 1)
        ->default_str("-");
    flow->callback([options] {
        if (options->list) {
            for (const auto& one : flows::all_flows())
                fmt::print("{:<4} {}\n", one.name, one.title);
            return;
        }
        if (options->name.empty()) throw Failure{WrongUse, "a flow is required; --list names them"};
        run(*options);
    });
}

}  // namespace cli
