/// \file contactless_atr.hpp
/// The ATR that a PC/SC reader makes up for a contactless card (PC/SC part 3, 3.1.3.2.3).
#pragma once

#include "base/bytes.hpp"
#include "reader/reader.hpp"

namespace hostlink {

/// Historical bytes of an ATS (its length byte first); empty when it has none or is cut short.
[[nodiscard]] base::ByteView historical_bytes(base::ByteView ats);

/// Of a card that spoke ISO/IEC 14443-4: its historical bytes, of which an ATR has room for 15.
/// Example: ats_to_atr(0A 78 80 91 02 80 73 C8 21 10) == 3B 85 80 01 80 73 C8 21 10 0E
[[nodiscard]] base::Bytes ats_to_atr(base::ByteView ats);

/// Of a card of type B that spoke ISO/IEC 14443-4: application data and protocol info of its ATQB
/// (from 50 on) and MBLI of its answer to ATTRIB. Empty when one of them is cut short.
/// Example: atqb_to_atr(50 56 64 73 F2 00 00 00 00 80 81 71, 00)
///              == 3B 88 80 01 00 00 00 00 80 81 71 00 79
[[nodiscard]] base::Bytes atqb_to_atr(base::ByteView atqb, base::ByteView attrib_answer);

/// Of a memory card: what its SAK says it is.
/// Example: sak_to_atr(0x08) == 3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A
[[nodiscard]] base::Bytes sak_to_atr(std::uint8_t sak);

}  // namespace hostlink
