// cartouche_bench [--json [OUT]] [--repetitions N] - all figures of one run.
#include <benchmark/benchmark.h>

#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "report.hpp"

int main(int argc, char** argv) {
    std::string json_out;
    bool json = false;
    std::string repetitions = "5";
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        const bool has_value = i + 1 < argc && argv[i + 1][0] != '-';
        if (argument == "--json") {
            json = true;
            if (has_value) json_out = argv[++i];
        } else if (argument == "--repetitions" && has_value) {
            repetitions = argv[++i];
        } else {
            std::cerr << "bench: unknown argument '" << argument
                      << "'; known are --json [OUT] and --repetitions N\n";
            return 2;
        }
    }
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
