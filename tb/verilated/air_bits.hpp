/// \file air_bits.hpp
/// Modulation to bits: every kind of frame, decoded here once more and apart from both readings.
#pragma once

#include <optional>
#include <vector>

#include "port/air_frame.hpp"

namespace tb {

/// The bits of a train of pauses that start at `starts`, type A; nothing when it is no frame.
/// Example: {0, 128, 320, 448, 640, 832, 1024} at fc/128 is REQA, 0110010.
[[nodiscard]] std::optional<base::Bits> bits_of_pauses(const std::vector<base::Tick>& starts,
                                                       port::BitRate rate);

/// The data bits of the characters of a type B frame, low from each of `starts` to each of `ends`;
/// nothing when it is no frame.
[[nodiscard]] std::optional<base::Bits> bits_of_lows(const std::vector<base::Tick>& starts,
                                                     const std::vector<base::Tick>& ends,
                                                     port::BitRate rate);

/// Whether a low as long as this ends a frame of type B.
[[nodiscard]] bool is_eof(base::Tick low, port::BitRate rate);

/// The bits of a load modulation whose periods begin at `edges`, type A at fc/128; nothing when it
/// is no frame.
[[nodiscard]] std::optional<base::Bits> bits_of_load(const std::vector<base::Tick>& edges);

/// What a card said in phases of its subcarrier, loaded from each of `edges` to each of `falls`.
struct Phases {
    base::Bits bits{};  ///< type B: data bits of the characters
    base::Tick end = 0;
};
[[nodiscard]] std::optional<Phases> bits_of_phases(const std::vector<base::Tick>& edges,
                                                   const std::vector<base::Tick>& falls,
                                                   port::Technology technology, port::BitRate rate);

}  // namespace tb
