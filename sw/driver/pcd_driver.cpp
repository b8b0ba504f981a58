#include "driver/pcd_driver.hpp"

#include <algorithm>
#include <span>
#include <stdexcept>

#include "driver/pcd_registers.hpp"

namespace driver {
namespace {

using base::Tick;

constexpr std::size_t BufferBytes = 256;
constexpr std::size_t WordBytes = 4;
constexpr Tick AfterCard = 1172;  // least gap after a PICC frame (ISO/IEC 14443-3, FDT PICC to PCD)
constexpr Tick AfterOther = 512;  // docs/choices.md, Reader: now()
constexpr Tick LoadTicks = 256;   // more than the accesses before a start can take
constexpr Tick WriteTicks = 150;  // what they take at least: the longest frame, two ticks a word
constexpr Tick FarAhead = 1U << 30;       // stamps are compared in 32 bits
constexpr unsigned LongestEgt = 773;      // 57 us (ISO/IEC 14443-3, 7.1.2)
constexpr Tick LongestFrames = 1U << 24;  // more than a frame and its answer can last

std::uint32_t little_endian(std::span<const std::uint8_t> bytes) {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        word |= static_cast<std::uint32_t>(bytes[i]) << (8 * i);
    }
    return word;
}

void refuse(bool wrong, const char* what) {
    if (wrong) throw std::invalid_argument(what);
}

void check(const port::FramingB& framing) {
    refuse(framing.sof_low < 10 || framing.sof_low > 11, "framing.sof_low: neither 10 nor 11");
    refuse(framing.sof_high < 2 || framing.sof_high > 3, "framing.sof_high: neither 2 nor 3");
    refuse(framing.egt > LongestEgt, "framing.egt: more than 773");
}

void check(const port::Request& request, Tick now, bool crypto1_on) {
    refuse(request.data.empty(), "data: empty");
    refuse(request.data.size() > BufferBytes, "data: longer than 256 bytes");
    refuse(request.last_bits > 7, "last_bits: more than 7");
    refuse(request.tx_crc && request.last_bits != 0, "tx_crc: not with part of a byte");
    refuse(request.rx_align > 7, "rx_align: more than 7");
    refuse(request.start < now, "start: too early");
    refuse(request.timeout >= FarAhead, "timeout: too long");
    refuse(request.tx_rate > port::BitRate::Fc16, "tx_rate: no such rate");
    refuse(request.rx_rate > port::BitRate::Fc16, "rx_rate: no such rate");
    if (request.technology == port::Technology::B) {
        refuse(request.last_bits != 0, "last_bits: not in type B");
        check(request.framing);
        return;
    }
    if (request.tx_rate == port::BitRate::Fc128 && request.rx_rate == port::BitRate::Fc128) return;
    refuse(request.last_bits != 0, "last_bits: not above fc/128");
    refuse(request.rx_align != 0, "rx_align: not above fc/128");
    refuse(crypto1_on && request.parity == port::Parity::Automatic,
           "parity: no Crypto1 above fc/128");
}

void check(const port::AuthRequest& request, Tick now) {
    refuse(request.command != 0x60 && request.command != 0x61, "command: neither 60 nor 61");
    refuse(request.start < now, "start: too early");
    refuse(request.timeout >= FarAhead, "timeout: too long");
}

std::uint32_t config_of(const port::Request& request) {
    const bool type_b = request.technology == port::Technology::B;
    std::uint32_t flags = type_b ? reg::ConfigTypeB : request.rx_align << reg::ConfigRxAlignShift;
    flags |= static_cast<std::uint32_t>(request.tx_rate) << reg::ConfigTxRateShift;
    flags |= static_cast<std::uint32_t>(request.rx_rate) << reg::ConfigRxRateShift;
    if (request.parity == port::Parity::AsData || type_b) flags |= reg::ConfigParityAsData;
    if (request.tx_crc) flags |= reg::ConfigTxCrc;
    if (request.rx_crc) flags |= reg::ConfigRxCrc;
    return flags;
}

std::uint32_t framing_of(const port::FramingB& framing) {
    return (framing.sof_low == 11 ? reg::FramingSofLow : 0) |
           (framing.sof_high == 3 ? reg::FramingSofHigh : 0) | framing.egt << reg::FramingEgtShift;
}

port::Errors errors_of(std::uint32_t status) {
    return {.parity = (status & reg::StatusParity) != 0,
            .crc = (status & reg::StatusCrc) != 0,
            .collision = (status & reg::StatusCollision) != 0,
            .framing = (status & reg::StatusFraming) != 0,
            .overflow = (status & reg::StatusOverflow) != 0};
}

}  // namespace

