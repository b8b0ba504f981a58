/// \file watched_chip.hpp
/// A chip whose programming and whose work on commands somebody is told of.
#pragma once

#include "port/chip_port.hpp"
#include "port/work_observer.hpp"

namespace flows {

/// Sees what the ports of `chip` show: CardUnit::Nvm of program(), CardUnit::Os of take(). Both
/// outlive it.
class WatchedChip final : public port::ChipPort {
public:
    WatchedChip(port::ChipPort& chip, port::WorkObserver& observer)
        : chip_{chip}, observer_{observer}, air_{*this, nullptr}, contacts_{*this, nullptr} {}

    [[nodiscard]] port::Block read(port::BlockAddress block, base::Tick now) override {
        return chip_.read(block, now);
    }
    Programming program(port::BlockAddress block, const port::Block& data,
                        base::Tick start) override;
    void power_lost(base::Tick at) override { chip_.power_lost(at); }
    void power_up(base::Tick at) override { chip_.power_up(at); }
    [[nodiscard]] port::ApduPort* air() noexcept override;
    [[nodiscard]] std::unique_ptr<port::StorePort> clone() const override { return chip_.clone(); }
    void contacts_on(base::Tick at) override { chip_.contacts_on(at); }
    void contacts_off(base::Tick at) override { chip_.contacts_off(at); }
    [[nodiscard]] port::ApduPort& contacts() noexcept override;
    [[nodiscard]] base::Bytes loader_bytes() override { return chip_.loader_bytes(); }

private:
    class Side final : public port::ApduPort {
    public:
        Side(WatchedChip& chip, port::ApduPort* port) : chip_{chip}, port_{port} {}
        void stands_for(port::ApduPort& port) noexcept { port_ = &port; }
        void reset(base::Tick at) override { port_->reset(at); }
        Taken take(base::ByteView piece, bool more, base::Tick at) override;

    private:
        WatchedChip& chip_;
        port::ApduPort* port_;
    };

    port::ChipPort& chip_;
    port::WorkObserver& observer_;
    Side air_;
    Side contacts_;
};

}  // namespace flows
