/// \file pcscd.hpp
/// pcscd's side of vpcd, played: listens, sends messages, reads answers.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/hex.hpp"

namespace link_test {

class Pcscd {
public:
    using Milliseconds = std::chrono::milliseconds;
    static constexpr Milliseconds Patience{20'000};

    /// On `port`, or on a free one.
    explicit Pcscd(std::uint16_t port = 0) : listener_{socket(AF_INET, SOCK_STREAM, 0)} {
        const int on = 1;
        setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            listen(listener_, 1) != 0 ||
            getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            throw std::runtime_error{"cannot listen"};
        port_ = ntohs(address.sin_port);
    }
    ~Pcscd() {
        drop();
        close(listener_);
    }
    Pcscd(const Pcscd&) = delete;
    Pcscd& operator=(const Pcscd&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

    /// Whether a card is inserted within this time.
    bool accept(Milliseconds limit = Patience) {
        if (!readable(listener_, limit)) return false;
        card_ = ::accept(listener_, nullptr, nullptr);
        const int on = 1;
        setsockopt(card_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        return card_ >= 0;
    }
    void drop() {
        if (card_ >= 0) close(card_);
        card_ = -1;
    }

    void raw(base::ByteView bytes) const {
        if (::send(card_, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(bytes.size()))
            throw std::runtime_error{"the card does not take it"};
    }
    void send(base::ByteView message) const {
        base::Bytes all{static_cast<std::uint8_t>(message.size() >> 8U),
                        static_cast<std::uint8_t>(message.size())};
        all.insert(all.end(), message.begin(), message.end());
        raw(all);
    }
    void send(std::string_view hex) const { send(base::from_hex(hex).value()); }

    /// The next message; nothing when none comes in time or the card is pulled out.
    std::optional<base::Bytes> receive(Milliseconds limit = Patience) const {
        base::Bytes head;
        base::Bytes body;
        if (!read(head, 2, limit)) return {};
        if (!read(body, static_cast<std::size_t>(head[0] << 8 | head[1]), limit)) return {};
        return body;
    }
    std::string text(Milliseconds limit = Patience) const {
        const auto message = receive(limit);
        return message ? base::to_hex(*message) : "nothing";
    }
    std::string ask(std::string_view hex) const {
        send(hex);
        return text();
    }
    /// Whether the card is pulled out within this time.
    bool ends(Milliseconds limit = Patience) const {
        if (!readable(card_, limit)) return false;
        char byte = 0;
        return recv(card_, &byte, 1, MSG_PEEK) <= 0;
    }

private:
    static bool readable(int number, Milliseconds limit) {
        pollfd wait{number, POLLIN, 0};
        return poll(&wait, 1, static_cast<int>(limit.count())) > 0;
    }
    bool read(base::Bytes& out, std::size_t size, Milliseconds limit) const {
        while (out.size() < size) {
            if (!readable(card_, limit)) return false;
            const std::size_t at = out.size();
            out.resize(size);
            const auto got = recv(card_, out.data() + at, size - at, 0);
            out.resize(at + static_cast<std::size_t>(got > 0 ? got : 0));
            if (got <= 0) return false;
        }
        return true;
    }

    int listener_;
    int card_ = -1;
    std::uint16_t port_ = 0;
};

}  // namespace link_test
