#include "cli/control_socket.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <future>
#include <utility>

#include "cli/failure.hpp"
#include "link/unix_socket.hpp"

namespace cli {
namespace {

constexpr std::size_t MostLine = 1U << 16U;
constexpr int PatienceMs = 10'000;  // a client that says nothing must not keep others out

bool send_text(int fd, const std::string& text) {
    return hostlink::send_all(fd,
                              {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

/// What is wrong with a path is wrong use.
template <typename Call>
int opened(Call call) {
    try {
        return call();
    } catch (const std::runtime_error& error) {
        throw Failure{WrongUse, fmt::format("control: {}", error.what())};
    }
}

nlohmann::json refusal(const std::string& reason) { return {{"ok", false}, {"error", reason}}; }

}  // namespace

std::string default_control_path() {
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    if (runtime != nullptr && *runtime != '\0') return fmt::format("{}/cartouche.sock", runtime);
    return fmt::format("/tmp/cartouche-{}.sock", ::getuid());
}

ControlServer::ControlServer(std::string path, Post post, Handler handler)
    : path_{std::move(path)},
      post_{std::move(post)},
      handler_{std::make_shared<const Handler>(std::move(handler))} {
    if (const int other = opened([&] { return hostlink::connect_to(path_); }); other >= 0) {
        ::close(other);
        throw Failure{WrongUse, fmt::format("{}: another serve listens there", path_)};
    }
    socket_ = opened([&] { return hostlink::listen_at(path_); });
    end_ = ::eventfd(0, EFD_CLOEXEC);
    if (end_ < 0) {
        ::close(socket_);
        throw Failure{JobFailed, fmt::format("{}: {}", path_, std::strerror(errno))};
    }
    thread_ = std::thread{[this] { listen_loop(); }};
}

ControlServer::~ControlServer() {
    ending_ = true;
    ::eventfd_write(end_, 1);
    thread_.join();
    ::close(end_);
    ::close(socket_);
    ::unlink(path_.c_str());
}

void ControlServer::listen_loop() {
    while (true) {
        pollfd fds[2] = {{socket_, POLLIN, 0}, {end_, POLLIN, 0}};
        if (::poll(fds, 2, -1) < 0 && errno != EINTR) return;
        if (fds[1].revents != 0) return;
        if ((fds[0].revents & POLLIN) == 0) continue;
        const int client = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0) continue;
        serve_client(client);
        ::close(client);
    }
}

void ControlServer::serve_client(int client) {
    std::string text;
    char chunk[1024];
    while (text.size() < MostLine) {
        pollfd fds[2] = {{client, POLLIN, 0}, {end_, POLLIN, 0}};
        const int ready = ::poll(fds, 2, PatienceMs);
        if (ready == 0 || (ready < 0 && errno != EINTR) || fds[1].revents != 0) return;
        if (fds[0].revents == 0) continue;
        const ssize_t n = ::recv(client, chunk, sizeof chunk, 0);
        if (n <= 0) return;
        text.append(chunk, static_cast<std::size_t>(n));
        for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
            if (!send_text(client, execute(text.substr(0, end)) + '\n')) return;
            text.erase(0, end + 1);
        }
    }
}

std::string ControlServer::execute(const std::string& line) {
    nlohmann::json request = nlohmann::json::parse(line, nullptr, false);
    if (!request.is_object()) return refusal("expected a JSON object in one line").dump();
    // The job may be left over when serve ends, so it owns what it uses.
    const auto task = std::make_shared<std::packaged_task<nlohmann::json()>>(
        [handler = handler_, request = std::move(request)] { return (*handler)(request); });
    auto answer = task->get_future();
    post_([task] { (*task)(); });
    while (answer.wait_for(std::chrono::milliseconds{50}) != std::future_status::ready)
        if (ending_) return refusal("serve is ending").dump();
    try {
        return answer.get().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    } catch (const std::exception& error) {
        return refusal(error.what()).dump();
    }
}

nlohmann::json control_request(const std::string& path, const nlohmann::json& request) {
    const int fd = opened([&] { return hostlink::connect_to(path); });
    if (fd < 0)
        throw Failure{JobFailed,
                      fmt::format("{}: no serve listens there ({})", path, std::strerror(errno))};
    std::string text;
    if (send_text(fd, request.dump() + '\n')) {
        char chunk[1024];
        while (text.find('\n') == std::string::npos) {
            const ssize_t n = ::recv(fd, chunk, sizeof chunk, 0);
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) break;
            text.append(chunk, static_cast<std::size_t>(n));
        }
    }
    ::close(fd);
    nlohmann::json answer = nlohmann::json::parse(text, nullptr, false);
    if (!answer.is_object())
        throw Failure{JobFailed, fmt::format("{}: serve gave no answer", path)};
    return answer;
}

}  // namespace cli
