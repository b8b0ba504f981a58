#include "trace/profile_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace trace {
namespace {

constexpr std::string_view Style = R"(
body { font: 15px/1.45 sans-serif; color: #1a1a1a; background: #fff; max-width: 1120px; margin: 2em auto; padding: 0 1em }
h1 { font-size: 1.5em; margin-bottom: 0 } h2 { font-size: 1.15em; margin: 2em 0 .4em }
p.manner { color: #555; margin-top: .2em }
table { border-collapse: collapse; width: 100% } th, td { padding: .25em .6em; border-bottom: 1px solid #ddd; text-align: left }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums } td.over { color: #b00000; font-weight: bold } td.within { color: #1c6e2a }
.tiles { display: flex; gap: 1em; flex-wrap: wrap; margin-top: 1em } .tile { border: 1px solid #ccc; border-radius: 6px; padding: .6em 1em }
.tile b { display: block; font-size: 1.35em } svg { max-width: 100%; height: auto } i.key { display: inline-block; width: .8em; height: .8em; margin-right: .5em }
footer { color: #666; margin-top: 3em; font-size: .9em }
)";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else
            out += c;
    }
    return out;
}

double share(Tick part, Tick whole) {
    return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string tile(const std::string& value, const std::string& what) {
    return fmt::format("<div class=\"tile\"><b>{}</b>{}</div>\n", escaped(value), escaped(what));
}

PhaseTicks sum_of(const std::vector<Profile>& profiles) {
    PhaseTicks sums{};
    for (const auto& profile : profiles) {
        const auto more = profile.by_phase();
        for (std::size_t i = 0; i < PhaseCount; ++i) sums[i] += more[i];
    }
    return sums;
}

std::string phase_table(const PhaseTicks& phases, Tick total) {
    std::string html =
        "<table><tr><th>phase</th><th>what it is</th><th class=\"n\">ticks</th>"
        "<th class=\"n\">ms</th><th class=\"n\">share</th></tr>\n";
    for (std::size_t i = 0; i < PhaseCount; ++i) {
        if (phases[i] == 0) continue;
        const auto phase = static_cast<Phase>(i);
        html += fmt::format(
            "<tr><td><i class=\"key\" style=\"background:{}\"></i>{}</td><td>{}</td><td "
            "class=\"n\">{}</td><td class=\"n\">{:.3f}</td><td class=\"n\">{:.2f} %</td></tr>\n",
            colour(phase), to_string(phase), meaning(phase), phases[i],
            base::milliseconds(phases[i]), share(phases[i], total));
    }
    return html +
           fmt::format(
               "<tr><th>all</th><td></td><th class=\"n\">{}</th><th class=\"n\">{:.3f}</th><th "
               "class=\"n\">100 %</th></tr></table>\n",
               total, base::milliseconds(total));
}

std::string waiting_table(const std::vector<Profile>& profiles, Tick total) {
    std::map<Profile::Waiting, Tick> sums;
    for (const auto& profile : profiles)
        for (const auto& [who, ticks] : profile.by_waiting()) sums[who] += ticks;
    std::string html =
        "<table><tr><th>who waits</th><th>for whom</th><th class=\"n\">ticks</th>"
        "<th class=\"n\">ms</th><th class=\"n\">share</th></tr>\n";
    for (const auto& [who, ticks] : sums)
        html += fmt::format(
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{:.3f}</td><td "
            "class=\"n\">{:.2f} %</td></tr>\n",
            to_string(who.first), to_string(who.second), ticks, base::milliseconds(ticks),
            share(ticks, total));
    return html + "</table>\n";
}

std::string step_table(const Record& record, const Profile& profile) {
    std::string html =
        "<table><tr><th>step</th><th class=\"n\">ticks</th><th class=\"n\">ms</th><th>most of "
        "it</th></tr>\n";
    for (const auto& step : record.steps) {
        const auto phases = profile.by_phase(step.begin, step.end);
        const auto ticks = step.end - step.begin;
        std::string most;
        PhaseTicks left = phases;
        for (unsigned i = 0; i < 3; ++i) {
            const auto at = std::max_element(left.begin(), left.end());
            if (*at == 0) break;
            const auto phase = static_cast<Phase>(at - left.begin());
            most += fmt::format("{}{} {:.0f} %", most.empty() ? "" : ", ", to_string(phase),
                                share(*at, ticks));
            *at = 0;
        }
        html += fmt::format(
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{:.3f}</td><td>{}</td></tr>\n",
            escaped(step.name), ticks, base::milliseconds(ticks), most);
    }
    return html + "</table>\n";
}

std::string budget_table(const std::vector<Profile>& profiles) {
    std::string rows;
    for (const auto& profile : profiles)
        for (const auto& transaction : profile.transactions) {
            const Budget* budget = budget_of(transaction);
            if (budget == nullptr) continue;
            const double took = base::milliseconds(transaction.end - transaction.begin);
            rows += fmt::format(
                "<tr><td>{}</td><td class=\"n\">{:.3f}</td><td class=\"n\">{:.3f}</td><td "
                "class=\"n\">{:g}</td><td class=\"{}\">{:.0f} %</td><td>{}</td></tr>\n",
                escaped(transaction.name), base::milliseconds(transaction.begin), took,
                budget->milliseconds, took <= budget->milliseconds ? "within" : "over",
                100 * took / budget->milliseconds, budget->source);
        }
    if (rows.empty()) return "<p>No transaction with a budget.</p>\n";
    return "<table><tr><th>what</th><th class=\"n\">from, ms</th><th class=\"n\">took, ms</th><th "
           "class=\"n\">budget, ms</th><th>of it</th><th>budget of</th></tr>\n" +
           rows + "</table>\n";
}

std::string module_table(const std::vector<Record>& records, const std::vector<Profile>& profiles) {
    std::string rows;
    for (std::size_t i = 0; i < records.size(); ++i)
        for (const auto& module : records[i].modules)
            rows += fmt::format(
                "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{:.2f} %</td>"
                "<td class=\"n\">{}</td></tr>\n",
                escaped(records[i].name), escaped(module.name), module.ticks,
                share(module.ticks, profiles[i].total()),
                module.toggles ? std::to_string(*module.toggles) : std::string{"-"});
    if (rows.empty()) return rows;
    return "<h2>Modules of the reader</h2>\n<p>Ticks in which each had a clock; toggles, on the "
           "RTL: every bit of every signal inside it, clock included. Contact and display have no "
           "logic in the RTL.</p>\n" +
           module_chart(records) +
           "<table><tr><th>run</th><th>module</th><th class=\"n\">ticks with a clock</th><th "
           "class=\"n\">share</th><th class=\"n\">toggles</th></tr>\n" +
           rows + "</table>\n";
}

std::string activity_of(const std::vector<Record>& records) {
    std::string html;
    for (const auto& record : records)
        if (!record.activity.empty()) html += activity_chart(record.activity);
    if (html.empty()) return html;
    return "<h2>Activity</h2>\n<p>Bits of signals that changed from one tick to the next, on the "
           "RTL, clocks not counted; a unit's count contains those of the units inside it.</p>\n" +
           html;
}

}  // namespace

const std::vector<Budget>& budgets() {
    static const std::vector<Budget> All{
        {"transaction", 100, "a transit gate"},
        {"request and anticollision", 3, "data sheet of MIFARE Classic, typical"},
        {"authentication", 3, "data sheet of MIFARE Classic, typical"},
        {"READ", 2.5, "data sheet of MIFARE Classic, typical"},
        {"WRITE", 6, "data sheet of MIFARE Classic, typical"}};
    return All;
}

const Budget* budget_of(const Transaction& transaction) {
    for (const Budget& budget : budgets())
        if (transaction.name.compare(0, budget.name.size(), budget.name) == 0) return &budget;
    return nullptr;
}

std::string to_page(const Page& page) {
    const auto& records = *page.records;
    const auto& profiles = *page.profiles;
    const PhaseTicks phases = sum_of(profiles);
    const Tick total = std::accumulate(phases.begin(), phases.end(), Tick{0});
    std::size_t frames = 0;
    std::size_t calls = 0;
    for (const auto& profile : profiles) frames += profile.frames.size();
    for (const auto& record : records) calls += record.calls.size();

    std::string html = fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0}</title>\n"
        "<style>{1}</style></head>\n<body>\n<h1>{0}</h1>\n<p class=\"manner\">{2}</p>\n",
        escaped(page.title), Style, escaped(page.manner));
    html += "<div class=\"tiles\">\n";
    html +=
        tile(fmt::format("{:.3f} ms", base::milliseconds(total)), fmt::format("{} ticks", total));
    html += tile(std::to_string(frames), "frames on the air");
    html += tile(std::to_string(calls), "commands of the host");
    const auto most = std::max_element(phases.begin(), phases.end());
    html += tile(std::string{to_string(static_cast<Phase>(most - phases.begin()))},
                 fmt::format("takes most: {:.1f} %", share(*most, total)));
    html += "</div>\n<h2>Phases</h2>\n" + phase_chart("ticks of each phase", phases) +
            phase_table(phases, total);
    html += "<h2>Who waited for whom</h2>\n" + waiting_table(profiles, total);
    for (std::size_t i = 0; i < records.size(); ++i) {
        html += records.size() == 1
                    ? std::string{"<h2>In the order of time</h2>\n"}
                    : fmt::format("<h2>{} in the order of time</h2>\n", stage_name(records, i));
        html += time_chart(records[i], profiles[i]) + step_table(records[i], profiles[i]);
    }
    html += module_table(records, profiles);
    html += "<h2>Against budgets</h2>\n" + budget_table(profiles);
    html += activity_of(records);
    if (!page.sweep.empty())
        html +=
            "<h2>What if</h2>\n" + sweep_chart("total time for each value", page.knob, page.sweep);
    return html +
           "<footer>Cartouche. A tick is 1/13.56 MHz. Every tick has one phase: they add up to the "
           "whole.</footer>\n</body></html>\n";
}

}  // namespace trace
