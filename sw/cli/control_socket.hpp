/// \file control_socket.hpp
/// The Unix socket by which `cartouche control` talks to a running `serve`: one JSON object a line,
/// one answer each.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

namespace cli {

/// Where serve listens and control asks when no --socket is given: one for each user.
[[nodiscard]] std::string default_control_path();

/// The side of serve. A thread of its own listens; requests are executed where `post` says.
class ControlServer {
public:
    using Handler = std::function<nlohmann::json(const nlohmann::json& request)>;
    /// Has a job run on the simulation's thread, between two exchanges; returns at once.
    using Post = std::function<void(std::function<void()> job)>;

    /// Throws Failure when `path` cannot be listened on, or another process listens there.
    /// What `handler` throws becomes a refusal.
    ControlServer(std::string path, Post post, Handler handler);
    ~ControlServer();
    ControlServer(const ControlServer&) = delete;
    ControlServer& operator=(const ControlServer&) = delete;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    void listen_loop();
    void serve_client(int client);
    std::string execute(const std::string& line);

    std::string path_;
    Post post_;
    std::shared_ptr<const Handler> handler_;
    int socket_ = -1;
    int end_ = -1;  ///< eventfd: ends the thread
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

/// The side of control: sends one request and returns the answer.
/// Throws Failure when nobody listens.
[[nodiscard]] nlohmann::json control_request(const std::string& path,
                                             const nlohmann::json& request);

}  // namespace cli
