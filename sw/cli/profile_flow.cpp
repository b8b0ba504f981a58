#include "cli/profile_flow.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "cli/failure.hpp"
#include "cli/options.hpp"
#include "flows/activity.hpp"
#include "trace/profile_page.hpp"
#include "trace/timeline.hpp"

namespace cli {
namespace {

using flows::FlowProfile;
using nlohmann::json;

constexpr std::array RateNames{"106", "212", "424", "848"};

void write(const std::string& path, const std::string& text) {
    base::replace_file(path, base::Bytes{text.begin(), text.end()});
}

/// A whole number from `from` to `to`, or a Failure that says so.
base::Tick whole(const std::string& knob, const std::string& text, base::Tick from, base::Tick to) {
    char* end = nullptr;
    const auto value = std::strtoull(text.c_str(), &end, 10);
    if (text.empty() || text[0] == '-' || *end != 0 || value < from || value > to)
        throw Failure{WrongUse, fmt::format("--sweep {}: '{}' is not a whole number from {} to {}",
                                            knob, text, from, to)};
    return value;
}

void turn(flows::FlowOptions& options, const std::string& knob, const std::string& value) {
    if (knob == "rate") {
        const auto* found = std::find(RateNames.begin(), RateNames.end(), value);
        if (found == RateNames.end())
            throw Failure{WrongUse,
                          fmt::format("--sweep rate: '{}' is not 106, 212, 424 or 848", value)};
        options.rate = static_cast<port::BitRate>(found - RateNames.begin());
    } else if (knob == "aes-clock") {
        char* end = nullptr;
        const double clock = std::strtod(value.c_str(), &end);
        if (value.empty() || *end != 0 || !(clock >= LeastAesClock && clock <= MostAesClock))
            throw Failure{WrongUse,
                          fmt::format("--sweep aes-clock: '{}' is not a number from {} to {}",
                                      value, LeastAesClock, MostAesClock)};
        options.knobs.aes_clock = clock;
    } else if (knob == "write-ticks") {
        options.knobs.write_ticks = whole(knob, value, base::BitTicks, MostWriteTicks);
        if (options.knobs.write_ticks % base::BitTicks != 0)
            throw Failure{WrongUse,
                          fmt::format("--sweep write-ticks: {} is no multiple of 128", value)};
    } else {
        options.knobs.host_latency = whole(knob, value, 0, MostHostLatency);
    }
}

/// The flows of system E have a reader with service modules in place of a stage.
bool has_modules(const flows::Flow& flow) { return flow.name[0] == 'E'; }

/// Whose chips are not made by the stage: their memory and engine have no knobs.
void check_knobs(const flows::Flow& flow, const flows::FlowOptions& options) {
    const flows::Knobs plain;
    if (has_modules(flow) && (options.knobs != plain || options.rate != flows::FlowOptions{}.rate))
        throw Failure{WrongUse,
                      fmt::format("{}: a reader with service modules has no --rate, --aes-clock, "
                                  "--write-ticks, --host-latency and no --sweep of them",
                                  flow.name)};
    if (flow.name[0] == 'D' && (options.knobs.aes_clock != plain.aes_clock ||
                                options.knobs.write_ticks != plain.write_ticks))
        throw Failure{WrongUse,
                      fmt::format("{}: a chip with a boot loader has no --aes-clock and no "
                                  "--write-ticks",
                                  flow.name)};
}

std::string manner_of(const flows::Flow& flow, const flows::FlowOptions& options) {
    if (has_modules(flow)) return fmt::format("level {}", to_string(options.level));
    std::string text =
        fmt::format("level {}, terminal over {}, {} kbit/s at most", to_string(options.level),
                    to_string(options.via), RateNames.at(static_cast<std::size_t>(options.rate)));
    const flows::Knobs plain;
    const auto& knobs = options.knobs;
    if (knobs.aes_clock != plain.aes_clock)
        text += fmt::format(", AES engine at {:g} x fc", knobs.aes_clock);
    if (knobs.write_ticks != plain.write_ticks)
        text += fmt::format(", memory programmed in {} ticks", knobs.write_ticks);
    if (knobs.host_latency != plain.host_latency)
        text += fmt::format(", host takes {} ticks", knobs.host_latency);
    return text;
}

/// Waveforms are big: they go where temporary files go, and away again.
class Waveforms {
public:
    Waveforms()
        : folder_{std::filesystem::temp_directory_path() /
                  fmt::format("cartouche_profile_{}", ::getpid())} {
        std::filesystem::create_directories(folder_);
    }
    ~Waveforms() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Waveforms(const Waveforms&) = delete;
    Waveforms& operator=(const Waveforms&) = delete;

