/// \file matched.hpp
/// Ideal receivers of one frame, to measure real ones against: no receiver that decides symbol by
/// symbol makes fewer errors in white noise. Everything is known but the bits. Each symbol is
/// correlated with what it would look like; nothing is tuned. Miller's symbols hang together: there
/// the most likely frame is found.
///
/// In white noise of deviation s, a wrong bit comes with probability Q(a k / s), a being the
/// distance between the levels with and without load (type B's reader: high and low), T the bit
/// time in ticks and Q the tail of the normal distribution: k = sqrt(T) / 2 for phases and for
/// type B's reader, sqrt(T) / 4 for Manchester at fc/128.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "port/reader_port.hpp"
#include "rf/picc_frame.hpp"
#include "rf/picc_load.hpp"

namespace rf {

/// One period of the subcarrier as it arrives at the receiver, from the tick on in which the load
/// goes on. Only its shape counts, not its height, sign or mean.
using Period = std::array<double, SubcarrierTicks>;
inline constexpr Period SquarePeriod{1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1};

/// The bits of a card's frame. `levels`: one sample a tick, the first one showing the load of tick
/// `frame.start`, up to the end of the frame at least. Of `frame` all is used but the values of
/// `bits`. Manchester's sign is the one that fits the whole frame better; that of phases is the
/// reference's.
///
/// Example: matched_bits(levels_of(load_of(frame)), frame) == frame.bits
[[nodiscard]] base::Bits matched_bits(std::span<const double> levels, const PiccFrame& frame,
                                      const Period& period = SquarePeriod);

/// The bits of a reader's frame of type B with `bits` of them, eight a character. `levels`: one
/// sample a tick from the first one of SOF to the end of EOF. High and low are what the symbols
/// show that are known: SOF, start and stop bits, EOF.
[[nodiscard]] base::Bits matched_bits(std::span<const double> levels, std::size_t bits,
                                      BitRate rate, const port::FramingB& framing);

/// How a pause of a type A reader arrives.
struct PauseShape {
    double carrier = 0;            ///< the unmodulated level
    std::vector<double> levels{};  ///< from the first tick on that shows it; a bit time at most
};

/// The `bits` bits of a reader's frame of type A. `levels`: one sample a tick from the first one of
/// SOC's pause to the end of the bit time of EOC.
[[nodiscard]] base::Bits matched_bits(std::span<const double> levels, std::size_t bits,
                                      BitRate rate, const PauseShape& pause);

}  // namespace rf
