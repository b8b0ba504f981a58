/// \file commands.hpp
/// The subcommands of `cartouche`. Each lives in <name>.cpp of this room.
#pragma once

#include <CLI/CLI.hpp>

namespace cli {

/// Exit codes of every command (design.md): 0 done, 1 the job found a failure, 2 wrong use.
struct Context {
    int exit_code = 0;
};

void add_board(CLI::App& app, Context& context);
void add_campaign(CLI::App& app, Context& context);
void add_control(CLI::App& app, Context& context);
void add_decode(CLI::App& app, Context& context);
void add_demo(CLI::App& app, Context& context);
void add_flow(CLI::App& app, Context& context);
void add_new(CLI::App& app, Context& context);
void add_os(CLI::App& app, Context& context);
void add_package(CLI::App& app, Context& context);
void add_platform(CLI::App& app, Context& context);
void add_profile(CLI::App& app, Context& context);
void add_reader(CLI::App& app, Context& context);
void add_replay(CLI::App& app, Context& context);
void add_serve(CLI::App& app, Context& context);
void add_services(CLI::App& app, Context& context);
void add_terminal(CLI::App& app, Context& context);

}  // namespace cli
