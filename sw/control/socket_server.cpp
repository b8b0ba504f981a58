#include "control/socket_server.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "link/unix_socket.hpp"

namespace control {
namespace {

constexpr std::size_t ChunkBytes = 4096;
constexpr int ForEver = -1;

/// What has come; empty: the other side has gone.
base::Bytes received(int descriptor) {
    base::Bytes chunk(ChunkBytes);
    ssize_t count = 0;
    do count = ::recv(descriptor, chunk.data(), chunk.size(), 0);
    while (count < 0 && errno == EINTR);
    chunk.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return chunk;
}

}  // namespace

SocketServer::SocketServer(std::string path, Handlers handlers)
    : path_{std::move(path)},
      handlers_{std::move(handlers)},
      listener_{hostlink::listen_at(path_)} {}

SocketServer::~SocketServer() {
    ::close(listener_);
    ::unlink(path_.c_str());
}

void SocketServer::stop() noexcept {
    stopping_ = true;
    wake_.set();
}

bool SocketServer::wait(int descriptor, int timeout_ms) {
    while (!stopping_) {
        std::array<pollfd, 2> waits{pollfd{descriptor, POLLIN, 0},
                                    pollfd{wake_.descriptor(), POLLIN, 0}};
        const int ready = ::poll(waits.data(), waits.size(), timeout_ms);
        if (ready == 0) return false;
        if (ready < 0 && errno != EINTR) return false;
        if (ready > 0 && waits[0].revents != 0) return !stopping_;
    }
    return false;
}

void SocketServer::run() {
    while (wait(listener_, ForEver)) {
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) continue;
        try {
            serve(client);
        } catch (...) {
            ::close(client);
            handlers_.gone();
            throw;
        }
        ::close(client);
        handlers_.gone();
    }
}

void SocketServer::serve(int client) {
    FrameReader frames;
    while (!frames.broken() && wait(client, handlers_.connected() ? ForEver : PatienceMs)) {
        const auto bytes = received(client);
        if (bytes.empty()) return;
        frames.feed(bytes);
        while (const auto frame = frames.next())
            if (!hostlink::send_all(client, handlers_.handle(*frame).bytes())) return;
    }
}

SocketWire::SocketWire(const std::string& path) : descriptor_{hostlink::connect_to(path)} {
    if (descriptor_ < 0)
        throw std::runtime_error{
            fmt::format("{}: no reader listens there ({})", path, std::strerror(errno))};
}

SocketWire::~SocketWire() { ::close(descriptor_); }

Frame SocketWire::exchange(const Frame& request) {
    if (!hostlink::send_all(descriptor_, request.bytes()))
        throw std::runtime_error{"the reader has gone"};
    while (true) {
        if (auto answer = reader_.next()) return std::move(*answer);
        const auto bytes = received(descriptor_);
        if (bytes.empty() || reader_.broken()) throw std::runtime_error{"the reader has gone"};
        reader_.feed(bytes);
    }
}

}  // namespace control
