#include "trace/octets.hpp"

#include "frame/bits.hpp"

namespace trace {

bool Octets::parity_wrong(std::size_t index) const {
    // The parity bit of a byte that began in the other side's part covers bits we do not have.
    if (index == 0 && first_bit != 0) return false;
    return index < parity.size() && parity[index] != frame::odd_parity(data[index]);
}

bool Octets::any_parity_wrong() const {
    for (std::size_t i = 0; i < parity.size(); ++i)
        if (parity_wrong(i)) return true;
    return false;
}

Octets to_octets(base::BitView bits, unsigned first_bit) {
    Octets octets;
    octets.first_bit = first_bit;
    unsigned position = first_bit;
    unsigned byte = 0;
    bool open = false;
    for (const std::uint8_t bit : bits) {
        if (position == 8) {
            octets.data.push_back(static_cast<std::uint8_t>(byte));
            octets.parity.push_back(bit);
            position = 0;
            byte = 0;
            open = false;
            continue;
        }
        byte |= static_cast<unsigned>(bit) << position;
        ++position;
        open = true;
    }
    if (open) {
        octets.data.push_back(static_cast<std::uint8_t>(byte));
        octets.last_bits = position % 8;
    }
    return octets;
}

base::Bits to_bits(const Octets& octets) {
    base::Bits bits;
    for (std::size_t i = 0; i < octets.data.size(); ++i) {
        const unsigned from = i == 0 ? octets.first_bit : 0;
        const bool last = i + 1 == octets.data.size();
        const unsigned to = last && octets.last_bits != 0 ? octets.last_bits : 8;
        for (unsigned b = from; b < to; ++b)
            bits.push_back(static_cast<std::uint8_t>((octets.data[i] >> b) & 1U));
        if (i < octets.parity.size()) bits.push_back(octets.parity[i]);
    }
    return bits;
}

}  // namespace trace
