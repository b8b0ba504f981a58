/// \file message.hpp
/// Messages with a CRC as bits of the air, of either technology: type A with parity and CRC_A
/// (14443-3, 6.2), type B eight bits a character and CRC_B (7.1).
#pragma once

#include "base/bytes.hpp"
#include "port/air_frame.hpp"

namespace frame {

/// `data` and its CRC as a card sends them. Type A above fc/128: the last parity is even.
/// Example: answer_bits({0x00}, Technology::B, BitRate::Fc128): 00 78 F0 without parity
[[nodiscard]] base::Bits answer_bits(base::ByteView data, port::Technology technology,
                                     port::BitRate rate);

/// What a card reads: the data of a sound message, its CRC taken off, into `data`; false when
/// parity, CRC or the count of bits is wrong, or when there are no data.
[[nodiscard]] bool read_message(base::BitView bits, port::Technology technology, base::Bytes& data);

}  // namespace frame
