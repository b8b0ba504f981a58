#include "frame/bits.hpp"

#include "frame/crc_a.hpp"

namespace frame {
namespace {

static_assert(std::endian::native == std::endian::little);

// Eight bits side by side in memory, least significant first.
constexpr auto Spread = [] {
    std::array<std::uint64_t, 256> table{};
    for (std::size_t byte = 0; byte < table.size(); ++byte) {
        for (unsigned i = 0; i < 8; ++i) {
            table[byte] |= std::uint64_t{(byte >> i) & 1U} << (8 * i);
        }
    }
    return table;
}();

}  // namespace

std::uint8_t byte_at(base::BitView bits, std::size_t first) noexcept {
    std::uint64_t spread = 0;
    std::memcpy(&spread, bits.data() + first, sizeof spread);
    return static_cast<std::uint8_t>((spread * 0x0102'0408'1020'4080U) >> 56);
}

void append_bits(base::Bits& bits, std::uint8_t byte, unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
        bits.push_back((byte >> i) & 1U);
    }
}

void append_byte(base::Bits& bits, std::uint8_t byte) {
    const auto size = bits.size();
    bits.resize(size + 8);
    std::memcpy(bits.data() + size, &Spread[byte], 8);
}

void append_byte_with_parity(base::Bits& bits, std::uint8_t byte) {
    const auto size = bits.size();
    bits.resize(size + 9);
    std::memcpy(bits.data() + size, &Spread[byte], 8);
    bits[size + 8] = odd_parity(byte);
}

base::Bits standard_bits(base::ByteView data) {
    base::Bits bits;
    bits.reserve(9 * (data.size() + 2));
    for (const auto byte : data) {
        append_byte_with_parity(bits, byte);
    }
    return bits;
}

base::Bits standard_bits_with_crc(base::ByteView data) {
    auto bits = standard_bits(data);
    const auto crc = crc_a(data);
    append_byte_with_parity(bits, static_cast<std::uint8_t>(crc & 0xFF));
    append_byte_with_parity(bits, static_cast<std::uint8_t>(crc >> 8));
    return bits;
}

base::Bits short_bits(std::uint8_t code) {
    base::Bits bits;
    append_bits(bits, code, 7);
    return bits;
}

Standard read_standard(base::BitView bits) noexcept {
    Standard read;
    read.size = bits.size() / 9;
    read.whole = !bits.empty() && bits.size() % 9 == 0;
    std::uint16_t crc = CrcAPreset;
    for (std::size_t i = 0; i < read.size; ++i) {
        const auto byte = byte_at(bits, 9 * i);
        if (i < read.data.size()) {
            read.data[i] = byte;
        }
        read.parity_ok = read.parity_ok && bits[9 * i + 8] == odd_parity(byte);
        crc = crc_next(crc, byte);
    }
    read.crc_ok = read.whole && crc == 0;
    return read;
}

}  // namespace frame
