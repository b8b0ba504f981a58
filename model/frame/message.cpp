#include "frame/message.hpp"

#include "frame/bits.hpp"
#include "frame/crc_b.hpp"

namespace frame {
namespace {

constexpr std::size_t CrcBytes = 2;

}  // namespace

base::Bits answer_bits(base::ByteView data, port::Technology technology, port::BitRate rate) {
    if (technology == port::Technology::A) {
        auto bits = standard_bits_with_crc(data);
        if (rate != port::BitRate::Fc128) {
            bits.back() ^= 1U;
        }
        return bits;
    }
    base::Bits bits;
    bits.reserve(8 * (data.size() + CrcBytes));
    for (const auto byte : data) {
        append_byte(bits, byte);
    }
    const auto crc = crc_b(data);
    append_byte(bits, static_cast<std::uint8_t>(crc & 0xFF));
    append_byte(bits, static_cast<std::uint8_t>(crc >> 8));
    return bits;
}

bool read_message(base::BitView bits, port::Technology technology, base::Bytes& data) {
    const bool type_a = technology == port::Technology::A;
    const std::size_t step = type_a ? 9 : 8;
    data.clear();
    if (bits.size() % step != 0) {
        return false;
    }
    auto crc = type_a ? CrcAPreset : CrcBPreset;
    for (std::size_t at = 0; at < bits.size(); at += step) {
        const auto byte = byte_at(bits, at);
        if (type_a && bits[at + 8] != odd_parity(byte)) {
            return false;
        }
        crc = crc_next(crc, byte);
        data.push_back(byte);
    }
    if (crc != (type_a ? 0 : CrcBResidue) || data.size() <= CrcBytes) {
        return false;
    }
    data.resize(data.size() - CrcBytes);
    return true;
}

}  // namespace frame
