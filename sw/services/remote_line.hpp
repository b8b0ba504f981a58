/// \file remote_line.hpp
/// A line over a link inside mutual TLS (platform::Remote).
#pragma once

#include "platform/remote.hpp"
#include "services/line.hpp"

namespace services {

class RemoteLine final : public Line {
public:
    explicit RemoteLine(platform::Remote& remote) : remote_{remote} {}
    nlohmann::json call(const nlohmann::json& request) override;

private:
    platform::Remote& remote_;
};

}  // namespace services
