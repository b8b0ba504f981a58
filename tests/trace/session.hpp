/// \file session.hpp
/// Sessions written as in mifare-classic.md: bytes in hex, `!` after a byte whose parity bit is not
/// odd parity.
#pragma once

#include <bit>
#include <sstream>
#include <string>

#include "port/air_frame.hpp"

namespace trace_test {

/// The bits of "A1 E4! 58"; "26/7" is one byte cut after seven bits.
inline base::Bits air_bits(const std::string& text) {
    base::Bits bits;
    std::istringstream words{text};
    for (std::string word; words >> word;) {
        const auto byte = static_cast<unsigned>(std::stoul(word.substr(0, 2), nullptr, 16));
        const bool cut = word.size() == 4 && word[2] == '/';
        const unsigned count = cut ? static_cast<unsigned>(word[3] - '0') : 8;
        for (unsigned b = 0; b < count; ++b)
            bits.push_back(static_cast<std::uint8_t>((byte >> b) & 1U));
        if (cut) continue;
        const bool odd = std::popcount(byte) % 2 == 0;
        const bool flipped = word.ends_with('!');
        bits.push_back(odd != flipped ? 1 : 0);
    }
    return bits;
}

inline port::AirFrame frame(port::AirFrame::Source source, const std::string& text,
                            base::Tick start) {
    port::AirFrame made;
    made.source = source;
    made.bits = air_bits(text);
    made.start = start;
    made.end = start + 128 * (1 + made.bits.size());
    return made;
}
inline port::AirFrame pcd(const std::string& text, base::Tick start = 0) {
    return frame(port::AirFrame::Source::Pcd, text, start);
}
inline port::AirFrame picc(const std::string& text, base::Tick start = 0) {
    return frame(port::AirFrame::Source::Picc, text, start);
}

}  // namespace trace_test
