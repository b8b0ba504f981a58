// MIFARE Classic commands; Crypto1 itself runs in the PCD.

#include "reader/reader.hpp"

namespace reader {
namespace {

constexpr std::uint8_t Acknowledge = 0xA;

bool is_four_bits(const port::Answer& answer) {
    return answer.data.size() == 1 && answer.last_bits == 4;
}

base::Bytes little_endian(std::uint32_t value) {
    base::Bytes bytes(4);
    for (unsigned i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(value >> (8 * i));
    return bytes;
}

}  // namespace

Done Reader::command(base::Bytes data, Tick timeout) {
    port::Request request;
    request.data = std::move(data);
    request.tx_crc = true;
    request.timeout = timeout;
    const port::Answer answer = transceive(request);
    const Status status = judge(answer);
    if (status != Status::Ok) return {status, 0};
    if (!is_four_bits(answer)) return {Status::Framing, 0};
    const auto value = static_cast<std::uint8_t>(answer.data[0] & 0xFU);
    if (value == Acknowledge) return {Status::Ok, 0};
    // The card has dropped the session with its NAK; what follows is in clear.
    drop_session();
    return {Status::Nak, value};
}

Read Reader::command_for_data(base::Bytes data, Tick timeout) {
    port::Request request;
    request.data = std::move(data);
    request.tx_crc = true;
    request.rx_crc = true;
    request.timeout = timeout;
    const port::Answer answer = transceive(request);
    const Status status = judge(answer);
    if (status == Status::Crc && is_four_bits(answer)) {
        drop_session();
        return {Status::Nak, {}, static_cast<std::uint8_t>(answer.data[0] & 0xFU)};
    }
    if (status != Status::Ok) return {status, {}, 0};
    return {Status::Ok, answer.data, 0};
}

Done Reader::value_command(std::uint8_t code, std::uint8_t block, base::ByteView operand) {
    const Done first = command({code, block}, policy_.timeout);
    if (first.status != Status::Ok) return first;
    const Done second = command({operand.begin(), operand.end()}, policy_.timeout);
    // Silence is success: only a refusal is answered.
    if (second.status == Status::Silent) return {Status::Ok, 0};
    if (second.status == Status::Ok) return {Status::Protocol, 0};
    return second;
}

Read Reader::read(std::uint8_t block) {
    const Read answer = command_for_data({0x30, block}, policy_.timeout);
    if (answer.status == Status::Ok && answer.data.size() != 16) return {Status::Framing, {}, 0};
    return answer;
}

Done Reader::write(std::uint8_t block, base::ByteView data) {
    const Done first = command({0xA0, block}, policy_.timeout);
    if (first.status != Status::Ok) return first;
    return command({data.begin(), data.end()}, policy_.write_timeout);
}

Done Reader::increment(std::uint8_t block, std::uint32_t operand) {
    return value_command(0xC1, block, little_endian(operand));
}

Done Reader::decrement(std::uint8_t block, std::uint32_t operand) {
    return value_command(0xC0, block, little_endian(operand));
}

Done Reader::restore(std::uint8_t block) { return value_command(0xC2, block, little_endian(0)); }

Done Reader::transfer(std::uint8_t block) { return command({0xB0, block}, policy_.write_timeout); }

}  // namespace reader
