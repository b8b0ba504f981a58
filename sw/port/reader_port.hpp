/// \file reader_port.hpp
/// The door between reader software and a PCD: one call, one exchange over the air.
///
/// Every call names its own ticks, so that all levels and all runs agree. Ticks are those of
/// docs/choices.md: `start` = SOC or SOF of the PCD frame, `tx_end` = E, `rx_start` = L.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/key.hpp"
#include "base/tick.hpp"
#include "port/air_frame.hpp"

namespace port {

using base::Tick;

/// How parity bits travel.
enum class Parity : std::uint8_t {
    Automatic,  ///< odd parity after each whole byte, made when sending, judged when receiving
    AsData      ///< no parity is made or judged: all bits of the air are data. Bypasses Crypto1
};

/// Freedom that a reader of type B has in its frames (ISO/IEC 14443-3, 7.1), at any rate.
struct FramingB {
    unsigned sof_low = 10;  ///< etu, 10 or 11; EOF is as long
    unsigned sof_high = 2;  ///< etu, 2 or 3
    unsigned egt = 0;       ///< ticks between characters, 0..773
};

/// What the PCD sends, and how it listens.
///
/// Type B: whole bytes only; `parity`, `rx_align` and Crypto1 mean nothing, the CRC is CRC_B.
/// Type A above fc/128: whole bytes only, no Crypto1.
struct Request {
    base::Bytes data{};      ///< least significant bit of each byte first; not empty
    unsigned last_bits = 0;  ///< bits of the last byte that are sent, 1..7; 0 = all 8
    Parity parity = Parity::Automatic;
    bool tx_crc = false;    ///< append CRC_A or CRC_B (whole bytes only)
    bool rx_crc = false;    ///< judge the answer's CRC and take it off
    unsigned rx_align = 0;  ///< bit of data[0] that takes the first received bit, 0..7
    Tick start = 0;         ///< tick of the SOC, exactly; at least 1172 after the last PICC
                            ///< frame's end and 512 after anything else that ended
    Tick timeout = 67'800;  ///< longest rx_start - tx_end
    Technology technology = Technology::A;
    BitRate tx_rate = BitRate::Fc128;
    BitRate rx_rate = BitRate::Fc128;
    FramingB framing{};
};

/// What went wrong in an answer; several may be set.
struct Errors {
    bool parity = false;  ///< a whole byte's parity is wrong or missing (Parity::Automatic); above
                          ///< fc/128 the last byte's is even
    bool crc = false;     ///< wrong CRC, fewer than 3 bytes, or part of a byte left
    bool collision = false;  ///< at least one bit had subcarrier in both halves
    bool framing = false;    ///< a bit with no subcarrier inside the frame; a broken character
    bool overflow = false;   ///< longer than 256 bytes; `data` holds the first 256

    [[nodiscard]] bool any() const noexcept {
        return parity || crc || collision || framing || overflow;
    }
    friend bool operator==(const Errors&, const Errors&) = default;
};

/// What came back.
///
/// With Parity::Automatic the parity bit after each whole byte is judged and taken out; with
/// rx_align the first byte is whole after 8 - rx_align bits and its parity is not judged. After a
/// collision neither parity nor CRC is judged.
struct Answer {
    bool silent = true;  ///< nothing began within the time-out
    base::Bytes data{};
    unsigned last_bits = 0;    ///< valid bits of the last byte, 1..7; 0 = all 8
    base::Bytes collisions{};  ///< as `data`: 1 where bits collided (those read as 1 in `data`)
    Errors errors{};
    Tick tx_end = 0;
    Tick rx_start = 0;  ///< 0 when silent
    Tick rx_end = 0;    ///< end of the card's frame; tx_end + timeout when silent

    friend bool operator==(const Answer&, const Answer&) = default;
};

/// Three-pass authentication of MIFARE Classic, run by the PCD itself.
struct AuthRequest {
    std::uint8_t command = 0x60;  ///< 60 key A, 61 key B
    std::uint8_t block = 0;
    base::SectorKey key{};
    std::array<std::uint8_t, 4> uid{};  ///< the four bytes the cipher uses
    std::array<std::uint8_t, 4> nr{};   ///< the reader's nonce, air order
    Tick start = 0;                     ///< SOC of the AUTH frame
    Tick timeout = 67'800;              ///< for each of the two answers
};

enum class AuthStatus : std::uint8_t {
    Ok,
    NoNonce,   ///< silence, a NAK or a broken frame instead of nt
    NoAnswer,  ///< silence after {nr}{ar}
    Refused    ///< a NAK, a broken frame, or a wrong {at}
};

struct AuthAnswer {
    AuthStatus status = AuthStatus::NoNonce;
    std::array<std::uint8_t, 4> nt{};  ///< decrypted card nonce; zero when NoNonce
    Tick end = 0;  ///< end of the last card frame, or when the last time-out ran out

    friend bool operator==(const AuthAnswer&, const AuthAnswer&) = default;
};

/// A PCD with its field. One owner, one thread.
///
/// Errors: a request that breaks the rules above throws std::invalid_argument before anything is
/// sent.
class ReaderPort {
public:
    virtual ~ReaderPort() = default;

    /// Carrier on or off at tick `at`. Turning it off also ends Crypto1.
    virtual void field(bool on, Tick at) = 0;

    /// Sends one frame and listens. While Crypto1 is on, frames with Parity::Automatic are
    /// encrypted and decrypted.
    virtual Answer exchange(const Request& request) = 0;

    /// Authenticates. Nested when Crypto1 is on already. Afterwards Crypto1 is on only if Ok.
    virtual AuthAnswer authenticate(const AuthRequest& request) = 0;

    /// Ends Crypto1 in the PCD; the card is not told.
    virtual void crypto1_off() = 0;
    [[nodiscard]] virtual bool crypto1_on() const = 0;

    /// Lets time pass until tick `at`.
    virtual void wait_until(Tick at) = 0;

    /// The earliest tick from which something new may be started.
    [[nodiscard]] virtual Tick now() const = 0;
};

}  // namespace port
