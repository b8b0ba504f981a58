/// \file contact_card.hpp
/// The card OS behind its contacts as a PC/SC card, APDU by APDU.
#pragma once

#include <functional>

#include "base/tick.hpp"
#include "link/smart_card.hpp"
#include "port/apdu_port.hpp"

namespace hostlink {

/// What the supply of the contacts does at a tick.
struct ContactSupply {
    std::function<void(base::Tick)> on = [](base::Tick) {};
    std::function<void(base::Tick)> off = [](base::Tick) {};
};

class ContactCard final : public SmartCard {
public:
    /// Ticks from power to the first command, and from an answer to the next command.
    static constexpr base::Tick Pause = 4096;

    /// `contacts` outlives this.
    ContactCard(port::ApduPort& contacts, base::Bytes atr, ContactSupply supply = {});

    base::Bytes power_on() override;
    base::Bytes reset() override;
    void power_off() override;
    base::Bytes transmit(base::ByteView command) override;

    /// Time at the contacts.
    [[nodiscard]] base::Tick now() const noexcept { return now_; }

private:
    port::ApduPort* contacts_;
    base::Bytes atr_;
    ContactSupply supply_;
    base::Tick now_ = 0;
    bool powered_ = false;
};

}  // namespace hostlink
