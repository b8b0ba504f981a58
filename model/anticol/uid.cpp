#include "anticol/uid.hpp"

#include <algorithm>
#include <cassert>

#include "frame/crc_a.hpp"

namespace anticol {

Uid Uid::from(base::ByteView view) noexcept {
    assert(view.size() == 4 || view.size() == 7 || view.size() == 10);
    Uid uid;
    uid.size = static_cast<unsigned>(view.size());
    std::copy(view.begin(), view.end(), uid.bytes.begin());
    return uid;
}

std::array<std::uint8_t, 5> Uid::part(unsigned level) const noexcept {
    assert(level >= 1 && level <= levels());
    std::array<std::uint8_t, 5> part{};
    const std::size_t first = 3 * (level - 1);
    if (level == levels()) {
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(first), 4, part.begin());
    } else {
        part[0] = CascadeTag;
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(first), 3, part.begin() + 1);
    }
    part[4] = static_cast<std::uint8_t>(part[0] ^ part[1] ^ part[2] ^ part[3]);
    return part;
}

std::array<std::uint8_t, 4> Uid::cipher_bytes() const noexcept {
    const auto last = part(levels());
    return {last[0], last[1], last[2], last[3]};
}

Uid random_id(std::uint32_t u) noexcept {
    Uid uid;
    uid.bytes[0] = 0x08;
    uid.bytes[1] = static_cast<std::uint8_t>(u >> 8);
    uid.bytes[2] = static_cast<std::uint8_t>(u >> 16);
    uid.bytes[3] = static_cast<std::uint8_t>(u >> 24);
    return uid;
}

Uid nuid(const Uid& seven) noexcept {
    assert(seven.size == 7);
    const base::ByteView bytes{seven.bytes};
    const auto first = frame::crc_a(bytes.first(3));
    const auto second = frame::crc_a(bytes.first(7));
    Uid uid;
    uid.bytes[0] = static_cast<std::uint8_t>((first >> 8 & 0xE0) | 0x0F);
    uid.bytes[1] = static_cast<std::uint8_t>(first & 0xFF);
    uid.bytes[2] = static_cast<std::uint8_t>(second >> 8);
    uid.bytes[3] = static_cast<std::uint8_t>(second & 0xFF);
    return uid;
}

}  // namespace anticol
