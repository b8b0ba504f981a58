/// \file scp10_session.hpp
/// The keys and the counter of one session of SCP10, seen from the host. Scp10Opening makes it.
#pragma once

#include <memory>

#include "reader/scp_session.hpp"

namespace reader {

/// What a session begins with. No `enc`: data stay legible (level 11).
struct Scp10Keys {
    std::optional<ScpKey> enc{};
    ScpKey mac{};
    ScpKey dek{};
    DesBlock counter{};  ///< of messages before the first one
};

[[nodiscard]] std::unique_ptr<ScpSession> make_scp10_session(const Scp10Keys& keys);

}  // namespace reader
