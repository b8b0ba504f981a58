/// \file platform_commands.hpp
/// The parts of `cartouche platform` that have files of their own.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace cli {

/// Around the job of a command of the platforms.
using Guard = std::function<std::function<void()>(std::function<void()>)>;
/// The process's memory is hidden, and a refusal of a platform is this command's failure.
[[nodiscard]] std::function<void()> guarded(std::function<void()> job);

void add_platform_card(CLI::App& top, const Guard& guarded);
void add_platform_ceremony(CLI::App& top, const Guard& guarded);
void add_platform_terminal(CLI::App& top, const Guard& guarded);

}  // namespace cli
