#include "frames.hpp"

#include <bit>
#include <string>

#include "base/hex.hpp"

namespace bench {
namespace {

constexpr base::Tick Half = base::BitTicks / 2;

void append(base::Bits& bits, unsigned value, unsigned count) {
    for (unsigned i = 0; i < count; ++i) bits.push_back(value >> i & 1U);
}

}  // namespace

base::Bits air_bits(std::string_view marked) {
    base::Bits bits;
    for (std::size_t i = 0; i + 1 < marked.size();) {
        if (marked[i] == ' ') {
            ++i;
            continue;
        }
        const unsigned byte = base::from_hex(marked.substr(i, 2)).value().at(0);
        i += 2;
        const bool wrong = i < marked.size() && marked[i] == '!';
        if (wrong) ++i;
        append(bits, byte, 8);
        bits.push_back((std::popcount(byte) % 2 == 0) != wrong);
    }
    return bits;
}

base::Bits air_bits(base::ByteView data, std::string_view parity) {
    base::Bits bits;
    for (std::size_t i = 0; i < data.size(); ++i) {
        append(bits, data[i], 8);
        bits.push_back(parity.at(i) == '1');
    }
    return bits;
}

base::Bits plain_bits(unsigned value, unsigned count) {
    base::Bits bits;
    append(bits, value, count);
    return bits;
}

Symbols symbols(base::BitView bits) {
    Symbols result;
    for (const auto bit : bits) result.push_back(bit != 0 ? Symbol::D : Symbol::E);
    return result;
}

std::optional<base::Bits> miller_bits(const std::vector<base::Tick>& starts, base::Tick bit) {
    // Each pause closes the sequences before it; the first is the SOC.
    std::string sequence;
    for (const auto start : starts) {
        const auto at = start - starts.front();
        if (at % (bit / 2) != 0) return {};
        const auto index = at / bit;
        if (index < sequence.size()) return {};
        sequence.resize(index, 'Y');
        sequence.push_back(at % bit == 0 ? 'Z' : 'X');
    }
    // EOC is a zero and a Y: the last Z, or a Y after the last X.
    if (sequence.size() < 2) return {};
    if (sequence.back() == 'X') sequence.push_back('Y');
    sequence.pop_back();
    base::Bits bits;
    for (std::size_t i = 1; i < sequence.size(); ++i) {
        const bool after_one = sequence[i - 1] == 'X';
        if (sequence[i] == 'Z' && after_one) return {};
        if (sequence[i] == 'Y' && !after_one) return {};
        bits.push_back(sequence[i] == 'X');
    }
    return bits;
}

std::vector<base::Tick> pause_starts(std::string_view sequences) {
    std::vector<base::Tick> starts;
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        if (sequences[i] == 'Z') starts.push_back(i * base::BitTicks);
        if (sequences[i] == 'X') starts.push_back(i * base::BitTicks + Half);
    }
    return starts;
}

}  // namespace bench
