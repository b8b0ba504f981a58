/// \file reader_commands.hpp
/// The parts of `cartouche reader`, each in a file of its own.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "control/client.hpp"

namespace cli {

/// keys, new, client, platform: readers of one's own and the platform behind them.
void add_reader_fleet(CLI::App& reader);
/// call, update: the client on the connected device.
void add_reader_client(CLI::App& reader);

/// A job whose refusals, of a reader or of a platform, become one line; its memory stays private.
[[nodiscard]] std::function<void()> reader_job(std::function<void()> job);

}  // namespace cli
