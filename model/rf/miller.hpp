/// \file miller.hpp
/// Modified Miller coding of type A's PCD frames (14443-2, 8.1.3): bits to pauses and back, at
/// every rate. Twin of rtl/rf's encoder and decoder.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "rf/timing.hpp"

namespace rf {

/// End of the frame of `bits` (not empty) whose first pause starts at `start`.
/// Example: REQA at 0 with pauses of 34 ticks ends at 1024 + 34 + 1, after a Z.
[[nodiscard]] FrameEnd frame_end(base::BitView bits, Tick start, unsigned pause_ticks,
                                 BitRate rate = BitRate::Fc128) noexcept;

/// Starts of all pauses, SOC and EOC included.
/// Example: REQA 0110010 -> 0, 128, 320, 448, 640, 832, 1024
[[nodiscard]] std::vector<Tick> pause_starts(base::BitView bits, Tick start,
                                             BitRate rate = BitRate::Fc128);

/// Pauses of the same length at `starts`.
[[nodiscard]] std::vector<Low> pauses_at(const std::vector<Tick>& starts, unsigned pause_ticks);

/// One frame as the card's receiver heard it.
struct MillerFrame {
    base::Bits bits{};
    Tick start = 0;
    FrameEnd end{};
    bool broken = false;  ///< a pause where none may be
    bool lone = false;    ///< one pause and nothing else: no frame at all
};

/// Pauses in, frames out. Between two pauses of a frame lie 1, 1.5 or 2 bits; whatever comes before
/// the decision tick and fits no symbol breaks the frame.
class MillerDecoder {
public:
    /// The rate that is listened for; between two frames only.
    void listen_at(BitRate rate) noexcept { rate_ = rate; }
    [[nodiscard]] BitRate rate() const noexcept { return rate_; }

    /// When the frame under way is over unless another pause comes first; nothing when idle.
    [[nodiscard]] std::optional<Tick> decision() const noexcept;
    /// The next pause; a frame whose decision() is not after it must have been finished. One too
    /// short for the rate is none, nor is one too close to decision().
    void pause(const Low& pause);
    /// Ends the frame under way.
    [[nodiscard]] MillerFrame finish();
    /// The carrier stops: a frame under way may get no end.
    void carrier_off(Tick at) noexcept { active_ = active_ && !current_end().undone_by(at); }
    void reset() noexcept { active_ = false; }

private:
    /// `pause` lies so long before decision() that it belongs to the frame.
    [[nodiscard]] bool in_time(const Low& pause) const noexcept;
    [[nodiscard]] FrameEnd current_end() const noexcept {
        return {end_after(last_), last_is_x_, rate_};
    }

    BitRate rate_ = BitRate::Fc128;
    bool active_ = false;
    bool last_is_x_ = false;
    Low last_{};
    MillerFrame frame_{};
};

}  // namespace rf
