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
    CardHost(FieldSim& sim, unsigned slot, port::ApduPort& os, const port::CardProfile& card,
             Plan plan);

    /// The card was put into its place.
    void begin();
    /// The mailbox's interrupt rose at tick `told`.
    void interrupt(base::Tick told) { driver_.interrupt(told); }
    /// The carrier has gone: what is planned for later than `limit` will not happen, unless it
    /// comes back.
    void fading(base::Tick limit) { limit_ = limit; }
    void carrier_back() { limit_ = Never; }
    void power_lost();

    void write(std::uint8_t address, std::uint8_t value) override;
    void read(std::uint8_t address, std::function<void(std::uint8_t)> done) override;
    void at(base::Tick tick, std::function<void()> action) override;

private:
    struct Access {
        FieldSim::HostAccess what{};
        std::function<void(std::uint8_t)> done{};
    };

    static constexpr base::Tick Never = ~base::Tick{0};

    void start();
    void finish();
    void plan(base::Tick tick, std::function<void()> action);

    FieldSim& sim_;
    unsigned slot_;
    Plan plan_;
    driver::MailboxDriver driver_;
    port::CardProfile card_;
    std::deque<Access> queue_;  ///< the first one is under way when busy_
    bool busy_ = false;
    base::Tick limit_ = Never;
};

}  // namespace tb
