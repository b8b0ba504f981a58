// air_bits.hpp - bits of the air from the notations of the sheets.
#pragma once

#include <bit>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/hex.hpp"

namespace model_test {

/// "01101" with any other character skipped.
inline base::Bits bits(std::string_view text) {
    base::Bits out;
    for (const char c : text) {
        if (c == '0' || c == '1') {
            out.push_back(c == '1' ? 1 : 0);
        }
    }
    return out;
}

inline void put_byte(base::Bits& out, unsigned byte, unsigned parity) {
    for (unsigned i = 0; i < 8; ++i) {
        out.push_back(static_cast<std::uint8_t>((byte >> i) & 1));
    }
    out.push_back(static_cast<std::uint8_t>(parity));
}

/// Bytes with the parity bits given in order. Example: with_parity("93 81", "10")
inline base::Bits with_parity(std::string_view bytes, std::string_view parity) {
    base::Bits out;
    const auto data = base::from_hex(bytes).value();
    for (std::size_t i = 0; i < data.size(); ++i) {
        put_byte(out, data[i], parity[i] == '1' ? 1 : 0);
    }
    return out;
}

/// Bytes with odd parity, wrong where a "!" follows. Example: marked("5C! AD F4 39!")
inline base::Bits marked(std::string_view text) {
    base::Bits out;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == ' ') {
            ++i;
            continue;
        }
        const unsigned byte = base::from_hex(text.substr(i, 2)).value()[0];
        i += 2;
        const bool wrong = i < text.size() && text[i] == '!';
        put_byte(out, byte, (std::popcount(byte) + (wrong ? 0U : 1U)) & 1U);
        i += wrong ? 1 : 0;
    }
    return out;
}

inline base::Bits nibble(unsigned value) {
    base::Bits out;
    for (unsigned i = 0; i < 4; ++i) {
        out.push_back(static_cast<std::uint8_t>((value >> i) & 1));
    }
    return out;
}

inline std::string show(base::BitView view) {
    std::string out;
    for (const auto bit : view) {
        out += bit != 0 ? '1' : '0';
    }
    return out;
}

}  // namespace model_test
