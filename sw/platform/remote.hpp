/// \file remote.hpp
/// The client's end of a link: a platform as it looks from a terminal or another platform.
#pragma once

#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "platform/link.hpp"
#include "platform/source.hpp"
#include "platform/wire.hpp"

namespace platform {

class Remote {
public:
    /// `server`: the certificate that the other side must have.
    Remote(Wire& wire, const Credential& own, Certificate server, Random random = system_random);

    /// One request and its answer. Throws Refusal when the other side says no, LineLost when it
    /// cannot be reached: the next call begins a new link. Several threads may call; one at a time
    /// is served.
    nlohmann::json call(const nlohmann::json& request);

private:
    void begin();
    std::string exchange(const std::string& body);

    Wire& wire_;
    const Credential& own_;
    Certificate server_;
    Random random_;
    std::mutex mutex_{};
    std::optional<Link> link_{};
};

}  // namespace platform
