#include "contact/atr.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace contact {

namespace {

constexpr std::uint8_t DirectTs = 0x3B;
constexpr std::uint8_t InverseTs = 0x3F;
constexpr std::size_t MostBytes = 33;  ///< TS and up to 32 characters
constexpr std::size_t MostHistorical = 15;
constexpr std::uint8_t GlobalBytes = 15;

std::uint8_t exclusive_or(base::ByteView bytes) {
    std::uint8_t sum = 0;
    for (const auto byte : bytes) sum = static_cast<std::uint8_t>(sum ^ byte);
    return sum;
}

/// TCK is absent only when no other type than T = 0 is named.
bool has_tck(const std::vector<InterfaceBytes>& groups) {
    return std::any_of(groups.begin(), groups.end(),
                       [](const auto& group) { return group.next.value_or(0) != 0; });
}

/// T=0 first, then ascending, T=15 last and not first.
bool in_order(const std::vector<InterfaceBytes>& groups) {
    if (groups.front().next == GlobalBytes) return false;
    std::uint8_t last = 0;
    for (const auto& group : groups) {
        if (!group.next) continue;
        if (*group.next < last) return false;
        last = *group.next;
    }
    return true;
}

struct Layout {
    std::vector<InterfaceBytes> groups{};
    std::size_t interface_end = 0;  ///< offset behind the last interface byte
};

/// Nothing when `bytes` end before the interface bytes do.
std::optional<Layout> layout_of(base::ByteView bytes) {
    if (bytes.size() < 2) return std::nullopt;
    Layout layout;
    std::size_t at = 2;
    unsigned present = bytes[1] >> 4;
    const auto take = [&](unsigned bit, std::optional<std::uint8_t>& to) {
        if ((present & bit) == 0) return true;
        if (at >= bytes.size()) return false;
        to = bytes[at++];
        return true;
    };
    for (;;) {
        InterfaceBytes group;
        if (!take(1, group.a) || !take(2, group.b) || !take(4, group.c) || !take(8, group.next))
            return std::nullopt;
        const auto td = group.next;
        if (td) group.next = static_cast<std::uint8_t>(*td & 0x0F);
        layout.groups.push_back(group);
        if (!td) break;
        present = *td >> 4;
    }
    layout.interface_end = at;
    return layout;
}

std::size_t length_of(const Layout& layout, std::uint8_t t0) {
    return layout.interface_end + (t0 & 0x0FU) + (has_tck(layout.groups) ? 1 : 0);
}

std::uint8_t presence(const InterfaceBytes& group) {
    return static_cast<std::uint8_t>((group.a ? 0x10 : 0) | (group.b ? 0x20 : 0) |
                                     (group.c ? 0x40 : 0) | (group.next ? 0x80 : 0));
}

}  // namespace

base::Bytes build(const Atr& atr) {
    const bool chained =
        !atr.groups.empty() && !atr.groups.back().next &&
        std::all_of(atr.groups.begin(), atr.groups.end() - 1,
                    [](const auto& group) { return group.next && *group.next <= GlobalBytes; });
    if (!chained || !in_order(atr.groups) || atr.historical.size() > MostHistorical)
        throw std::invalid_argument{"no such answer to reset"};
    base::Bytes bytes{atr.convention == Convention::Direct ? DirectTs : InverseTs};
    bytes.push_back(
        static_cast<std::uint8_t>(presence(atr.groups.front()) | atr.historical.size()));
    for (std::size_t i = 0; i < atr.groups.size(); ++i) {
        const auto& group = atr.groups[i];
        for (const auto& byte : {group.a, group.b, group.c})
            if (byte) bytes.push_back(*byte);
        if (group.next)
            bytes.push_back(static_cast<std::uint8_t>(presence(atr.groups[i + 1]) | *group.next));
    }
    bytes.insert(bytes.end(), atr.historical.begin(), atr.historical.end());
    if (has_tck(atr.groups)) bytes.push_back(exclusive_or(base::ByteView{bytes}.subspan(1)));
    if (bytes.size() > MostBytes) throw std::invalid_argument{"answer to reset too long"};
    return bytes;
}

