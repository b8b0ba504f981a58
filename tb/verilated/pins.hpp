/// \file pins.hpp
/// Parts of a Verilated top's ports, whatever type Verilator gave them.
#pragma once

#include <cstdint>
#include <type_traits>

namespace tb {

/// Writes `width` (up to 32) bits of a port from bit `lsb` on, whatever type Verilator gave it.
template <class Port>
void set_bits(Port& port, unsigned lsb, unsigned width, std::uint32_t value) {
    if constexpr (std::is_integral_v<Port>) {
        const std::uint64_t mask = ((1ULL << width) - 1) << lsb;
        port = static_cast<Port>((port & ~mask) | ((std::uint64_t{value} << lsb) & mask));
    } else {
        for (unsigned i = 0; i < width; ++i) {
            const std::uint32_t bit = 1U << ((lsb + i) % 32);
            std::uint32_t& word = port[(lsb + i) / 32];
            word = (value >> i) & 1U ? word | bit : word & ~bit;
        }
    }
}

template <class Port>
std::uint32_t get_bits(const Port& port, unsigned lsb, unsigned width) {
    if constexpr (std::is_integral_v<Port>) {
        return static_cast<std::uint32_t>((std::uint64_t{port} >> lsb) & ((1ULL << width) - 1));
    } else {
        std::uint32_t value = 0;
        for (unsigned i = 0; i < width; ++i)
            value |= ((port[(lsb + i) / 32] >> ((lsb + i) % 32)) & 1U) << i;
        return value;
    }
}

}  // namespace tb
