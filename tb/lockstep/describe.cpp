#include "lockstep/describe.hpp"

#include "base/hex.hpp"

namespace tb {

namespace {

constexpr std::size_t BitsPerByte = 9;  // with parity

std::string bytes_with_parity(const base::Bits& bits) {
    std::string text;
    for (std::size_t at = 0; at < bits.size(); at += BitsPerByte) {
        std::uint8_t byte = 0;
        unsigned ones = 0;
        for (std::size_t i = 0; i < 8; ++i) byte |= static_cast<std::uint8_t>(bits[at + i] << i);
        for (std::size_t i = 0; i < BitsPerByte; ++i) ones += bits[at + i];
        text += base::to_hex({&byte, 1}) + (ones % 2 == 1 ? "" : "!") + " ";
    }
    return text;
}

}  // namespace

std::string describe(const port::AirFrame& frame) {
    std::string text =
        frame.source == port::AirFrame::Source::Pcd ? "pcd" : "picc " + std::to_string(frame.slot);
    text += " " + std::to_string(frame.start) + ".." + std::to_string(frame.end) + ", " +
            std::to_string(frame.bits.size()) + " bits: ";
    if (!frame.bits.empty() && frame.bits.size() % BitsPerByte == 0)
        return text + bytes_with_parity(frame.bits);
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