PcdDriver::PcdDriver(RegisterBus& bus, const PauseTicks& pauses)
    : bus_{bus}, pauses_{pauses}, now_{AfterOther} {
    refuse(pauses[0] < 20 || pauses[0] > 60, "pause_ticks: not 20 to 60");
    refuse(pauses[1] < 16 || pauses[1] > 20, "pause_ticks at fc/64: not 16 to 20");
    refuse(pauses[2] < 8 || pauses[2] > 10, "pause_ticks at fc/32: not 8 to 10");
    refuse(pauses[3] < 4 || pauses[3] > 5, "pause_ticks at fc/16: not 4 or 5");
    bus_.write(reg::IrqEnable, reg::IrqEnableDone);
}

void PcdDriver::field(bool on, Tick at) {
    refuse(at < now_, "at: too early");
    bring_near(at);
    bus_.write(reg::FieldAt, static_cast<std::uint32_t>(at));
    bus_.write(reg::Control, on ? reg::ControlField : 0);
    if (!on) crypto1_on_ = false;
    now_ = at + AfterOther;
}

port::Answer PcdDriver::exchange(const port::Request& request) {
    check(request, now_, crypto1_on_);
    bring_near(request.start);
    load(request.data);
    if (request.technology == port::Technology::B)
        bus_.write(reg::Framing, framing_of(request.framing));
    const auto last_byte = request.last_bits == 0 ? 8U : request.last_bits;
    bus_.write(reg::TxBits, static_cast<std::uint32_t>(8 * (request.data.size() - 1) + last_byte));
    const auto config = config_of(request) | pauses_[static_cast<std::size_t>(request.tx_rate)]
                                                 << reg::ConfigPauseShift;
    const auto status = run(reg::CommandTransceive, config, request.start, request.timeout);

    port::Answer answer;
    answer.tx_end = stamp(reg::TxEnd);
    answer.silent = (status & reg::StatusSilent) != 0;
    if (answer.silent) {
        answer.rx_end = answer.tx_end + request.timeout;
        free_from(answer.rx_end + AfterOther);
        return answer;
    }
    const auto rx_bits = bus_.read(reg::RxBits);
    answer.rx_start = stamp(reg::RxStart);
    answer.rx_end = stamp(reg::RxEnd);
    answer.errors = errors_of(status);

    const bool any = rx_bits >> reg::RxBitsAirShift != 0;
    const std::size_t bits = any ? rx_bits & reg::RxBitsDataMask : 0;
    answer.last_bits = bits % 8;
    fetch((bits + 7) / 8, answer);
    if ((status & reg::StatusCrcRight) != 0) {
        answer.data.resize(answer.data.size() - 2);
        answer.collisions.resize(answer.data.size());
    }
    free_from(answer.rx_end + AfterCard);
    return answer;
}

