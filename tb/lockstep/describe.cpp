#include "lockstep/describe.hpp"

#include "base/hex.hpp"

namespace tb {

namespace {

/// Bytes of type A have a parity bit, those of type B none. The last byte of a card's frame above
/// fc/128 has even parity.
std::string bytes_of(const port::AirFrame& frame, std::size_t bits_per_byte) {
    const base::Bits& bits = frame.bits;
    const bool even_last =
        frame.source == port::AirFrame::Source::Picc && frame.rate != port::BitRate::Fc128;
    std::string text;
    for (std::size_t at = 0; at < bits.size(); at += bits_per_byte) {
        std::uint8_t byte = 0;
        unsigned ones = 0;
        for (std::size_t i = 0; i < 8; ++i) byte |= static_cast<std::uint8_t>(bits[at + i] << i);
        for (std::size_t i = 0; i < bits_per_byte; ++i) ones += bits[at + i];
        const bool last = at + bits_per_byte == bits.size();
        const unsigned wanted = last && even_last ? 0 : 1;
        const bool wrong = frame.technology == port::Technology::A && ones % 2 != wanted;
        text += base::to_hex({&byte, 1}) + (wrong ? "!" : "") + " ";
    }
    return text;
}

}  // namespace

std::string describe(const port::AirFrame& frame) {
    std::string text =
        frame.source == port::AirFrame::Source::Pcd ? "pcd" : "picc " + std::to_string(frame.slot);
    constexpr const char* Rates[] = {"", "/64", "/32", "/16"};
    const bool is_b = frame.technology == port::Technology::B;
    if (is_b || frame.rate != port::BitRate::Fc128)
        text += std::string{is_b ? " B" : " A"} + Rates[static_cast<unsigned>(frame.rate)];
    text += " " + std::to_string(frame.start) + ".." + std::to_string(frame.end) + ", " +
            std::to_string(frame.bits.size()) + " bits: ";
    const std::size_t bits_per_byte = is_b ? 8 : 9;
    if (!frame.bits.empty() && frame.bits.size() % bits_per_byte == 0)
        return text + bytes_of(frame, bits_per_byte);
    for (const std::uint8_t bit : frame.bits) text += bit != 0 ? '1' : '0';
    return text;
}

std::string describe(const port::Answer& answer) {
    const std::string times = ", tx_end " + std::to_string(answer.tx_end) + ", rx " +
                              std::to_string(answer.rx_start) + ".." +
                              std::to_string(answer.rx_end);
    if (answer.silent) return "silent" + times;
    std::string text = base::to_hex(answer.data, " ");
    if (answer.last_bits != 0)
        text += " (" + std::to_string(answer.last_bits) + " bits of the last)";
    if (answer.errors.parity) text += ", parity error";
    if (answer.errors.crc) text += ", CRC error";
    if (answer.errors.collision) text += ", collision " + base::to_hex(answer.collisions, " ");
    if (answer.errors.framing) text += ", framing error";
    if (answer.errors.overflow) text += ", overflow";
    return text + times;
}

std::string describe(const port::AuthAnswer& answer) {
    constexpr const char* Names[] = {"ok", "no nonce", "no answer", "refused"};
    return std::string{Names[static_cast<unsigned>(answer.status)]} + ", nt " +
           base::to_hex(answer.nt, " ") + ", end " + std::to_string(answer.end);
}

}  // namespace tb
