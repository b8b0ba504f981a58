#include "terminal/directory.hpp"

#include <fmt/format.h>

namespace terminal {
namespace {

constexpr std::size_t Bytes1 = 32;
constexpr std::size_t Bytes2 = 48;

/// The check byte, the info byte, then two bytes a sector, low byte first.
Directory read(base::ByteView blocks, unsigned first_sector) {
    Directory made;
    made.sound = directory_crc(blocks.subspan(1)) == blocks[0];
    for (std::size_t at = 2; at + 1 < blocks.size(); at += 2)
        made.applications[first_sector + static_cast<unsigned>(at / 2 - 1)] =
            static_cast<std::uint16_t>(blocks[at] | blocks[at + 1] << 8U);
    return made;
}

}  // namespace

std::uint8_t directory_crc(base::ByteView bytes) noexcept {
    unsigned crc = 0xC7;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) {
            crc <<= 1U;
            if ((crc & 0x100U) != 0) crc ^= 0x11DU;
        }
    }
    return static_cast<std::uint8_t>(crc);
}

std::optional<Directory> read_directory_1(base::ByteView blocks) {
    if (blocks.size() != Bytes1) return std::nullopt;
    return read(blocks, 1);
}

std::optional<Directory> read_directory_2(base::ByteView blocks) {
    if (blocks.size() != Bytes2) return std::nullopt;
    return read(blocks, 17);
}

std::string application_name(std::uint16_t aid) {
    switch (aid) {
        case 0x0000:
            return "free";
        case 0x0001:
            return "defect";
        case 0x0002:
            return "reserved";
        case 0x0003:
            return "more of the directory";
        case 0x0004:
            return "card holder";
        case 0x0005:
            return "not applicable";
        case NdefAid:
            return "NDEF message";
        default:
            return fmt::format("application {:04X}", aid);
    }
}

}  // namespace terminal
