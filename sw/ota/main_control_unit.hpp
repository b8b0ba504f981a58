/// \file main_control_unit.hpp
/// The mobile terminal's main control unit: gets the right to talk to the secure element, opens its
/// secure channel module, and carries a download between it and the business platform (systems.md
/// B1, B2, B4).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "link/smart_card.hpp"
#include "ota/application_package.hpp"
#include "platform/remote.hpp"
#include "reader/secure_channel.hpp"

namespace ota {

/// The secure element gave no answer.
class ElementLost : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class MainControlUnit {
public:
    /// Told of each step: its name and the status word of its answer.
    using Told = std::function<void(const std::string&, apdu::StatusWord)>;

    /// `id`: of the secure element, hexadecimal. All outlive it.
    MainControlUnit(platform::Remote& business, hostlink::SmartCard& element, std::string id,
                    Told told = {}, platform::Random random = platform::system_random)
        : business_{business},
          element_{element},
          id_{std::move(id)},
          told_{std::move(told)},
          random_{std::move(random)} {}

    /// B1. Throws platform::Refusal, platform::LineLost, ElementLost.
    void open_module();
    /// B2 to B4, or what is left of them after a break; opens the module when it is not open.
    /// Returns the platform's last word: "card", "instance", "atr". Throws as above.
    nlohmann::json download(Kind kind);
    /// The session with the module ends.
    void close() noexcept { channel_.reset(); }

private:
    apdu::Response send(const apdu::Command& command);

    platform::Remote& business_;
    hostlink::SmartCard& element_;
    std::string id_;
    Told told_;
    platform::Random random_;
    std::unique_ptr<reader::SecureChannel> channel_{};
};

}  // namespace ota
