/// \file desk.hpp
/// The platform behind readers, as their clients see it (docs/reader-modules.md, Platform): logins
/// and what a platform does with a reader after them.
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "control/cloud.hpp"
#include "fleet/caretaker.hpp"
#include "fleet/fleet_keys.hpp"
#include "platform/service.hpp"

namespace fleet {

/// What readers shall have. A version that is not above a reader's own is not offered to it.
struct Offer {
    struct Content {
        std::uint32_t version = 0;
        base::Bytes bytes{};
    };
    std::optional<Content> software{};
    std::optional<Content> logic{};
    struct Rights {
        std::uint32_t version = 0;
        std::vector<ClientGrant> clients{};
    };
    std::optional<Rights> credentials{};
};

/// One login at a time for each peer; a new one ends the one before.
///
///   {"do": "begin"}                          -> {"nonce"}
///   {"do": "prove", "answer"}                -> {"proof"}
///   {"do": "next"} or with "answer"          -> {"message"}, or {"done": true, "report": [line,
///   ..]}
class Desk final : public platform::Service {
public:
    /// `clients`: names of the certificates that may ask.
    Desk(FleetKeys keys, Offer offer, std::set<std::string> clients,
         control::NonceSource nonces = control::system_nonces());

    nlohmann::json handle(const std::string& peer, const nlohmann::json& request) override;

private:
    struct Visit {
        control::Cloud cloud;
        std::optional<Caretaker> caretaker{};
    };

    nlohmann::json next(Visit& visit, const nlohmann::json& request);
    [[nodiscard]] Packages packages(const std::string& serial,
                                    const control::UpdateStates& states) const;

    FleetKeys keys_;
    Offer offer_;
    std::set<std::string> clients_;
    control::NonceSource nonces_;
    std::mutex mutex_{};
    std::map<std::string, Visit> visits_{};  ///< by peer: bounded, as clients are
};

}  // namespace fleet
