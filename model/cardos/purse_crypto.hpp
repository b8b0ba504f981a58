/// \file purse_crypto.hpp
/// Session keys and MACs of the e-purse (fact sheet purse.md, section 2).
#pragma once

#include <array>

#include "cardos/context.hpp"
#include "domain/engine.hpp"

namespace cardos {

using Mac = std::array<std::uint8_t, 4>;

class PurseCrypto {
public:
    explicit PurseCrypto(Context& context) : engine_{context.crypto(), context.work()} {}

    /// Of one transaction: `tail` is 8000 for a load, the end of the terminal's serial for a debit.
    [[nodiscard]] domain::Secret session_key(const domain::Secret& key, base::ByteView random,
                                             std::uint16_t serial, std::uint16_t tail);
    /// Of the card's key for TACs.
    [[nodiscard]] static domain::Secret tac_key(const domain::Secret& key);
    /// Single DES in CBC over `data` padded with 80; the first half.
    [[nodiscard]] Mac mac(const domain::Secret& key, base::ByteView data);
    /// On 04 and 84 commands: the challenge before zeros, then triple DES at the end.
    [[nodiscard]] Mac line_mac(const domain::Secret& key, base::ByteView challenge,
                               base::ByteView data);

private:
    domain::Engine engine_;
};

}  // namespace cardos
