// A reader finds a card that has been installed: its UID, as hexadecimal digits.
#include <iostream>

#include "base/hex.hpp"
#include "cardos/make_chip.hpp"
#include "field/tlm_world.hpp"
#include "reader/reader.hpp"

int main() {
    const auto chip = cardos::make_chip();
    const auto world = field::make_tlm_world({});
    world->place(0, {}, *chip);
    reader::Reader reader{*world, {}};
    reader.field_on();
    const auto found = reader.activate(reader::Wake::All);
    if (found.status != reader::Status::Ok) return 1;
    std::cout << base::to_hex(found.card.uid) << '\n';
    return 0;
}