    [[nodiscard]] std::string prefix() const { return (folder_ / "stage").string(); }
    [[nodiscard]] std::string of(std::size_t stage) const {
        return fmt::format("{}{}.fst", prefix(), stage);
    }

private:
    std::filesystem::path folder_;
};

FlowProfile run_once(const flows::Flow& flow, const flows::FlowOptions& options, bool activity,
                     const std::string& about) {
    // What the software warns of is what the flow does to it.
    spdlog::set_level(spdlog::level::err);
    const bool shows = isatty(STDERR_FILENO) != 0;
    std::optional<Waveforms> waveforms;
    if (activity) waveforms.emplace();
    flows::ProfileOptions made;
    made.flow = options;
    if (waveforms) made.waveforms = waveforms->prefix();
    std::size_t steps = 0;
    made.told = [&](const flows::Step&) {
        if (shows) fmt::print(stderr, "\r{}{}: {} steps done", about, flow.name, ++steps);
    };
    try {
        auto profile = flows::profile_flow(flow, made);
        for (std::size_t i = 0; waveforms && i < profile.records.size(); ++i) {
            if (shows) fmt::print(stderr, "\r{}{}: counting what changed", about, flow.name);
            profile.records[i].activity = flows::activity_of(waveforms->of(i));
        }
        if (shows) fmt::print(stderr, "\r{:60}\r", "");
        return profile;
    } catch (const std::invalid_argument& error) {
        throw Failure{WrongUse, fmt::format("profile {}: {}", flow.name, error.what())};
    } catch (const std::exception& error) {
        throw Failure{JobFailed, fmt::format("flow {}: {}", flow.name, error.what())};
    }
}

json to_json(const trace::PhaseTicks& phases) {
    json all = json::object();
    for (std::size_t i = 0; i < phases.size(); ++i)
        if (phases[i] != 0) all[std::string{to_string(static_cast<trace::Phase>(i))}] = phases[i];
    return all;
}

json to_json(const trace::Record& record, const trace::Profile& profile) {
    json segments = json::array();
    for (const auto& one : profile.segments)
        segments.push_back({{"begin", one.begin},
                            {"end", one.end},
                            {"phase", to_string(one.phase)},
                            {"waits", to_string(one.waits)},
                            {"for", to_string(one.waits_for)}});
    json waiting = json::array();
    for (const auto& [who, ticks] : profile.by_waiting())
        waiting.push_back(
            {{"waits", to_string(who.first)}, {"for", to_string(who.second)}, {"ticks", ticks}});
    json transactions = json::array();
    for (const auto& one : profile.transactions) {
        json made{{"name", one.name}, {"begin", one.begin}, {"end", one.end}};
        if (const auto* budget = trace::budget_of(one); budget != nullptr) {
            made["budget_ms"] = budget->milliseconds;
            made["ms"] = base::milliseconds(one.end - one.begin);
        }
        transactions.push_back(std::move(made));
    }
    json steps = json::array();
    for (const auto& step : record.steps)
        steps.push_back({{"name", step.name},
                         {"begin", step.begin},
                         {"end", step.end},
                         {"phases", to_json(profile.by_phase(step.begin, step.end))}});
    json frames = json::array();
    for (const auto& named : profile.frames)
        frames.push_back(
            {{"name", named.name},
             {"from", named.frame.source == port::AirFrame::Source::Pcd ? "reader" : "card"},
             {"begin", named.frame.start},
             {"end", named.frame.end},
             {"phase", to_string(named.phase)}});
    json units = json::array();
    for (const auto& one : record.activity)
        units.push_back({{"unit", one.unit}, {"toggles", one.toggles}, {"bits", one.bits}});
    json modules = json::array();
    for (const auto& one : record.modules) {
        json module{{"module", one.name}, {"enabled_ticks", one.ticks}};
        if (one.toggles) module["toggles"] = *one.toggles;
        modules.push_back(std::move(module));
    }
    return {{"name", record.name},
            {"begin", profile.begin},
            {"end", profile.end},
            {"phases", to_json(profile.by_phase())},
            {"waiting", std::move(waiting)},
            {"segments", std::move(segments)},
            {"frames", std::move(frames)},
            {"steps", std::move(steps)},
            {"transactions", std::move(transactions)},
            {"activity", std::move(units)},
            {"modules", std::move(modules)}};
}

json head_of(const flows::Flow& flow, const flows::FlowOptions& options) {
    json made{{"profile", flow.name}, {"title", flow.title}, {"level", to_string(options.level)}};
    if (has_modules(flow)) return made;
    made["via"] = to_string(options.via);
    made["rate"] = RateNames.at(static_cast<std::size_t>(options.rate));
    made["knobs"] = {{"aes_clock", options.knobs.aes_clock},
                     {"write_ticks", options.knobs.write_ticks},
                     {"host_latency", options.knobs.host_latency}};
    return made;
}

json to_json(const flows::Flow& flow, const flows::FlowOptions& options,
             const FlowProfile& profile) {
    json made = head_of(flow, options);
    made["ticks"] = profile.total();
    made["ms"] = base::milliseconds(profile.total());
    made["phases"] = to_json(profile.by_phase());
    json stages = json::array();
    for (std::size_t i = 0; i < profile.records.size(); ++i)
        stages.push_back(to_json(profile.records[i], profile.profiles[i]));
    made["stages"] = std::move(stages);
    return made;
}

/// Of a reader: its service modules, run by run.
void print_modules(const FlowProfile& profile) {
    bool any = false;
    for (std::size_t i = 0; i < profile.records.size(); ++i) {
        const auto& record = profile.records[i];
        if (record.modules.empty()) continue;
        if (!std::exchange(any, true))
            fmt::print("\n{:<12} {:<12} {:>14} {:>8} {:>16}\n", "run", "module", "enabled ticks",
                       "share", "toggles");
        const auto total =
            static_cast<double>(std::max<base::Tick>(1, profile.profiles[i].total()));
        for (const auto& one : record.modules)
            fmt::print("{:<12} {:<12} {:>14} {:>7.2f}% {:>16}\n",
                       record.name.empty() ? "all" : record.name, one.name, one.ticks,
                       100.0 * static_cast<double>(one.ticks) / total,
                       one.toggles ? std::to_string(*one.toggles) : std::string{"-"});
    }
    if (any)
        fmt::print(
            "share: of the run. Toggles: every bit of every signal inside the module, clock "
            "included; contact and\ndisplay have no logic in this RTL.\n");
}

void print(const FlowProfile& profile) {
    const auto total = profile.total();
    const auto phases = profile.by_phase();
    const auto share = [&](base::Tick ticks) {
        return total == 0 ? 0 : 100.0 * static_cast<double>(ticks) / static_cast<double>(total);
    };
    fmt::print("{:<16} {:>12} {:>11} {:>8}\n", "phase", "ticks", "ms", "share");
    for (std::size_t i = 0; i < phases.size(); ++i)
        if (phases[i] != 0)
            fmt::print("{:<16} {:>12} {:>11.3f} {:>7.2f}%\n",
                       to_string(static_cast<trace::Phase>(i)), phases[i],
                       base::milliseconds(phases[i]), share(phases[i]));
    fmt::print("{:<16} {:>12} {:>11.3f}\n\n", "all", total, base::milliseconds(total));

    std::map<trace::Profile::Waiting, base::Tick> waiting;
    for (const auto& one : profile.profiles)
        for (const auto& [who, ticks] : one.by_waiting()) waiting[who] += ticks;
    fmt::print("{:<9} {:<9} {:>9} {:>11} {:>8}\n", "waits", "for", "ticks", "ms", "share");
    for (const auto& [who, ticks] : waiting)
        fmt::print("{:<8} {:<9} {:>10} {:>11.3f} {:>7.2f}%\n", to_string(who.first),
                   to_string(who.second), ticks, base::milliseconds(ticks), share(ticks));

    bool first = true;
    for (const auto& one : profile.profiles)
        for (const auto& transaction : one.transactions) {
            const auto* budget = trace::budget_of(transaction);
            if (budget == nullptr) continue;
            if (std::exchange(first, false))
                fmt::print("\n{:<28} {:>11} {:>11} {:>8}\n", "against budgets", "ms", "budget",
                           "of it");
            const double took = base::milliseconds(transaction.end - transaction.begin);
            fmt::print("{:<28} {:>11.3f} {:>11} {:>7.0f}%  {}\n", transaction.name, took,
                       budget->milliseconds, 100 * took / budget->milliseconds, budget->source);
        }
    print_modules(profile);
    for (const auto& record : profile.records) {
        if (record.activity.empty()) continue;
        fmt::print("\n{:<36} {:>12} {:>8}\n", "bits that changed", "toggles", "bits");
        for (const auto& unit : record.activity)
            fmt::print("{:<36} {:>12} {:>8}\n", unit.unit, unit.toggles, unit.bits);
    }
}

void tell(const std::optional<std::string>& out, const json& made) {
    if (!out) return;
    const std::string text = made.dump(1, ' ', false, json::error_handler_t::replace) + '\n';
    if (*out == "-")
        fmt::print("{}", text);
    else
        write(*out, text);
}

}  // namespace

Sweep parse_sweep(const std::string& text) {
    const auto equals = text.find('=');
    Sweep sweep{text.substr(0, equals), {}};
    if (equals == std::string::npos ||
        (sweep.knob != "rate" && sweep.knob != "aes-clock" && sweep.knob != "write-ticks" &&
         sweep.knob != "host-latency"))
        throw Failure{WrongUse, fmt::format("--sweep {}: expected rate, aes-clock, write-ticks or "
                                            "host-latency, = and values with commas between them",
                                            text)};
    for (std::size_t from = equals + 1; from <= text.size();) {
        const auto comma = std::min(text.find(',', from), text.size());
        sweep.values.push_back(text.substr(from, comma - from));
        from = comma + 1;
    }
    constexpr std::size_t MostValues = 64;
    if (sweep.values.size() > MostValues)
        throw Failure{WrongUse,
                      fmt::format("--sweep {}: more than {} values", sweep.knob, MostValues)};
    return sweep;
}

void profile_flow(const flows::Flow& flow, const flows::FlowOptions& options, bool activity,
                  const std::optional<Sweep>& sweep, const ProfileFiles& files) {
    const bool quiet = files.json && *files.json == "-";
    std::vector<flows::FlowOptions> runs;
    if (sweep)
        for (const auto& value : sweep->values)
            turn(runs.emplace_back(options), sweep->knob, value);
    for (const auto& run : runs) check_knobs(flow, run);
    check_knobs(flow, options);
    if (has_modules(flow) && (activity || sweep))
        throw Failure{
            WrongUse,
            fmt::format("{}: --activity and --sweep are for flows of systems A to D", flow.name)};

    std::vector<trace::SweepPoint> points;
    json swept = json::array();
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto profile =
            run_once(flow, runs[i], false, fmt::format("run {} of {}, ", i + 1, runs.size()));
        points.push_back({sweep->values[i], profile.total(), profile.by_phase()});
        swept.push_back({{"value", sweep->values[i]},
                         {"ticks", points.back().total},
                         {"ms", base::milliseconds(points.back().total)},
                         {"phases", to_json(points.back().phases)}});
    }
    const bool whole = !sweep || !files.html.empty() || !files.timeline.empty();
    std::optional<FlowProfile> profile;
    if (whole) profile = run_once(flow, options, activity, {});

