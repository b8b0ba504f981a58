/// \file smart_card.hpp
/// A card as a PC/SC daemon sees it: powered, reset, given APDUs.
#pragma once

#include "base/bytes.hpp"

namespace hostlink {

class SmartCard {
public:
    virtual ~SmartCard() = default;

    /// Power on, or off and on again: the card forgets what is not stored. Returns its ATR, or what
    /// a contactless reader makes up for one; empty: there is no card.
    virtual base::Bytes power_on() = 0;
    /// As power_on, but of a card that is powered.
    virtual base::Bytes reset() = 0;
    virtual void power_off() = 0;
    /// A command and its answer, data and status. Empty: the card is gone or mute.
    virtual base::Bytes transmit(base::ByteView command) = 0;
};

}  // namespace hostlink
