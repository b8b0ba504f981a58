/// \file card.hpp
/// The card as the terminal reaches it: APDUs over contacts, and a gate's reading over the air.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apdu/command.hpp"
#include "base/tick.hpp"
#include "port/store_port.hpp"

namespace terminal {

/// What is written on the card, so to speak.
struct Identity {
    std::string kind{};    ///< "Classic 1K"
    base::Bytes uid{};     ///< 4, 7 or 10 bytes
    unsigned sectors = 0;  ///< 5, 16 or 40
    std::string level{};   ///< "tlm", "rtl" or "both"
    std::string source{};  ///< the card's file; empty: it is in none
};

/// A sector as a gate reads it over the air with one of the keys it knows.
struct GateReading {
    bool opened = false;
    std::string reader{};  ///< "key A" or "key B" that opened it; else why it could not
    /// One a block of the sector; nothing where the access bits forbid the gate's key.
    std::vector<std::optional<port::Block>> blocks{};
};

/// One owner, one thread.
class Card {
public:
    virtual ~Card() = default;

    [[nodiscard]] virtual Identity identity() const = 0;
    /// Powers the contacts if they are not; nothing: the card is mute or gone.
    [[nodiscard]] virtual std::optional<apdu::Response> exchange(const apdu::Command& command) = 0;
    /// The contacts lose power: the card forgets what was verified.
    virtual void power_off() = 0;
    [[nodiscard]] virtual GateReading gate(unsigned sector) = 0;
    [[nodiscard]] virtual base::Tick now() const = 0;
    /// Keeps what the card holds. Throws base::FileError.
    virtual void save() = 0;
};

/// Of the sectors of a MIFARE Classic: 4 blocks, from sector 32 on 16 (sheet, 1).
[[nodiscard]] constexpr unsigned blocks_in(unsigned sector) noexcept {
    return sector < 32 ? 4 : 16;
}
/// The number of a sector's first block.
[[nodiscard]] constexpr unsigned first_block(unsigned sector) noexcept {
    return sector < 32 ? 4 * sector : 128 + 16 * (sector - 32);
}

}  // namespace terminal
