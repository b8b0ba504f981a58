/// \file card_manager.hpp
/// One for each virtual card: its business information and its balance, kept beside it
/// (docs/choices.md, system B).
#pragma once

#include "cardos/application.hpp"

namespace cardos {

/// GET BALANCE 80 5C 00 P2 04 and GET CARD 80 CA 00 00 00. Made and told about its card by the
/// secure channel module: C9 and STORE DATA are `4F` AID of the card, `80` kind, `81` version, `86`
/// business information. The balance is what the card publishes with each of its transactions.
class CardManager final : public Application {
public:
    [[nodiscard]] apdu::StatusWord install(Context& context, base::ByteView parameters) override;
    [[nodiscard]] apdu::Response personalise(Context& context,
                                             const apdu::Command& command) override;
    [[nodiscard]] apdu::Response process(Context& context, const apdu::Command& command) override;
};

}  // namespace cardos
