/// \file contact_card.hpp
/// The card's end of the contacts: a thin shell around whatever card is in the slot.
#pragma once

#include <optional>
#include <systemc>

#include "card/contact_transport.hpp"
#include "contact/card.hpp"

namespace card {

/// The module is static, the card is not. Without a card nobody answers.
class ContactCard : public sc_core::sc_module, private ContactTransport {
public:
    sc_core::sc_export<ContactTransport> contacts{"contacts"};

    explicit ContactCard(const sc_core::sc_module_name& name);

    /// `os` outlives the card's stay.
    void insert(contact::Profile profile, port::ApduPort& os);
    void remove() noexcept;

private:
    void drive(contact::Pin pin, bool high, contact::Cycle at) override;
    std::optional<contact::ErrorSignal> hear(const contact::Character& character) override;
    const contact::Character* speak(contact::Cycle until) override;
    void refuse(const contact::ErrorSignal& signal) override;

    std::optional<contact::Card> card_{};
};

}  // namespace card
