/// \file card_manager.hpp
/// The card manager beside a card (systems.md, B): its balance follows the card's.
#pragma once

#include "services/purse_security.hpp"

namespace services {

class CardManager {
public:
    virtual ~CardManager() = default;
    /// What the card of this number holds now. May throw platform::CardLost; it is told again when
    /// the card is seen the next time.
    virtual void follow(const CardNumber& card, Fen balance) = 0;
};

}  // namespace services