std::optional<std::size_t> atr_length(base::ByteView bytes) {
    const auto layout = layout_of(bytes);
    if (!layout) return std::nullopt;
    return length_of(*layout, bytes[1]);
}

std::optional<Atr> parse_atr(base::ByteView bytes) {
    const auto layout = layout_of(bytes);
    if (!layout || (bytes[0] != DirectTs && bytes[0] != InverseTs) || bytes.size() > MostBytes ||
        bytes.size() != length_of(*layout, bytes[1]) || !in_order(layout->groups))
        return std::nullopt;
    const bool tck = has_tck(layout->groups);
    if (tck && exclusive_or(bytes.subspan(1)) != 0) return std::nullopt;
    Atr atr;
    atr.convention = bytes[0] == DirectTs ? Convention::Direct : Convention::Inverse;
    atr.groups = layout->groups;
    const auto historical = bytes.subspan(layout->interface_end, bytes[1] & 0x0FU);
    atr.historical.assign(historical.begin(), historical.end());
    return atr;
}

std::optional<Rate> rate_of(std::uint8_t ta1) {
    constexpr std::array<unsigned, 16> Fi{372, 372, 558, 744,  1116, 1488, 1860, 0,
                                          0,   512, 768, 1024, 1536, 2048, 0,    0};
    constexpr std::array<unsigned, 16> Di{0, 1, 2, 4, 8, 16, 32, 64, 12, 20, 0, 0, 0, 0, 0, 0};
    const Rate rate{Fi[ta1 >> 4], Di[ta1 & 0x0F]};
    if (rate.f == 0 || rate.d == 0) return std::nullopt;
    return rate;
}

bool Parameters::offers(std::uint8_t protocol) const noexcept {
    return std::find(protocols.begin(), protocols.end(), protocol) != protocols.end();
}

Cycle Parameters::guard_time(Rate rate, std::uint8_t protocol) const {
    if (guard == 255) return rate.etus(protocol == 1 ? GuardEtus - 1 : GuardEtus);
    return rate.etus(GuardEtus) + (global ? indicated() : rate).etus(guard);
}

Parameters parameters_of(const Atr& atr) {
    Parameters says;
    const auto& first = atr.groups.front();
    says.ta1 = first.a.value_or(says.ta1);
    says.guard = first.c.value_or(says.guard);
    if (first.next) says.protocols.clear();
    bool block = false;  // the first group for T=1 has been seen
    for (std::size_t i = 0; i < atr.groups.size(); ++i) {
        const auto& group = atr.groups[i];
        if (group.next && *group.next != GlobalBytes && !says.offers(*group.next))
            says.protocols.push_back(*group.next);
        if (i == 1) {
            says.specific = group.a;
            if (group.c.value_or(0) != 0) says.wi = *group.c;
        }
        if (i < 2) continue;
        const std::uint8_t type = *atr.groups[i - 1].next;
        if (type == 1 && !block) {
            block = true;
            if (group.a && *group.a != 0x00 && *group.a != 0xFF) says.ifsc = *group.a;
            if (group.b && *group.b >> 4 <= 9) {
                says.bwi = static_cast<std::uint8_t>(*group.b >> 4);
                says.cwi = static_cast<std::uint8_t>(*group.b & 0x0F);
            }
            says.crc = (group.c.value_or(0) & 1U) != 0;
        } else if (type == GlobalBytes && !says.global) {
            says.global = true;
            says.clock_stop = static_cast<std::uint8_t>(group.a.value_or(0x01) >> 6);
            says.classes = static_cast<std::uint8_t>(group.a.value_or(0x01) & 0x3F);
        }
    }
    return says;
}

}  // namespace contact