port::AuthAnswer PcdDriver::authenticate(const port::AuthRequest& request) {
    check(request, now_);
    bring_near(request.start);
    const std::span<const std::uint8_t, 6> key{request.key.expose()};
    bus_.write(reg::KeyLow, little_endian(key.first<4>()));
    bus_.write(reg::KeyHigh, little_endian(key.last<2>()));
    bus_.write(reg::Uid, little_endian(request.uid));
    bus_.write(reg::Nr, little_endian(request.nr));
    const auto block = static_cast<std::uint32_t>(request.block) << reg::AuthBlockShift;
    bus_.write(reg::Auth, request.command | block);
    const auto config = pauses_[0] << reg::ConfigPauseShift;
    const auto status = run(reg::CommandAuthenticate, config, request.start, request.timeout);

    port::AuthAnswer answer;
    answer.status =
        static_cast<port::AuthStatus>(status >> reg::StatusAuthShift & reg::StatusAuthMask);
    crypto1_on_ = answer.status == port::AuthStatus::Ok;
    if (answer.status != port::AuthStatus::NoNonce) {
        const auto nt = bus_.read(reg::Nt);
        for (std::size_t i = 0; i < 4; ++i) answer.nt[i] = static_cast<std::uint8_t>(nt >> (8 * i));
    }
    if ((status & reg::StatusSilent) != 0) {
        answer.end = stamp(reg::TxEnd) + request.timeout;
        free_from(answer.end + AfterOther);
    } else {
        answer.end = stamp(reg::RxEnd);
        free_from(answer.end + AfterCard);
    }
    return answer;
}

void PcdDriver::crypto1_off() {
    bus_.write(reg::Command, reg::CommandCrypto1Off);
    crypto1_on_ = false;
}

void PcdDriver::wait_until(Tick at) {
    bring_near(at);
    now_ = std::max(now_, at);
}

// Something may still be started at tick `at` itself, so the registers are written a little before
// it.
void PcdDriver::bring_near(Tick at) {
    if (at > bus_.now() + LoadTicks) bus_.wait_irq(at - LoadTicks);
}

std::uint32_t PcdDriver::run(std::uint32_t command, std::uint32_t config, Tick start,
                             Tick timeout) {
    bus_.write(reg::Config, config);
    bus_.write(reg::Timeout, static_cast<std::uint32_t>(timeout));
    bus_.write(reg::StartAt, static_cast<std::uint32_t>(start));
    bus_.write(reg::Command, command);
    if (!bus_.wait_irq(start + 2 * timeout + LongestFrames)) {
        throw std::runtime_error("PCD: a command does not end");
    }
    bus_.write(reg::IrqStatus, reg::IrqStatusDone);
    const auto status = bus_.read(reg::Status);
    if ((status & reg::StatusLate) != 0)
        throw std::runtime_error("PCD: the bus missed a start tick");
    return status;
}

// Noise may be heard for longer than the stamps of the frame that it was taken for tell.
void PcdDriver::free_from(Tick at) { now_ = std::max(at, bus_.now() + WriteTicks); }

// The register holds the low 32 bits of a tick that is not far: RxEnd may lie a little ahead.
Tick PcdDriver::stamp(std::uint8_t address) {
    const auto value = bus_.read(address);
    const auto now = bus_.now();
    const auto behind = static_cast<std::int32_t>(static_cast<std::uint32_t>(now) - value);
    return now - static_cast<Tick>(static_cast<std::int64_t>(behind));
}

void PcdDriver::load(base::ByteView data) {
    bus_.write(reg::Command, reg::CommandFlush);
    for (std::size_t at = 0; at < data.size(); at += WordBytes) {
        const auto size = std::min(WordBytes, data.size() - at);
        bus_.write(reg::Data, little_endian(data.subspan(at, size)));
    }
}

void PcdDriver::fetch(std::size_t size, port::Answer& answer) {
    answer.data.resize(size);
    answer.collisions.resize(size);
    for (std::size_t at = 0; at < size; at += WordBytes) {
        const auto mask = answer.errors.collision ? bus_.read(reg::Collisions) : 0;
        const auto word = bus_.read(reg::Data);
        for (std::size_t i = at; i < std::min(at + WordBytes, size); ++i) {
            answer.data[i] = static_cast<std::uint8_t>(word >> (8 * (i - at)));
            answer.collisions[i] = static_cast<std::uint8_t>(mask >> (8 * (i - at)));
        }
    }
}

}  // namespace driver
