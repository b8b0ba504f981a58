#include "dump/access_bits.hpp"

namespace dump {

// byte 6: /C2 /C1, byte 7: C1 /C3, byte 8: C3 C2; in each nibble bit i belongs to group i.
std::optional<AccessGroups> decode_access(const AccessBytes& bytes) noexcept {
    const unsigned c1 = bytes[1] >> 4U;
    const unsigned c2 = bytes[2] & 0x0FU;
    const unsigned c3 = bytes[2] >> 4U;
    AccessGroups groups{};
    for (unsigned i = 0; i < groups.size(); ++i)
        groups[i] = static_cast<std::uint8_t>(((c1 >> i) & 1U) << 2U | ((c2 >> i) & 1U) << 1U |
                                              ((c3 >> i) & 1U));
    if (encode_access(groups) != bytes) return std::nullopt;
    return groups;
}

AccessBytes encode_access(const AccessGroups& groups) noexcept {
    unsigned c1 = 0;
    unsigned c2 = 0;
    unsigned c3 = 0;
    for (unsigned i = 0; i < groups.size(); ++i) {
        c1 |= ((groups[i] >> 2U) & 1U) << i;
        c2 |= ((groups[i] >> 1U) & 1U) << i;
        c3 |= (groups[i] & 1U) << i;
    }
    return {static_cast<std::uint8_t>((c2 ^ 0x0FU) << 4U | (c1 ^ 0x0FU)),
            static_cast<std::uint8_t>(c1 << 4U | (c3 ^ 0x0FU)),
            static_cast<std::uint8_t>(c3 << 4U | c2)};
}

std::string access_text(const AccessGroups& groups) {
    std::string text;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (i != 0) text += i == 3 ? '/' : ',';
        for (int bit = 2; bit >= 0; --bit) text += ((groups[i] >> bit) & 1) != 0 ? '1' : '0';
    }
    return text;
}

}  // namespace dump
