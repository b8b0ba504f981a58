/// \file socket_server.hpp
/// The client protocol on a local socket: one client at a time, others wait.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "control/frame.hpp"
#include "link/wake_event.hpp"

namespace control {

class SocketServer {
public:
    struct Handlers {
        std::function<Frame(const Frame&)> handle;
        /// The client has gone, or was sent away.
        std::function<void()> gone;
        /// Whether it has proved itself: others are sent away when they say nothing for
        /// PatienceMs.
        std::function<bool()> connected;
    };
    static constexpr int PatienceMs = 10'000;

    /// Throws std::runtime_error when `path` cannot be listened on.
    SocketServer(std::string path, Handlers handlers);
    ~SocketServer();
    SocketServer(const SocketServer&) = delete;
    SocketServer& operator=(const SocketServer&) = delete;

    /// Serves clients until stop(); what a handler throws ends it and comes out.
    void run();
    /// From any thread, or a signal handler's thread.
    void stop() noexcept;

    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    void serve(int client);
    /// Waits for input; false: it is over with this descriptor.
    bool wait(int descriptor, int timeout_ms);

    std::string path_;
    Handlers handlers_;
    int listener_;
    hostlink::WakeEvent wake_{};
    std::atomic<bool> stopping_{false};
};

/// The client's end: frames over a socket that somebody listens on.
class SocketWire {
public:
    /// Throws std::runtime_error when nobody listens.
    explicit SocketWire(const std::string& path);
    ~SocketWire();
    SocketWire(const SocketWire&) = delete;
    SocketWire& operator=(const SocketWire&) = delete;

    /// Throws std::runtime_error when the reader has gone.
    [[nodiscard]] Frame exchange(const Frame& request);

private:
    int descriptor_;
    FrameReader reader_{};
};

}  // namespace control
