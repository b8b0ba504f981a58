// Frames of the air for the bench of the reader: what a card modulates, what a reader's pauses
// mean.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/tick.hpp"

namespace bench {

/// One bit time of a card: subcarrier in its first half, its second, both or none (ISO/IEC
/// 14443-2, 8.2).
enum class Symbol : std::uint8_t { D, E, Both, None };
using Symbols = std::vector<Symbol>;

/// Each byte least significant bit first with odd parity after it; a byte of `marked` followed by
/// "!" has the other parity. Example: air_bits("14 57!") is 18 bits.
[[nodiscard]] base::Bits air_bits(std::string_view marked);

/// The bits of `data` with the parity bits given. Example: air_bits({0x5E}, "1")
[[nodiscard]] base::Bits air_bits(base::ByteView data, std::string_view parity);

/// The lowest `count` bits of `value`, no parity.
[[nodiscard]] base::Bits plain_bits(unsigned value, unsigned count);

/// D for a one, E for a zero.
[[nodiscard]] Symbols symbols(base::BitView bits);

/// Bits of a PCD frame from the starts of its pauses (ISO/IEC 14443-2, 8.1.3); nothing when no
/// frame.
[[nodiscard]] std::optional<base::Bits> miller_bits(const std::vector<base::Tick>& starts,
                                                    base::Tick bit = base::BitTicks);

/// Pause starts of a string of X, Y and Z, the first at 0. Example: "ZX" gives 0, 192.
[[nodiscard]] std::vector<base::Tick> pause_starts(std::string_view sequences);

}  // namespace bench
