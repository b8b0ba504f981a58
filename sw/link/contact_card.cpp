#include "link/contact_card.hpp"

#include <algorithm>
#include <utility>

namespace hostlink {

ContactCard::ContactCard(port::ApduPort& contacts, base::Bytes atr, ContactSupply supply)
    : contacts_{&contacts}, atr_{std::move(atr)}, supply_{std::move(supply)} {}

base::Bytes ContactCard::power_on() {
    power_off();
    now_ += Pause;
    supply_.on(now_);
    powered_ = true;
    return reset();
}

base::Bytes ContactCard::reset() {
    if (!powered_) return power_on();
    now_ += Pause;
    contacts_->reset(now_);
    return atr_;
}

void ContactCard::power_off() {
    if (!powered_) return;
    now_ += Pause;
    supply_.off(now_);
    powered_ = false;
}

base::Bytes ContactCard::transmit(base::ByteView command) {
    if (!powered_) return {};
    now_ += Pause;
    port::ApduPort::Taken taken = contacts_->take(command, false, now_);
    now_ = std::max(now_, taken.ready);
    return std::move(taken.response);
}

}  // namespace hostlink
