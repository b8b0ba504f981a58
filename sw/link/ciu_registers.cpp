#include "link/ciu_registers.hpp"

#include <algorithm>

namespace hostlink {
namespace {

constexpr std::size_t FifoSize = 64;
constexpr base::Tick TimerStopBits = 5;  // the timer stops after these received bits

/// Whether the last bit sent was a 1: its last pause then begins at half a bit, 64 ticks from where
/// the pause of the end of communication stands after a 0. Pauses last 20 to 60 ticks, so the place
/// of the end tells them apart.
bool last_sent_bit(base::Tick start, base::Tick tx_end) {
    return (tx_end - start - 1) % base::BitTicks >= base::BitTicks / 2;
}

}  // namespace

void CiuRegisters::reset() {
    values_ = {{ciu::TxMode, ciu::CrcOn},
               {ciu::RxMode, ciu::CrcOn},
               {ciu::TxAuto, 0x40},
               {ciu::Control, 0x10}};
    fifo_.clear();
}

std::uint8_t CiuRegisters::at(std::uint16_t address) const {
    const auto found = values_.find(address);
    return found == values_.end() ? std::uint8_t{0} : found->second;
}

CiuRegisters::Effect CiuRegisters::write(std::uint16_t address, std::uint8_t value) {
    switch (address) {
        case ciu::FifoData:
            if (fifo_.size() < FifoSize) fifo_.push_back(value);
            return Effect::None;
        case ciu::FifoLevel:
            if ((value & ciu::Flush) != 0) fifo_.clear();
            return Effect::None;
        case ciu::Status2: {
            const bool stops = (at(address) & ciu::Crypto1On) != 0 && (value & ciu::Crypto1On) == 0;
            values_[address] = value;
            return stops ? Effect::StopCrypto1 : Effect::None;
        }
        case ciu::BitFraming: {
            const bool start = (value & ciu::StartSend) != 0 && at(ciu::Command) == ciu::Transceive;
            values_[address] = static_cast<std::uint8_t>(value & ~ciu::StartSend);
            return start ? Effect::Send : Effect::None;
        }
        default:
            values_[address] = value;
            return Effect::None;
    }
}

std::uint8_t CiuRegisters::read(std::uint16_t address) {
    if (address == ciu::FifoLevel)
        return static_cast<std::uint8_t>(std::min(fifo_.size(), FifoSize));
    if (address == ciu::FifoData) {
        if (fifo_.empty()) return 0;
        const std::uint8_t value = fifo_.front();
        fifo_.pop_front();
        return value;
    }
    return at(address);
}

void CiuRegisters::selected(port::Technology technology) {
    const bool is_b = technology == port::Technology::B;
    const auto mode = static_cast<std::uint8_t>(ciu::CrcOn | (is_b ? ciu::FramingB : 0));
    values_[ciu::TxMode] = mode;
    values_[ciu::RxMode] = mode;
    values_[ciu::BitFraming] = 0;
    set_crypto1(false);
}

void CiuRegisters::set_crypto1(bool on) {
    const std::uint8_t kept = at(ciu::Status2) & static_cast<std::uint8_t>(~ciu::Crypto1On);
    values_[ciu::Status2] = on ? kept | ciu::Crypto1On : kept;
}

port::Request CiuRegisters::request() const {
    port::Request request;
    if (technology() == port::Technology::B) {
        request.technology = port::Technology::B;
        request.tx_crc = (at(ciu::TxMode) & ciu::CrcOn) != 0;
        request.rx_crc = (at(ciu::RxMode) & ciu::CrcOn) != 0;
        return request;
    }
    const std::uint8_t framing = at(ciu::BitFraming);
    request.last_bits = framing & ciu::LastBits;
    request.rx_align = (framing >> 4U) & 0x7U;
    if ((at(ciu::ManualReceive) & ciu::ParityOff) != 0) request.parity = port::Parity::AsData;
    // A checksum belongs to whole bytes with their parity only.
    const bool whole = request.parity == port::Parity::Automatic;
    request.tx_crc = whole && request.last_bits == 0 && (at(ciu::TxMode) & ciu::CrcOn) != 0;
    request.rx_crc = whole && (at(ciu::RxMode) & ciu::CrcOn) != 0;
    return request;
}

std::optional<port::Technology> CiuRegisters::technology() const {
    const auto sent = static_cast<std::uint8_t>(at(ciu::TxMode) & ciu::SpeedAndFraming);
    const auto heard = static_cast<std::uint8_t>(at(ciu::RxMode) & ciu::SpeedAndFraming);
    if (sent != heard) return std::nullopt;
    if (sent == 0) return port::Technology::A;
    if (sent == ciu::FramingB) return port::Technology::B;
    return std::nullopt;
}

void CiuRegisters::received(const port::Answer& answer) {
    const std::uint8_t kept = at(ciu::Control) & static_cast<std::uint8_t>(~ciu::LastBits);
    values_[ciu::Control] = static_cast<std::uint8_t>(kept | (answer.last_bits & ciu::LastBits));
}

base::Bytes CiuRegisters::take_fifo() {
    base::Bytes data{fifo_.begin(), fifo_.end()};
    fifo_.clear();
    return data;
}

void CiuRegisters::timed(const port::Answer& answer, base::Tick start) {
    const auto reload =
        static_cast<std::uint16_t>(at(ciu::TimerReloadHigh) << 8U | at(ciu::TimerReloadLow));
    if (answer.silent) {
        set_timer(0);
        return;
    }
    fifo_.assign(answer.data.begin(), answer.data.end());
    received(answer);
    // The chip's "end of transmission" is the same instant of the bit grid after either last bit.
    const base::Tick end = answer.tx_end + (last_sent_bit(start, answer.tx_end) ? 64 : 0);
    const base::Tick elapsed = answer.rx_start + TimerStopBits * base::BitTicks - end;
    const base::Tick prescaler =
        static_cast<base::Tick>(at(ciu::TimerMode) & 0x0FU) << 8U | at(ciu::TimerPrescaler);
    const base::Tick counted = elapsed / (2 * prescaler + 1);
    set_timer(counted < reload ? static_cast<std::uint16_t>(reload - counted) : std::uint16_t{0});
}

void CiuRegisters::set_timer(std::uint16_t count) {
    values_[ciu::TimerCountHigh] = static_cast<std::uint8_t>(count >> 8U);
    values_[ciu::TimerCountLow] = static_cast<std::uint8_t>(count);
}

}  // namespace hostlink
