/// \file service.hpp
/// What a platform does on request, whatever line the request came by.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace platform {

class Service {
public:
    virtual ~Service() = default;
    /// One request of `peer` (the name in its certificate) and its answer, in the words of the API
    /// (docs/platform.md). Throws Refusal. Several threads may be in it.
    virtual nlohmann::json handle(const std::string& peer, const nlohmann::json& request) = 0;
};

}  // namespace platform
