#include "flows/bluetooth_card.hpp"

#include <algorithm>

namespace flows {
namespace {

/// 3B 80 80 01 01: a reader's ATR for a contactless card that says nothing of itself.
const base::Bytes Atr{0x3B, 0x80, 0x80, 0x01, 0x01};

}  // namespace

BluetoothInterface::BluetoothInterface(loader::ChipCard& card, Log& log, port::World& world)
    : Interface{Via::Bluetooth, log, world},
      card_{card},
      controller_{card.bluetooth(), {}},
      central_{controller_, {}} {}

base::Bytes BluetoothInterface::do_power_on() {
    do_power_off();
    cut_at_.reset();
    central_.wait_until(world().now());
    card_.bluetooth_on(central_.now());
    central_.connect(central_.now());
    return Atr;
}

void BluetoothInterface::do_power_off() {
    if (!central_.connected()) return;
    central_.disconnect();
    card_.bluetooth_off(std::max(central_.now(), world().now()));
}

bool BluetoothInterface::cut_now() {
    if (!cut_at_ || *cut_at_ > world().now()) return false;
    // The card ran ahead of its terminal: what came after the cut never happened.
    central_.disconnect();
    card_.bluetooth_off(*cut_at_);
    cut_at_.reset();
    return true;
}

base::Bytes BluetoothInterface::do_transmit(base::ByteView command) {
    if (cut_now()) return {};
    central_.wait_until(world().now());
    auto answer = central_.exchange(command);
    world().wait_until(std::max(central_.now(), world().now()));
    if (cut_now()) return {};
    return answer.value_or(base::Bytes{});
}

}  // namespace flows
