// cartouche_bench [--json [OUT]] [--repetitions N] - all figures of one run.
// cartouche_bench --curves [--json [OUT]] [--svg OUT] [--frames N] [--seed N] [--only RECEIVER] -
// frame error rates of the receivers.
#include <benchmark/benchmark.h>

#include <charconv>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curves.hpp"
#include "report.hpp"

namespace {

struct Options {
    bool curves = false;
    std::string repetitions = "5";
    bench::CurveOptions drawing{};  ///< its json is that of both
};

/// Of nothing else than digits, above 0.
template <class Number>
bool read_number(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() && number != 0;
}

/// Nothing, when an argument is none or has no value.
std::optional<Options> options_of(const std::vector<std::string>& arguments) {
    Options options;
    std::string of_curves;  // the last argument that only --curves has
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const bool has_value = i + 1 < arguments.size() && !arguments[i + 1].starts_with('-');
        const std::string value = has_value ? arguments[i + 1] : "";
        bool known = false;
        if (arguments[i] == "--curves") {
            options.curves = true;
            continue;
        }
        if (arguments[i] == "--json") {
            options.drawing.json = value;
            known = true;
        } else if (has_value && arguments[i] == "--repetitions") {
            unsigned number = 0;
            options.repetitions = value;
            known = read_number(value, number);
        } else if (has_value && arguments[i] == "--svg") {
            options.drawing.svg = value;
            known = true;
        } else if (has_value && arguments[i] == "--only") {
            options.drawing.only = value;
            known = true;
        } else if (has_value && arguments[i] == "--frames") {
            known = read_number(value, options.drawing.frames);
        } else if (has_value && arguments[i] == "--seed") {
            known = read_number(value, options.drawing.seed);
        }
        if (arguments[i] != "--json" && arguments[i] != "--repetitions") of_curves = arguments[i];
        if (!known) {
            std::cerr << "bench: cannot use '" << arguments[i]
                      << "'; known are --json [OUT] and --repetitions N, and with --curves --json "
                         "[OUT], --svg OUT, --frames N, --seed N and --only RECEIVER\n";
            return {};
        }
        if (has_value) ++i;
    }
    if (!options.curves && !of_curves.empty()) {
        std::cerr << "bench: " << of_curves << " needs --curves\n";
        return {};
    }
    return options;
}

}  // namespace

int main(int argc, char** argv) {
    const auto options = options_of({argv + 1, argv + argc});
    if (!options) return 2;
    if (options->curves) return bench::draw_curves(options->drawing);
    const bool json = options->drawing.json.has_value();
    const std::string json_out = options->drawing.json.value_or("");
    const std::string& repetitions = options->repetitions;
    std::string program = argv[0];
    std::string repeat = "--benchmark_repetitions=" + repetitions;
    std::vector<char*> arguments{program.data(), repeat.data()};
    int count = static_cast<int>(arguments.size());
    benchmark::Initialize(&count, arguments.data());

    bench::Report report;
    benchmark::RunSpecifiedBenchmarks(&report);
    if (!json || !json_out.empty()) std::cout << report.table();
    if (json && json_out.empty()) std::cout << report.json() << '\n';
    if (!json_out.empty() && !(std::ofstream{json_out} << report.json() << '\n')) {
        std::cerr << "bench: cannot write " << json_out << '\n';
        return 1;
    }
    return report.good() ? 0 : 1;
}
