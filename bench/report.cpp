#include "report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace bench {
namespace {

struct Spread {
    double min, median, max;
};

Spread spread_of(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return {values.front(), values[values.size() / 2], values.back()};
}

}  // namespace

void Report::ReportRuns(const std::vector<Run>& runs) {
    for (const Run& run : runs) {
        if (run.error_occurred) {
            failures_.push_back(run.benchmark_name() + ": " + run.error_message);
            continue;
        }
        const auto value = run.counters.find("value");
        if (run.run_type != Run::RT_Iteration || value == run.counters.end()) continue;
        Figure& figure = figures_[run.run_name.function_name];
        figure.unit = run.report_label;
        figure.values.push_back(value->second.value);
    }
}

std::string Report::table() const {
    std::string text = fmt::format("{:<26} {:>12} {:>12} {:>12}  unit\n", "figure", "min", "median", "max");
    for (const std::string& failure : failures_) text += failure + '\n';
    for (const auto& [name, figure] : figures_) {
        const Spread s = spread_of(figure.values);
        text += fmt::format("{:<26} {:>12.4g} {:>12.4g} {:>12.4g}  {}\n", name, s.min, s.median, s.max,
                            figure.unit);
    }
    return text;
}

std::string Report::json() const {
    nlohmann::ordered_json results = nlohmann::ordered_json::array();
    for (const auto& [name, figure] : figures_) {
        const Spread s = spread_of(figure.values);
        results.push_back({{"name", name}, {"unit", figure.unit}, {"min", s.min}, {"median", s.median}, {"max", s.max}});
    }
    return nlohmann::ordered_json{{"results", results}}.dump(2);
}

void set_figure(benchmark::State& state, double value, const std::string& unit) {
    state.counters["value"] = value;
    state.SetLabel(unit);
}

}  // namespace bench
