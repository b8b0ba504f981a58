/// \file card_host.hpp
/// The processor behind one card's mailbox: the driver, on the host bus of the simulation.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "driver/mailbox_driver.hpp"
#include "port/apdu_port.hpp"
#include "verilated/field_sim.hpp"

namespace tb {

/// Lives in a shared_ptr: what it has planned for later ends with it.
class CardHost final : public driver::MailboxBus, public std::enable_shared_from_this<CardHost> {
public:
    /// Has its second argument called at the first, no earlier than now.
    using Plan = std::function<void(base::Tick, std::function<void()>)>;

    /// Errors: as driver::AtsLimits::from.
    CardHost(FieldSim& sim, unsigned slot, port::ApduPort& os, base::ByteView ats, Plan plan);

    /// The card was put into its place.
    void begin();
    /// The mailbox's interrupt rose at tick `told`.
    void interrupt(base::Tick told) { driver_.interrupt(told); }
    void power_lost();

    void write(std::uint8_t address, std::uint8_t value) override;
    void read(std::uint8_t address, std::function<void(std::uint8_t)> done) override;
    void at(base::Tick tick, std::function<void()> action) override;

private:
    struct Access {
        FieldSim::HostAccess what{};
        std::function<void(std::uint8_t)> done{};
    };

    void start();
    void finish();

    FieldSim& sim_;
    unsigned slot_;
    Plan plan_;
    driver::MailboxDriver driver_;
    base::Bytes ats_;
    std::deque<Access> queue_;  ///< the first one is under way when busy_
    bool busy_ = false;
};

}  // namespace tb
