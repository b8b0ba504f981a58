#include "trace/block_names.hpp"

#include <fmt/format.h>

namespace trace {
namespace {

constexpr std::size_t CrcBytes = 2;

}  // namespace

std::string name_of_block(base::ByteView data) {
    if (data.size() <= CrcBytes) return {};
    const unsigned pcb = data[0];
    const unsigned number = pcb & 1U;
    // ISO/IEC 14443-4, 7.1.1: the bits that each kind of block has fixed.
    if ((pcb & 0xE2U) == 0x02) return fmt::format("I({}{})", (pcb & 0x10U) != 0 ? "+" : "", number);
    if ((pcb & 0xF6U) == 0xA2) return fmt::format("R(ACK {})", number);
    if ((pcb & 0xF6U) == 0xB2) return fmt::format("R(NAK {})", number);
    if ((pcb & 0xF7U) == 0xC2) return "S(DESELECT)";
    if ((pcb & 0xF7U) == 0xF2) return "S(WTX)";
    if ((pcb & 0xF0U) == 0xD0) return "PPS";
    return {};
}

std::string name_of_b(base::ByteView data, bool reader) {
    if (data.size() <= CrcBytes) return {};
    const unsigned first = data[0];
    const std::size_t size = data.size() - CrcBytes;
    if (reader) {
        if (first == 0x05 && size == 3) return (data[2] & 0x08U) != 0 ? "WUPB" : "REQB";
        if ((first & 0x0FU) == 0x05 && size == 1) return fmt::format("SLOT({})", (first >> 4) + 1);
        if (first == 0x1D && size >= 9) return "ATTRIB";
        if (first == 0x50 && size == 5) return "HLTB";
    } else if (first == 0x50 && size >= 12) {
        return "ATQB";
    }
    return name_of_block(data);
}

}  // namespace trace
