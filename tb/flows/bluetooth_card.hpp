/// \file bluetooth_card.hpp
/// A chip card over Bluetooth, in time with the other interfaces of its stage, logged, and cut.
#pragma once

#include <optional>

#include "ble/central.hpp"
#include "flows/interfaces.hpp"
#include "loader/chip_card.hpp"

namespace flows {

/// Power is the connection.
class BluetoothInterface final : public Interface {
public:
    /// `card` outlives it.
    BluetoothInterface(loader::ChipCard& card, Log& log, port::World& world);

    void cut(Tick at) override { cut_at_ = at; }
    [[nodiscard]] ble::Central& central() noexcept { return central_; }

private:
    base::Bytes do_power_on() override;
    base::Bytes do_reset() override { return do_power_on(); }
    void do_power_off() override;
    base::Bytes do_transmit(base::ByteView command) override;

    /// Whether the connection has broken by now.
    bool cut_now();

    loader::ChipCard& card_;
    ble::Peripheral controller_;
    ble::Central central_;
    std::optional<Tick> cut_at_{};
};

}  // namespace flows
