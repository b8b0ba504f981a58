/// \file link.hpp
/// The commands of the sector application, each logged without its secrets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "apdu/command.hpp"
#include "terminal/card.hpp"
#include "terminal/log.hpp"

namespace terminal {

/// Nothing comes back when the card is mute or gone. `sector` is below 256.
class Link {
public:
    using Answer = std::optional<apdu::Response>;

    Link(Card& card, Log& log) : card_{card}, log_{log} {}

    Answer select();
    /// Tries left of the PIN, or that it is verified.
    Answer pin_state();
    Answer verify(std::string_view pin);
    Answer unblock(std::string_view code, std::string_view new_pin);

    Answer get_data(unsigned sector);
    Answer backup(unsigned sector);
    Answer write_buffer(unsigned sector, unsigned block, const port::Block& data);
    Answer modify(unsigned sector, bool trailer);
    Answer restore(unsigned sector);

    /// Balance of the e-purse on a logical channel of its own, which is closed again.
    Answer purse_balance();

private:
    /// Which bytes of command and answer are secret.
    enum class Secret : std::uint8_t { Nothing, Data, TrailerInData, TrailerInAnswer };

    Answer send(const apdu::Command& command, std::string_view what,
                Secret secret = Secret::Nothing);
    Answer send_secret(std::uint8_t ins, base::Bytes data, std::string_view what);

    Card& card_;
    Log& log_;
};

}  // namespace terminal
