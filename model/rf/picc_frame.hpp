/// \file picc_frame.hpp
/// How long a card's frame is on the air (docs/choices.md). Twin of the encoders of rtl/rf.
#pragma once

#include "base/bytes.hpp"
#include "rf/timing.hpp"

namespace rf {

/// What a card sends.
struct PiccFrame {
    base::Bits bits{};  ///< as in port::AirFrame
    Tick start = 0;     ///< L
    port::Technology technology = port::Technology::A;
    BitRate rate = BitRate::Fc128;
    Tick tr1 = Tr1Ticks;  ///< type B

    /// Subcarrier off and on in halves of bits, not phases: type A at fc/128.
    [[nodiscard]] bool is_ook() const noexcept {
        return technology == port::Technology::A && rate == BitRate::Fc128;
    }
    /// End of the frame; the EOC of OOK is not counted.
    [[nodiscard]] Tick end() const noexcept {
        const Tick bit = port::bit_ticks(rate);
        if (technology == port::Technology::B) {
            // SOF of 12, EOF of 10, one more of 1; two bits around the eight of a character.
            return start + tr1 + bit * (23 + 10 * (bits.size() / 8));
        }
        return start + (is_ook() ? 0 : LeadTicksA) + bit * (1 + bits.size());
    }
};

}  // namespace rf
