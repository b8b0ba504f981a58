// serve_pn532.cpp - the reader as a PN532 on a pseudo-terminal.

#include <fmt/format.h>

#include <atomic>
#include <filesystem>

#include "cli/field_cards.hpp"
#include "cli/serve.hpp"
#include "cli/served_reader.hpp"
#include "cli/stop_signal.hpp"
#include "control/local_link.hpp"
#include "link/pty.hpp"

namespace cli {
namespace {

void introduce(const ServeOptions& options, const std::string& device, const std::string& socket) {
    print_level(options);
    fmt::print(
        "point tools at the reader with\n\n    export LIBNFC_DEFAULT_DEVICE=pn532_uart:{}\n\n",
        device);
    print_ready(socket);
}

}  // namespace

void serve_pn532(const ServeOptions& options) {
    // Signals first: no other thread may take them.
    std::atomic<hostlink::Pn532Server*> running{nullptr};
    std::atomic<bool> stopped{false};
    const StopSignal stop{[&] {
        stopped = true;
        if (auto* server = running.load()) server->stop();
    }};

    FieldCards cards{options.world, options.card_options};
    if (!options.card.empty()) cards.place(0, options.card);
    Sinks sinks{options.sinks, cards.world()};
    ServedReader reader{control::Service::Pn532, &cards.world(), nullptr, options.policy};
    const hostlink::Pty pty{options.link};
    hostlink::ServerOptions server_options;
    server_options.keep_alive = options.keep_alive;
    control::LinkedPn532 link{reader.device(), pty.master(), server_options};
    hostlink::Pn532Server& server = link.server();
    const auto post = [&server](std::function<void()> job) { server.post(std::move(job)); };

    std::exception_ptr failure;
    {
        const auto control =
            open_control(options.control, post, [&](const nlohmann::json& request) {
                nlohmann::json answer =
                    reader.handle(request) ? cards.state() : cards.control(request);
                answer["exchanges"] = sinks.frames();
                return answer;
            });
        const Ticker autosave{[&] { post([&] { cards.save_when_settled(); }); }};
        const std::string device =
            options.link.empty()
                ? pty.slave_name()
                : std::filesystem::absolute(options.link).lexically_normal().string();
        introduce(options, device, control ? control->path() : std::string{});
        running = &server;
        try {
            if (!stopped) server.run();
        } catch (...) {
            failure = std::current_exception();
        }
        running = nullptr;
    }
    // Whatever ended the run, what the card holds is kept.
    cards.save();
    sinks.finish();
    if (failure) std::rethrow_exception(failure);
    cards.finish();
}

}  // namespace cli
