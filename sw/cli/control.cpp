// control.cpp - `cartouche control`: a running serve from outside.

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/commands.hpp"
#include "cli/control_socket.hpp"
#include "cli/failure.hpp"
#include "port/world.hpp"

namespace cli {
namespace {

struct ControlOptions {
    std::string socket = default_control_path();
    std::string image;
    unsigned slot = 0;
    base::Tick after = 0;
    bool json = false;
};

void print_state(const nlohmann::json& answer) {
    fmt::print("level {}, tick {} ({:.3f} ms), {} exchanges\n", answer.value("level", "?"),
               answer.value("tick", 0ULL), answer.value("ms", 0.0),
               answer.value("exchanges", 0ULL));
    const nlohmann::json cards = answer.value("cards", nlohmann::json::array());
    if (cards.empty()) fmt::print("no card in the field\n");
    for (const nlohmann::json& card : cards)
        fmt::print("slot {}: {} UID {} {}\n", card.value("slot", 0), card.value("kind", "?"),
                   card.value("uid", "?"), card.value("image", ""));
}

void run(const ControlOptions& options, nlohmann::json request, Context& context) {
    const nlohmann::json answer = control_request(options.socket, request);
    if (options.json) {
        std::cout << answer.dump() << '\n';
    } else if (answer.value("ok", false) && request["command"] == "state") {
        print_state(answer);
    }
    if (answer.value("ok", false)) return;
    if (!options.json) throw Failure{JobFailed, answer.value("error", "serve refused")};
    context.exit_code = JobFailed;
}

}  // namespace

void add_control(CLI::App& app, Context& context) {
    CLI::App* control = app.add_subcommand(
        "control", "place, remove and swap cards and cut power on a running serve");
    const auto options = std::make_shared<ControlOptions>();
    control->add_option("--socket,-s", options->socket, "control socket of the serve")
        ->capture_default_str();
    control->add_flag("--json", options->json, "print serve's answer as JSON");
    control->require_subcommand(1);

    const auto add = [&](const std::string& name, const std::string& help, bool image, bool slot) {
        CLI::App* command = control->add_subcommand(name, help);
        command->fallthrough();
        if (image)
            command->add_option("IMAGE", options->image, "card image")
                ->required()
                ->check(CLI::ExistingFile);
        if (slot)
            command->add_option("--slot", options->slot, "place in the field")
                ->check(CLI::Range(0U, port::CardSlots - 1))
                ->capture_default_str();
        command->callback([=, &context] {
            nlohmann::json request{{"command", name}};
            // The serve may run in another folder.
            if (image) request["image"] = std::filesystem::absolute(options->image).string();
            if (slot) request["slot"] = options->slot;
            if (name == "cut") request["after"] = options->after;
            run(*options, std::move(request), context);
        });
        return command;
    };
    add("place", "put a card into the field", true, true);
    add("remove", "take a card out of the field", false, true);
    add("swap", "replace a card by another", true, true);
    add("state", "what is in the field", false, false);
    add("logout", "the platform logs out of the reader: its link says nothing", false, false);
    add("login", "and in again", false, false);
    add("cut", "stop the carrier", false, false)
        ->add_option("--after", options->after, "ticks from now, even inside an exchange")
        ->capture_default_str();
}

}  // namespace cli
