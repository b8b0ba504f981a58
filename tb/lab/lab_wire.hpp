/// \file lab_wire.hpp
/// A line to a platform in the same process.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "platform/gate.hpp"

namespace lab {

/// Without sockets; the gate may change when its platform is restarted.
class LabWire final : public platform::Wire {
public:
    LabWire(std::function<platform::Gate&()> gate, platform::Certificate own)
        : gate_{std::move(gate)}, own_{std::move(own)} {}
    std::string post(const std::string& path, const std::string& body) override {
        return platform::DirectWire{gate_(), own_}.post(path, body);
    }

private:
    std::function<platform::Gate&()> gate_;
    platform::Certificate own_;
};

}  // namespace lab
