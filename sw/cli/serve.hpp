/// \file serve.hpp
/// What the links of `cartouche serve` share: options, control, saving.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "cli/control_socket.hpp"
#include "cli/options.hpp"
#include "cli/sinks.hpp"
#include "cli/world.hpp"
#include "reader/policy.hpp"

namespace cli {

struct ServeOptions {
    std::string card;
    CardOptions card_options{};
    WorldOptions world{};
    SinkOptions sinks{};
    reader::Policy policy{};
    std::string control;

    std::string link;  ///< PN532
    bool keep_alive = true;

    std::optional<std::string> pcsc{};  ///< HOST:PORT, or empty for the usual one
    bool contactless = false;
    std::string apdus;
};

void serve_pn532(const ServeOptions& options);
void serve_pcsc(const ServeOptions& options);

using Post = ControlServer::Post;

/// Has `tick` called again and again, on a thread of its own, until it goes.
class Ticker {
public:
    explicit Ticker(std::function<void()> tick);
    ~Ticker();
    Ticker(const Ticker&) = delete;
    Ticker& operator=(const Ticker&) = delete;

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool end_ = false;
    std::thread thread_;
};

/// The control socket asked for, or the user's default one when nobody has it.
[[nodiscard]] std::unique_ptr<ControlServer> open_control(const std::string& path, Post post,
                                                          ControlServer::Handler handler);

/// Level, noise and seeds, for who wants to have this run again.
void print_level(const ServeOptions& options);
/// How to control and to end it; then `ready`.
void print_ready(const std::string& socket);

}  // namespace cli
