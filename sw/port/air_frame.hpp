/// \file air_frame.hpp
/// One frame as it went over the air, and whoever wants to see them go by.
#pragma once

#include "base/bytes.hpp"
#include "base/tick.hpp"

namespace port {

/// How frames are modulated (ISO/IEC 14443-2, 8 and 9).
enum class Technology : std::uint8_t { A, B };

/// Bits a second as fractions of the carrier: "106", "212", "424" and "848 kbit/s".
enum class BitRate : std::uint8_t { Fc128, Fc64, Fc32, Fc16 };

/// Ticks of one bit.
[[nodiscard]] constexpr base::Tick bit_ticks(BitRate rate) noexcept {
    return base::BitTicks >> static_cast<unsigned>(rate);
}

/// A frame between its start and end of communication. Type A: parity bits included. Type B: the
/// data bits of the characters alone.
struct AirFrame {
    enum class Source : std::uint8_t { Pcd, Picc };

    Source source = Source::Pcd;
    unsigned slot = 0;  ///< which card (0..7) when source is Picc
    base::Bits bits{};  ///< in the order of the air; ciphertext when encrypted
    base::Tick start =
        0;               ///< PCD: first tick of the first pause or of SOF; PICC: first load edge, L
    base::Tick end = 0;  ///< PCD: E; PICC: end of the frame (docs/choices.md)
    Technology technology = Technology::A;
    BitRate rate = BitRate::Fc128;

    friend bool operator==(const AirFrame&, const AirFrame&) = default;
};

/// Is told each frame once, in the order of their starts.
class FrameObserver {
public:
    virtual ~FrameObserver() = default;
    virtual void on_frame(const AirFrame& frame) = 0;
    /// The carrier went on or off at `tick`.
    virtual void on_field(bool on, base::Tick tick) = 0;
};

}  // namespace port
