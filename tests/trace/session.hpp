/// \file session.hpp
/// Sessions written as in mifare-classic.md: bytes in hex, `!` after a byte whose parity bit is not
/// odd parity.
#pragma once

#include <bit>
#include <sstream>
#include <string>
#include <vector>

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

/// Session B of mifare-classic.md up to the first READ, as recorded there.
inline std::vector<port::AirFrame> session_b() {
    std::vector<port::AirFrame> frames{
        pcd("26/7"),
        picc("04 00"),
        pcd("93 20"),
        picc("9C 59 9B 32 6C"),
        pcd("93 70 9C 59 9B 32 6C 6B 30"),
        picc("08 B6 DD"),
        pcd("60 00 F5 7B"),
        picc("82 A4 16 6C"),
        pcd("A1 E4! 58 CE! 6E EA! 41 E0!"),
        picc("5C! AD F4 39!"),
        pcd("8E 0E! 5D! B9"),
        picc("5A! 92 0D! 85!"),
        pcd("98! D7 6B! 77 D6 C6 E8 70"),
        picc("CA 7E! 0B! 63!"),
        pcd("3E! 70 9C! 8A"),
        picc("36! 41 24! 79"),
        pcd("1B! 8C 3A! 48! 83 5A 4A! 27"),
        picc("40! 6A! 99! 4B"),
        pcd("C9 7C 64! 13!"),
        picc("B5! AB! 1D! 2B"),
        pcd("7E! D2 5C! CA! 4B! 50! 88! C4"),
        picc("BF DD 01 BE!"),
        pcd("56 98 49 D6!"),
    };
    for (std::size_t i = 0; i < frames.size(); ++i) {
        frames[i].start += 5000 + 20'000 * i;
        frames[i].end += 5000 + 20'000 * i;
    }
    return frames;
}

}  // namespace trace_test
