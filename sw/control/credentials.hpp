/// \file credentials.hpp
/// The reader's authentication information: what an update of it replaces.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "control/proofs.hpp"

namespace control {

/// Service interfaces as bits, 1 << number (service_interface.hpp).
using Services = std::uint32_t;

/// Who may connect, and what it may offer once a platform has logged in.
struct ClientRight {
    std::string id{};  ///< 1 to 16 characters
    AesKey key{};
    Services services = 0;
};

struct Credentials {
    static constexpr std::size_t MostClients = 16;
    static constexpr std::size_t MostId = 16;

    AesKey reader{};  ///< K_R: the second authentication information rests on it
    AesKey access{};  ///< of the secure-access module: sector keys are derived from it
    std::vector<ClientRight> clients{};

    /// format 1 (1) | K_R | access key | clients (1) | for each: id behind its length, key,
    /// services (4). Throws std::invalid_argument when a bound is broken.
    [[nodiscard]] base::Bytes bytes() const;
    /// Nothing when these are not the bytes of credentials; ids are different from each other.
    [[nodiscard]] static std::optional<Credentials> parse(base::ByteView bytes);
};

}  // namespace control
