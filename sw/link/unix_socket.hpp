/// \file unix_socket.hpp
/// Local sockets with a name in the file system.
#pragma once

#include <string>

#include "base/bytes.hpp"

namespace hostlink {

/// A listening socket that only its user may connect to; what a killed process left at `path` is
/// replaced. Throws std::runtime_error when the path is too long, is something else, or another
/// process listens there.
[[nodiscard]] int listen_at(const std::string& path);

/// A connected socket, or -1 with errno. Throws as listen_at for a path that is too long.
[[nodiscard]] int connect_to(const std::string& path);

/// False: the other side has gone.
bool send_all(int descriptor, base::ByteView bytes);

}  // namespace hostlink
