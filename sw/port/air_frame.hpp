/// \file air_frame.hpp
/// One frame as it went over the air, and whoever wants to see them go by.
#pragma once

#include "base/bytes.hpp"
#include "base/tick.hpp"

namespace port {

/// A frame between its start and end of communication, parity bits included.
struct AirFrame {
    enum class Source : std::uint8_t { Pcd, Picc };

    Source source = Source::Pcd;
    unsigned slot = 0;     ///< which card (0..7) when source is Picc
    base::Bits bits{};     ///< in the order of the air; ciphertext when encrypted
    base::Tick start = 0;  ///< PCD: first tick of the first pause; PICC: first load edge, L
    base::Tick end = 0;    ///< PCD: end of the last pause, E; PICC: L + 128 (1 + bits)

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
