/// \file report.hpp
/// Repetitions of a benchmark as min, median and max of one figure.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <vector>

namespace bench {

/// Collects the counter `value` of every repetition; the benchmark's label is its unit.
class Report : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context&) override { return true; }
    void ReportRuns(const std::vector<Run>& runs) override;

    /// No benchmark went wrong.
    [[nodiscard]] bool good() const { return failures_.empty(); }
    /// Aligned text, one figure a line.
    [[nodiscard]] std::string table() const;
    /// {"results":[{"name":..,"unit":..,"min":..,"median":..,"max":..}]}
    [[nodiscard]] std::string json() const;

private:
    struct Figure {
        std::string unit;
        std::vector<double> values;
    };
    std::map<std::string, Figure> figures_;
    std::vector<std::string> failures_;
};

/// Sets the figure of one repetition.
void set_figure(benchmark::State& state, double value, const std::string& unit);

}  // namespace bench
