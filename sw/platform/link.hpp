/// \file link.hpp
/// Messages between two parties inside TLS: each has a sequence number and a MAC under a key that
/// both certificates and a nonce of each side go into. What was said before, later, by another or
/// otherwise is refused.
///
/// On the wire, both ways: {"link": id, "sequence": n, "body": text, "mac": hex}.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/credential.hpp"

namespace platform {

inline constexpr std::size_t LinkNonceBytes = 16;

enum class Side : std::uint8_t { Client, Server };

/// One end of a link. A request and its answer have the same number, from 1 on.
class Link {
public:
    /// `secret`: what both certificates agree on. The nonces are the client's and the server's.
    Link(std::string id, Side side, const base::Key<32>& secret, base::ByteView client_nonce,
         base::ByteView server_nonce, const std::string& client, const std::string& server);

    [[nodiscard]] const std::string& id() const noexcept { return id_; }
    /// The next message out.
    [[nodiscard]] std::string seal(const std::string& body);
    /// The body of the message that is due; nothing when it is another one or was changed. Then
    /// nothing has happened: the right one may still come.
    [[nodiscard]] std::optional<std::string> open(const std::string& message);

private:
    [[nodiscard]] std::string mac(Side from, std::uint64_t sequence, const std::string& body) const;

    std::string id_;
    Side side_;
    base::Key<32> client_key_{};  ///< of what the client says
    base::Key<32> server_key_{};
    std::uint64_t sent_ = 0;
    std::uint64_t received_ = 0;
};

/// The link that a message says it belongs to; empty when it is none.
[[nodiscard]] std::string link_of(const std::string& message);

}  // namespace platform
