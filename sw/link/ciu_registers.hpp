/// \file ciu_registers.hpp
/// The contactless interface unit's registers, as far as hosts look at them.
///
/// Reads return what was written or what the chip's own commands left: libnfc caches on that.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "base/bytes.hpp"
#include "base/tick.hpp"
#include "port/reader_port.hpp"

namespace hostlink {

namespace ciu {

inline constexpr std::uint16_t TxMode = 0x6302;
inline constexpr std::uint16_t RxMode = 0x6303;
inline constexpr std::uint16_t TxAuto = 0x6305;
inline constexpr std::uint16_t ManualReceive = 0x630D;
inline constexpr std::uint16_t TimerMode = 0x631A;
inline constexpr std::uint16_t TimerPrescaler = 0x631B;
inline constexpr std::uint16_t TimerReloadHigh = 0x631C;
inline constexpr std::uint16_t TimerReloadLow = 0x631D;
inline constexpr std::uint16_t TimerCountHigh = 0x631E;
inline constexpr std::uint16_t TimerCountLow = 0x631F;
inline constexpr std::uint16_t Command = 0x6331;
inline constexpr std::uint16_t Status2 = 0x6338;
inline constexpr std::uint16_t FifoData = 0x6339;
inline constexpr std::uint16_t FifoLevel = 0x633A;
inline constexpr std::uint16_t Control = 0x633C;
inline constexpr std::uint16_t BitFraming = 0x633D;

inline constexpr std::uint8_t CrcOn = 0x80;            ///< TxMode, RxMode
inline constexpr std::uint8_t SpeedAndFraming = 0x73;  ///< TxMode, RxMode; 0 = type A, 106 kbit/s
inline constexpr std::uint8_t FramingB = 0x03;         ///< of SpeedAndFraming: type B, 106 kbit/s
inline constexpr std::uint8_t ParityOff = 0x10;        ///< ManualReceive
inline constexpr std::uint8_t Crypto1On = 0x08;        ///< Status2
inline constexpr std::uint8_t LastBits = 0x07;         ///< Control, BitFraming
inline constexpr std::uint8_t StartSend = 0x80;        ///< BitFraming
inline constexpr std::uint8_t Flush = 0x80;            ///< FifoLevel
inline constexpr std::uint8_t Transceive = 0x0C;       ///< Command

}  // namespace ciu

class CiuRegisters {
public:
    CiuRegisters() { reset(); }
    void reset();

    /// What a write asks the chip to do beyond keeping the value.
    enum class Effect : std::uint8_t { None, StopCrypto1, Send };
    Effect write(std::uint16_t address, std::uint8_t value);

    /// The register as the host reads it; a read of FifoData takes the byte out.
    [[nodiscard]] std::uint8_t read(std::uint16_t address);

    /// After a selection by the chip: CRC on in both directions, whole bytes, no cipher.
    void selected(port::Technology technology);
    void set_crypto1(bool on);

    /// A raw exchange as the registers ask for it, while technology() has a value; data, start and
    /// timeout are left to the caller.
    [[nodiscard]] port::Request request() const;
    /// What frames are sent and expected as, at 106 kbit/s; nothing when that is another rate or
    /// neither type.
    [[nodiscard]] std::optional<port::Technology> technology() const;
    /// Keeps what a raw exchange left in Control.
    void received(const port::Answer& answer);

    // Timed mode: the host fills the FIFO, starts, and reads FIFO and timer.

    [[nodiscard]] base::Bytes take_fifo();
    /// Puts the answer into the FIFO and stops the timer as the chip does: after five received
    /// bits.
    void timed(const port::Answer& answer, base::Tick start);

private:
    [[nodiscard]] std::uint8_t at(std::uint16_t address) const;
    void set_timer(std::uint16_t count);

    std::map<std::uint16_t, std::uint8_t> values_{};
    std::deque<std::uint8_t> fifo_{};
};

}  // namespace hostlink
