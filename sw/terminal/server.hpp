/// \file server.hpp
/// The terminal page and its API on this machine: HTTP on 127.0.0.1.
#pragma once

#include <memory>
#include <string>

#include "terminal/api.hpp"
#include "terminal/log.hpp"

namespace terminal {

/// The API, the trace (GET /api/trace?after=N) and the page. Other web pages and other users of the
/// machine are kept out: the API wants the token of this run in a header, which only who has the
/// address can send, and a Host and an Origin of this server.
class Server {
public:
    /// Begins to listen. `port` 0: any that is free. Both outlive it. Throws std::runtime_error
    /// when the port is taken.
    Server(Session& session, const Log& log, int port);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// With the token of this run behind `#`, which no browser sends anywhere.
    [[nodiscard]] std::string address() const;

    /// Serves until stop(). The session is used on this thread only.
    void run();
    /// From any thread.
    void stop();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace terminal
