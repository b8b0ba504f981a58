// main.cpp - the program `cartouche`: one subcommand, one exit code.

#include <CLI/CLI.hpp>
#include <exception>
#include <iostream>

#include "base/file.hpp"
#include "cli/commands.hpp"
#include "cli/failure.hpp"

int main(int argc, char** argv) {
    CLI::App app{"A contactless card and its reader, simulated to the carrier cycle."};
    app.name("cartouche");
    app.set_version_flag("--version", "cartouche " CARTOUCHE_VERSION);
    app.require_subcommand(0, 1);  // none is told below: CLI11 would hide a misspelt one behind it

    cli::Context context;
    cli::add_demo(app, context);
    cli::add_serve(app, context);
    cli::add_control(app, context);
    cli::add_flow(app, context);
    cli::add_campaign(app, context);
    cli::add_new(app, context);
    cli::add_os(app, context);
    cli::add_package(app, context);
    cli::add_platform(app, context);
    cli::add_profile(app, context);
    cli::add_reader(app, context);
    cli::add_replay(app, context);
    cli::add_services(app, context);
    cli::add_terminal(app, context);
    cli::add_board(app, context);
    cli::add_decode(app, context);

    try {
        app.parse(argc, argv);
        if (app.get_subcommands().empty())
            throw cli::Failure{cli::WrongUse, "a subcommand is required; --help lists them"};
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
        std::cerr << "cartouche: " << error.what() << '\n';
        return cli::WrongUse;
    } catch (const cli::Failure& failure) {
        std::cerr << "cartouche: " << failure.what() << '\n';
        return failure.exit_code();
    } catch (const base::FileError& error) {
        std::cerr << "cartouche: " << error.what() << '\n';
        return cli::WrongUse;
    } catch (const std::exception& error) {
        std::cerr << "cartouche: " << error.what() << '\n';
        return cli::JobFailed;
    }
    return context.exit_code;
}
