#include "cli/tour.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <array>
#include <chrono>
#include <string_view>

#include "cli/failure.hpp"
#include "flows/flow.hpp"

namespace cli {
namespace {

struct System {
    char letter;
    std::string_view introduction;
};

constexpr std::array<System, 5> Systems{{
    {'A',
     "One card, two ways in: a terminal reads and changes over contacts the sector that a gate\n"
     "reads over the air."},
    {'B',
     "A phone: its secure element gets another city's card by download, and money goes from\n"
     "account to card and from card to merchant."},
    {'C',
     "A payment card's security domains: issuer and application provider give them their keys,\n"
     "and replace them."},
    {'D', "A chip card without an operating system gets one over contacts, NFC or Bluetooth."},
    {'E',
     "A reader as a device: it powers only the modules that a service needs, and nobody uses it\n"
     "without login."},
}};

using Clock = std::chrono::steady_clock;

double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

/// Runs it and prints a line for each step; returns how many there were.
std::size_t show(const flows::Flow& flow, Level level) {
    fmt::print("\n  {}  {}\n", flow.name, flow.title);
    flows::Report report{[](const flows::Step& step) {
        fmt::print("    {:<3} {:<60} {}\n", step.id, step.title, step.result);
        std::fflush(stdout);
    }};
    try {
        flow.run({.level = level}, report);
    } catch (const std::exception& error) {
        throw Failure{JobFailed, fmt::format("flow {}: {}", flow.name, error.what())};
    }
    return report.steps().size();
}

}  // namespace

void tour(Level level) {
    // What is refused and cut off on the way is part of the flows, which tell it themselves.
    spdlog::set_level(spdlog::level::err);
    fmt::print("Five systems around one card (level {}).\n", to_string(level));
    const auto begin = Clock::now();
    std::size_t flow_count = 0;
    std::size_t steps = 0;
    for (const auto& system : Systems) {
        fmt::print("\n{}. {}\n", system.letter, system.introduction);
        for (const auto& flow : flows::all_flows()) {
            if (flow.name.front() != system.letter) continue;
            steps += show(flow, level);
            ++flow_count;
        }
    }
    fmt::print("\n{} flows, {} steps, all as they must be, in {:.0f} s.\n", flow_count, steps,
               seconds(Clock::now() - begin));
    fmt::print("One of them with APDUs and ticks: `./run cartouche flow C2`.\n");
}

}  // namespace cli