    const std::string title = fmt::format("{}: {}", flow.name, flow.title);
    if (!files.svg.empty())
        write(files.svg, sweep               ? trace::sweep_chart(title, sweep->knob, points)
                         : has_modules(flow) ? trace::module_chart(profile->records)
                                             : trace::phase_chart(title, profile->by_phase()));
    if (!files.timeline.empty())
        write(files.timeline, trace::to_timeline(title, profile->records, profile->profiles));
    if (!files.html.empty()) {
        const trace::Page page{
            title,  manner_of(flow, options),           &profile->records, &profile->profiles,
            points, sweep ? sweep->knob : std::string{}};
        write(files.html, trace::to_page(page));
    }
    if (sweep) {
        json made = head_of(flow, options);
        made["sweep"] = sweep->knob;
        made["runs"] = std::move(swept);
        tell(files.json, made);
    } else {
        tell(files.json, to_json(flow, options, *profile));
    }
    if (quiet) return;
    fmt::print("{} ({})\n\n", title, manner_of(flow, options));
    if (!sweep && profile->total() == 0)
        return fmt::print(
            "What goes on here takes none of the reader's time: no module runs, no card is "
            "asked.\n");
    if (!sweep) return print(*profile);
    fmt::print("{:<14} {:>12} {:>11}\n", sweep->knob, "ticks", "ms");
    for (const auto& point : points)
        fmt::print("{:<14} {:>12} {:>11.3f}\n", point.value, point.total,
                   base::milliseconds(point.total));
}

}  // namespace cli
