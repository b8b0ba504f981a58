/// \file channel.hpp
/// One logical channel of one interface: what is selected on it and what is under way.
#pragma once

#include <optional>

#include "apdu/command.hpp"
#include "domain/session.hpp"

namespace cardos {

struct Channel {
    static constexpr unsigned Count = 4;

    bool open = false;  ///< of channels 1 to 3: 0 always is
    domain::Slot selected = domain::NoSlot;
    domain::Aid aid{};
    domain::Session session{};
    bool secured = false;  ///< an application's secure channel was opened since the selection
    std::optional<apdu::Command> chain{};       ///< header of its first command, data so far
    std::optional<apdu::Response> remainder{};  ///< of an answer longer than Ne

    void close() { *this = Channel{}; }
    void select(domain::Slot slot, const domain::Aid& name) {
        selected = slot;
        aid = name;
    }
};

}  // namespace cardos
