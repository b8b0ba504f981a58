#include "rf/picc_load.hpp"

#include "rf/manchester.hpp"

namespace rf {
namespace {

constexpr std::size_t BitsOfCharacter = 8;
constexpr std::size_t SofLow = 10;
constexpr std::size_t SofHigh = 2;
constexpr std::size_t EofLow = 10;

void append_subcarrier(base::Bits& load, Tick ticks, bool opposite) {
    for (Tick i = 0; i < ticks; ++i) {
        const bool first_half = i % SubcarrierTicks < SubcarrierTicks / 2;
        load.push_back(first_half != opposite ? 1 : 0);
    }
}

}  // namespace

base::Bits phase_symbols(const PiccFrame& frame) {
    base::Bits symbols;
    if (frame.technology == port::Technology::A) {
        symbols.push_back(0);
        symbols.insert(symbols.end(), frame.bits.begin(), frame.bits.end());
        return symbols;
    }
    symbols.insert(symbols.end(), SofLow, 0);
    symbols.insert(symbols.end(), SofHigh, 1);
    for (std::size_t i = 0; i + BitsOfCharacter <= frame.bits.size(); i += BitsOfCharacter) {
        symbols.push_back(0);
        symbols.insert(symbols.end(), frame.bits.begin() + static_cast<std::ptrdiff_t>(i),
                       frame.bits.begin() + static_cast<std::ptrdiff_t>(i + BitsOfCharacter));
        symbols.push_back(1);
    }
    symbols.insert(symbols.end(), EofLow, 0);
    symbols.push_back(1);
    return symbols;
}

Tick reference_ticks(const PiccFrame& frame) noexcept {
    if (frame.technology == port::Technology::B) {
        return frame.tr1;
    }
    return frame.is_ook() ? 0 : LeadTicksA;
}

base::Bits load_of(const PiccFrame& frame) {
    base::Bits load;
    load.reserve(frame.end() - frame.start);
    if (frame.is_ook()) {
        auto slots = manchester_slots(frame.bits);
        slots.pop_back();  // the EOC is no part of the frame
        for (const auto slot : slots) {
            for (const auto half : {SlotD, SlotE}) {
                if ((slot & half) != 0) {
                    append_subcarrier(load, BitTicks / 2, false);
                } else {
                    load.insert(load.end(), BitTicks / 2, 0);
                }
            }
        }
        return load;
    }
    append_subcarrier(load, reference_ticks(frame), false);
    for (const auto symbol : phase_symbols(frame)) {
        append_subcarrier(load, port::bit_ticks(frame.rate), symbol == 0);
    }
    return load;
}

}  // namespace rf
