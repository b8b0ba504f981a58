#include "cutting_proxy.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace cli_test {
namespace {

constexpr int LookMs = 50;

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
}

}  // namespace

CuttingProxy::CuttingProxy(int server) : server_{server} {
    auto address = loopback(0);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(listener_, any, size) != 0 || ::listen(listener_, 4) != 0 ||
        ::getsockname(listener_, any, &size) != 0)
        throw std::runtime_error{"no port for the proxy"};
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
}

CuttingProxy::~CuttingProxy() {
    over_ = true;
    thread_.join();
    ::close(listener_);
}

void CuttingProxy::cut_at(unsigned turn, std::function<void()> cut) {
    const std::scoped_lock lock{mutex_};
    cut_ = std::move(cut);
    has_cut_ = false;
    left_ = turn;
}

bool CuttingProxy::end_cutting() {
    const std::scoped_lock lock{mutex_};
    left_ = 0;
    return has_cut_;
}

bool CuttingProxy::cuts() {
    const std::scoped_lock lock{mutex_};
    if (left_ == 0 || --left_ != 0) return false;
    has_cut_ = true;
    cut_();
    return true;
}

void CuttingProxy::serve() {
    while (!over_) {
        pollfd wait{listener_, POLLIN, 0};
        if (::poll(&wait, 1, LookMs) <= 0) continue;
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) continue;
        pass(client);
        ::close(client);
    }
}

void CuttingProxy::pass(int client) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(server_);
    int from = -1;
    std::array<char, 65536> bytes{};
    bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    while (open && !over_) {
        std::array<pollfd, 2> wait{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
        if (::poll(wait.data(), wait.size(), LookMs) <= 0) continue;
        for (const auto& one : wait) {
            if (one.revents == 0) continue;
            const auto got = ::recv(one.fd, bytes.data(), bytes.size(), 0);
            open = got > 0;
            if (!open) break;
            open = one.fd == from || !cuts();
            if (!open) break;
            from = one.fd;
            const int to = one.fd == client ? server : client;
            open = ::send(to, bytes.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL) == got;
        }
    }
    ::close(server);
}

}  // namespace cli_test
