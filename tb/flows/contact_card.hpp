/// \file contact_card.hpp
/// A chip behind its contacts, a contact reader and the line between, as a PC/SC card.
#pragma once

#include "contact/card.hpp"
#include "contact/slot.hpp"
#include "link/smart_card.hpp"
#include "port/chip_port.hpp"

namespace flows {

/// Its ATR is contact::default_atr(), or while a boot loader has control
/// 3B 97 96 80 31 FE 45 <its seven bytes> TCK. The card is mute while its reader has no power. What goes wrong on the line is logged.
class ContactCard final : public hostlink::SmartCard {
public:
    /// `chip` outlives it.
    explicit ContactCard(port::ChipPort& chip);

    base::Bytes power_on() override;
    base::Bytes reset() override;
    void power_off() override;
    base::Bytes transmit(base::ByteView command) override;

    [[nodiscard]] contact::Slot& reader() noexcept { return reader_; }
    [[nodiscard]] const contact::Slot& reader() const noexcept { return reader_; }

private:
    contact::Card pins_;
    contact::Slot reader_;
};

}  // namespace flows
