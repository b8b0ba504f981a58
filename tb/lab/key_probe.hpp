/// \file key_probe.hpp
/// Whether somebody who has certain keys gets into a domain: what a party without rights tries.
#pragma once

#include <optional>
#include <string>

#include "link/smart_card.hpp"
#include "platform/key_set.hpp"
#include "reader/secure_channel.hpp"

namespace lab {

struct Probe {
    bool proved = false;      ///< the card's cryptogram fits these keys
    bool opened = false;      ///< the card took ours: the channel below is open
    apdu::StatusWord sw = 0;  ///< of the last command: 6300 for a wrong cryptogram
    base::Bytes counter{};    ///< that the card told
    std::optional<reader::SecureChannel> channel{};
};

/// SELECT, INITIALIZE UPDATE and, even when the card's cryptogram shows other keys, EXTERNAL
/// AUTHENTICATE with these. `aid` in hexadecimal.
[[nodiscard]] Probe try_keys(hostlink::SmartCard& card, const std::string& aid,
                             const platform::KeySet& keys, std::uint8_t level = 0x33);

/// Sends a command in clear through an open channel. Nothing: the answer is not to be believed.
[[nodiscard]] std::optional<apdu::Response> send(hostlink::SmartCard& card, Probe& open,
                                                 const apdu::Command& command);

}  // namespace lab
