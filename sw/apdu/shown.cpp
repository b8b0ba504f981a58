#include "apdu/shown.hpp"

#include <algorithm>

#include "apdu/command.hpp"
#include "base/hex.hpp"
#include "base/sector.hpp"

namespace apdu {
namespace {

constexpr std::uint8_t ReaderClass = 0xFF;

bool is_secret(const Command& command) {
    constexpr std::uint8_t ForInstall = 0x04;
    const bool proprietary = (command.cla & 0x80) != 0;
    if (command.cla == ReaderClass) {
        return command.ins == 0x82 || (command.ins == 0xD6 && base::is_trailer(command.p1p2()));
    }
    switch (command.ins) {
        case 0x20:  // VERIFY
        case 0x24:  // CHANGE REFERENCE DATA
        case 0x2C:  // RESET RETRY COUNTER
        case 0xC2:  // ENVELOPE
            return true;
        case 0xE6:  // INSTALL
            return (command.p1 & ForInstall) != 0;
        case 0xB4:  // sector access: read blocks
        case 0xD4:  // write blocks
        case 0xD6:  // change the buffer file
        case 0xE2:  // STORE DATA
            return proprietary;
        default:
            return false;
    }
}

}  // namespace

std::string shown(base::ByteView bytes) {
    const auto command = parse(bytes);
    std::size_t from = bytes.size();
    std::size_t to = bytes.size();
    if (!command) {
        from = std::min(bytes.size(), HeaderBytes);
    } else if (is_secret(*command)) {
        from = HeaderBytes + (command->extended ? 3 : 1);
        to = from + command->data.size();
    }
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i != 0) text += ' ';
        text += i >= from && i < to ? "**" : base::to_hex(bytes.subspan(i, 1));
    }
    return text;
}

}  // namespace apdu
