/// \file pcd_registers.hpp
/// The register map of `top_pcd`; nfc_pkg.sv has the same names with the prefix `Pcd`.
///
/// All registers are 32 bits wide; addresses are byte addresses. ro, wo, rw: read only (writes are
/// dropped), write only (reads as 0), both. Other addresses end with PSLVERR. "Stamp": the low 32
/// bits of a tick of docs/choices.md. Registers that describe an exchange must not be written while
/// Status.Busy.
#pragma once

#include <cstdint>

namespace driver::reg {

/// ro: the present tick; counts freely from 0 at reset.
inline constexpr std::uint8_t Tick = 0x00;
/// rw: bit 0 the carrier as wanted from tick FieldAt on; a write starts waiting for that tick. A
/// tick less than two ticks ahead counts as then. Read: bit 0 as written, bit 1 carrier is on, bit
/// 2 still waiting. Turning the carrier off ends Crypto1.
inline constexpr std::uint8_t Control = 0x04;
inline constexpr std::uint32_t ControlField = 1U << 0;
inline constexpr std::uint32_t ControlCarrier = 1U << 1;
inline constexpr std::uint32_t ControlPending = 1U << 2;
/// rw, stamp: first tick with the carrier as in Control. Write it before Control.
inline constexpr std::uint8_t FieldAt = 0x08;
/// rw: how the next frame is sent and its answer taken.
inline constexpr std::uint8_t Config = 0x0C;
inline constexpr unsigned ConfigPauseShift = 0;  ///< bits 5..0: pause length P, 20..60 ticks
inline constexpr std::uint32_t ConfigParityAsData = 1U << 8;  ///< all bits are data; no Crypto1
inline constexpr std::uint32_t ConfigTxCrc = 1U << 9;         ///< append CRC_A
inline constexpr std::uint32_t ConfigRxCrc = 1U << 10;        ///< judge CRC_A
inline constexpr unsigned ConfigRxAlignShift = 12;  ///< bits 14..12: place of the first bit
/// rw: longest L - E in ticks, below 2^30.
inline constexpr std::uint8_t Timeout = 0x10;
/// rw, stamp: SOC of the next frame, less than 2^31 ticks ahead.
inline constexpr std::uint8_t StartAt = 0x14;
/// rw: data bits to send, 1..2048, without parity and CRC.
inline constexpr std::uint8_t TxBits = 0x18;
/// wo: what to do. Transceive and Authenticate are refused with Status.Late when StartAt is past.
inline constexpr std::uint8_t Command = 0x1C;
inline constexpr std::uint32_t CommandTransceive = 1;
inline constexpr std::uint32_t CommandAuthenticate = 2;
inline constexpr std::uint32_t CommandAbort = 3;       ///< end what runs, as silent; Crypto1 off
inline constexpr std::uint32_t CommandCrypto1Off = 4;  ///< only when not busy
inline constexpr std::uint32_t CommandFlush = 5;       ///< the next Data access is the first word
/// ro: how the last command ended.
inline constexpr std::uint8_t Status = 0x20;
inline constexpr std::uint32_t StatusBusy = 1U << 0;
inline constexpr std::uint32_t StatusCrypto1On = 1U << 1;
inline constexpr std::uint32_t StatusLate = 1U << 2;    ///< StartAt was past: nothing was sent
inline constexpr std::uint32_t StatusSilent = 1U << 3;  ///< nothing began in time
inline constexpr std::uint32_t StatusParity = 1U << 4;  ///< bits 4..8 as port::Errors
inline constexpr std::uint32_t StatusCrc = 1U << 5;
inline constexpr std::uint32_t StatusCollision = 1U << 6;
inline constexpr std::uint32_t StatusFraming = 1U << 7;
inline constexpr std::uint32_t StatusOverflow = 1U << 8;
inline constexpr std::uint32_t StatusCrcRight = 1U << 9;  ///< CRC_A was judged and right
inline constexpr unsigned StatusAuthShift = 12;           ///< bits 13..12 as port::AuthStatus
/// rw: bit 0 lets IrqStatus.Done raise irq_o.
inline constexpr std::uint8_t IrqEnable = 0x24;
/// Write 1 to clear: bit 0 a command ended (Late included).
inline constexpr std::uint8_t IrqStatus = 0x28;
inline constexpr std::uint32_t IrqDone = 1U << 0;
/// ro, stamp: E of the last frame sent.
inline constexpr std::uint8_t TxEnd = 0x2C;
/// ro, stamp: L of the last answer.
inline constexpr std::uint8_t RxStart = 0x30;
/// ro: bits 11..0 data bits in the buffer, rx_align counted; bits 31..16 bits of the air.
inline constexpr std::uint8_t RxBits = 0x34;
inline constexpr std::uint32_t RxBitsDataMask = 0xFFF;
inline constexpr unsigned RxBitsAirShift = 16;
/// rw: the 256-byte buffer, four bytes an access, first byte in bits 7..0. Each access moves on to
/// the next word; Flush, and the end of a command, go back to the first. Both directions use the
/// one buffer.
inline constexpr std::uint8_t Data = 0x38;
/// ro: the collision mask of the word that Data reads next; does not move on.
inline constexpr std::uint8_t Collisions = 0x3C;
/// wo: key bytes 0..3 and 4..5, first byte in bits 7..0.
inline constexpr std::uint8_t KeyLow = 0x40;
inline constexpr std::uint8_t KeyHigh = 0x44;
/// rw: the four bytes for the cipher, first byte in bits 7..0.
inline constexpr std::uint8_t Uid = 0x48;
/// rw: the reader's nonce, first byte in bits 7..0.
inline constexpr std::uint8_t Nr = 0x4C;
/// ro: the card's nonce of the last Authenticate, decrypted.
inline constexpr std::uint8_t Nt = 0x50;
/// rw: bits 7..0 command byte (60, 61), bits 15..8 block.
inline constexpr std::uint8_t Auth = 0x54;

}  // namespace driver::reg
