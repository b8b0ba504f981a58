#include "card/contact_card.hpp"

#include <utility>

namespace card {

ContactCard::ContactCard(const sc_core::sc_module_name& name) : sc_module(name) {
    contacts.bind(*this);
}

void ContactCard::insert(contact::Profile profile, port::ApduPort& os) {
    card_.emplace(std::move(profile), os);
}

void ContactCard::remove() noexcept { card_.reset(); }

void ContactCard::drive(contact::Pin pin, bool high, contact::Cycle at) {
    if (card_) card_->drive(pin, high, at);
}

std::optional<contact::ErrorSignal> ContactCard::hear(const contact::Character& character) {
    return card_ ? card_->hear(character) : std::nullopt;
}

const contact::Character* ContactCard::speak(contact::Cycle until) {
    return card_ ? card_->speak(until) : nullptr;
}

void ContactCard::refuse(const contact::ErrorSignal& signal) {
    if (card_) card_->refuse(signal);
}

}  // namespace card
