#include "trace/octets.hpp"

#include "frame/bits.hpp"
#include "frame/crc_a.hpp"
#include "frame/crc_b.hpp"

namespace trace {
namespace {

constexpr std::size_t ShortestWithCrc = 3;
}  // namespace

bool Octets::parity_wrong(std::size_t index) const {
    // The parity bit of a byte that began in the other side's part covers bits we do not have.
    if (index == 0 && first_bit != 0) return false;
    if (index >= parity.size()) return false;
    const bool even = last_is_even && index + 1 == parity.size();
    return parity[index] != (frame::odd_parity(data[index]) ^ (even ? 1 : 0));
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

Octets octets_of(const port::AirFrame& frame, unsigned first_bit) {
    if (frame.technology == port::Technology::A) {
        Octets octets = to_octets(frame.bits, first_bit);
        octets.last_is_even =
            frame.source == port::AirFrame::Source::Picc && frame.rate != port::BitRate::Fc128;
        return octets;
    }
    Octets octets;
    unsigned position = 0;
    for (const std::uint8_t bit : frame.bits) {
        if (position == 0) octets.data.push_back(0);
        octets.data.back() = static_cast<std::uint8_t>(octets.data.back() | bit << position);
        position = (position + 1) % 8;
    }
    octets.last_bits = position;
    return octets;
}

Crc crc_of(const Octets& octets, port::Technology technology) {
    if (!octets.whole() || octets.data.size() < ShortestWithCrc) return Crc::None;
    const std::uint16_t left = technology == port::Technology::A
                                   ? frame::crc_a(octets.data)
                                   : static_cast<std::uint16_t>(~frame::crc_b(octets.data));
    const std::uint16_t right = technology == port::Technology::A ? 0 : frame::CrcBResidue;
    return left == right ? Crc::Ok : Crc::Bad;
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
