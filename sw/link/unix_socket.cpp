#include "link/unix_socket.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace hostlink {
namespace {

constexpr int Backlog = 4;

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        throw std::runtime_error{fmt::format("socket '{}': path of 1 to {} characters expected",
                                             path, sizeof address.sun_path - 1)};
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

int listen_at(const std::string& path) {
    const sockaddr_un address = address_of(path);
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0) {
        if (!S_ISSOCK(status.st_mode))
            throw std::runtime_error{fmt::format("{}: exists and is no socket", path)};
        if (const int other = connect_to(path); other >= 0) {
            ::close(other);
            throw std::runtime_error{fmt::format("{}: another process listens there", path)};
        }
        ::unlink(path.c_str());
    }
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const mode_t mask = ::umask(0077);  // who may not signal us may not talk to us
    const bool bound = descriptor >= 0 && ::bind(descriptor, generic(address), sizeof address) == 0;
    int reason = errno;
    ::umask(mask);
    if (bound && ::listen(descriptor, Backlog) == 0) return descriptor;
    if (bound) reason = errno;
    if (descriptor >= 0) ::close(descriptor);
    throw std::runtime_error{fmt::format("{}: {}", path, std::strerror(reason))};
}

int connect_to(const std::string& path) {
    const sockaddr_un address = address_of(path);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor >= 0 && ::connect(descriptor, generic(address), sizeof address) == 0)
        return descriptor;
    const int reason = errno;
    if (descriptor >= 0) ::close(descriptor);
    errno = reason;
    return -1;
}

bool send_all(int descriptor, base::ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace hostlink
