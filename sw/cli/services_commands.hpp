/// \file services_commands.hpp
/// The parts of `cartouche services` that have files of their own.
#pragma once

#include <CLI/CLI.hpp>

namespace cli {

/// A terminal or phone with a card: pays, downloads.
void add_services_terminal(CLI::App& top);
/// Application packages and secure elements, as their factories make them.
void add_services_factory(CLI::App& top);

}  // namespace cli
