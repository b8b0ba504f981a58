/// \file scp10_options.hpp
/// The two ways in which an SCP10 channel gets its keys (docs/choices.md, SCP10).
#pragma once

#include <optional>

#include "domain/context.hpp"
#include "domain/scp10.hpp"
#include "domain/scp10_opening.hpp"

namespace domain {

/// A domain's own.
struct RsaPair {
    RsaPublic key{};
    Secret exponent{};
};

/// SN.ICC: the last bytes of the card's diversification data.
[[nodiscard]] base::Bytes card_serial(Card& card);

// i = 01, key agreement.

/// Draws the card's half of the seed: signed by the card, for the off-card entity's eyes only.
/// Nothing when the card's arithmetic failed.
[[nodiscard]] std::optional<base::Bytes> offer_half(Context& context, Scp10Opening& opening,
                                                    const RsaPair& pair);
/// Nothing when the other half was not signed by the off-card entity for this challenge.
[[nodiscard]] std::optional<Scp10> agreed(Context& context, const Scp10Opening& opening,
                                          const RsaPair& pair, base::ByteView cryptogram);

// i = 02, key transport.

/// Keeps the keys of the cryptogram. False: it opens to anything else.
[[nodiscard]] bool take_keys(Context& context, Scp10Opening& opening, const RsaPair& pair,
                             base::ByteView cryptogram);
/// Nothing when the off-card entity did not sign all that was heard, for this challenge.
[[nodiscard]] std::optional<Scp10> transported(Context& context, const Scp10Opening& opening,
                                               base::ByteView signature);

}  // namespace domain
