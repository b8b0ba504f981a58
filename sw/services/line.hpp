/// \file line.hpp
/// How one party asks another: a request of the API and its answer, whatever carries them.
#pragma once

#include <nlohmann/json.hpp>

namespace services {

class Line {
public:
    virtual ~Line() = default;
    /// Throws platform::Refusal when the other side says no and has done nothing, and
    /// platform::LineLost when what it did is not known: the same request may be sent again.
    virtual nlohmann::json call(const nlohmann::json& request) = 0;
};

}  // namespace services
