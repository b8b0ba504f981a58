/// \file manchester.hpp
/// Manchester coding of PICC frames (14443-2, 8.2.5) as half bits with or without subcarrier, and
/// what the PCD sees of several of them at once. Twin of rtl/rf's encoder and decoder.
#pragma once

#include "base/bytes.hpp"
#include "rf/timing.hpp"

namespace rf {

/// One bit time on the air: which halves carry the subcarrier.
enum Slot : std::uint8_t {
    SlotF = 0,     ///< none: end of communication
    SlotD = 1,     ///< first half: a one, or the SOC
    SlotE = 2,     ///< second half: a zero
    SlotBoth = 3,  ///< collision
};

/// SOC, bits and EOC. Example: {1, 0} -> D D E F
[[nodiscard]] base::Bytes manchester_slots(base::BitView bits);

/// What a PCD makes of the superposed slots of every card.
struct AirBits {
    base::Bits bits{};        ///< collided bits read as 1
    base::Bits collisions{};  ///< as `bits`; empty when nothing collided
    bool framing = false;     ///< load modulation that fits no bit grid
};

/// Adds cards one by one to the air, the earliest first.
class Superposition {
public:
    void clear() noexcept;
    /// A frame that begins at `start`.
    void add(base::BitView bits, Tick start);
    /// The frame that begins first: it ends with the first slot without subcarrier.
    [[nodiscard]] AirBits read() const;

private:
    base::Bytes slots_{};
    Tick start_ = 0;
    bool framing_ = false;
};

}  // namespace rf
