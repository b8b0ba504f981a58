/// \file status.hpp
/// How an exchange with a card ended. What a card does is never an exception.
#pragma once

#include <cstdint>
#include <string_view>

#include "port/reader_port.hpp"

namespace reader {

enum class Status : std::uint8_t {
    Ok,
    Silent,      ///< no answer within the time-out
    Parity,      ///< wrong or missing parity bit
    Crc,         ///< wrong checksum
    Collision,   ///< several cards where only one may answer
    Framing,     ///< an answer that fits no frame of this command
    Overflow,    ///< answer longer than the reader's buffer
    UidCheck,    ///< BCC does not fit the UID
    Nak,         ///< the card said no
    NotHalted,   ///< modulation after HLTA
    AuthFailed,  ///< three-pass authentication failed
    Protocol     ///< the card broke a rule of the protocol
};

/// Example: to_string(Status::UidCheck) == "UID check byte is wrong"
[[nodiscard]] std::string_view to_string(Status status) noexcept;

/// The worst of what went wrong in `answer`; Ok when nothing did.
[[nodiscard]] Status judge(const port::Answer& answer) noexcept;

}  // namespace reader
