/// \file nrz.hpp
/// Type B's PCD frames (14443-3, 7.1): SOF, characters and EOF as lows of the field, and back.
/// Twin of rtl/rf's shallow receiver, decoder and encoder.
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.hpp"
#include "port/reader_port.hpp"
#include "rf/timing.hpp"

namespace rf {

/// Lows of the frame of `bits`, eight a character, that starts at `start`.
/// Example: no bits at fc/128 -> {0, 1280}, {1536, 2816}
[[nodiscard]] std::vector<Low> nrz_lows(base::BitView bits, Tick start, BitRate rate,
                                        const port::FramingB& framing);

/// End of the same frame.
[[nodiscard]] FrameEnd nrz_end(base::BitView bits, Tick start, BitRate rate,
                               const port::FramingB& framing) noexcept;

/// One frame as the card's receiver heard it.
struct NrzFrame {
    base::Bits bits{};  ///< eight a character
    Tick start = 0;     ///< of SOF
    FrameEnd end{};
};

/// Lows in, whole frames out. What is broken is dropped without a word.
class NrzDecoder {
public:
    void listen_at(BitRate rate) noexcept {
        rate_ = rate;
        reset();
    }
    [[nodiscard]] BitRate rate() const noexcept { return rate_; }

    /// The next low: the frame when it was the EOF of a sound one.
    [[nodiscard]] std::optional<NrzFrame> low(const Low& low);
    [[nodiscard]] bool idle() const noexcept { return state_ == State::Idle; }
    void reset() noexcept { state_ = State::Idle; }

private:
    enum class State : std::uint8_t {
        Idle,   ///< waits for the low of SOF
        Start,  ///< waits for the end of SOF's high
        Frame   ///< in a character, or between two of them
    };

    [[nodiscard]] Tick bit() const noexcept { return port::bit_ticks(rate_); }
    void begin(const Low& low);
    [[nodiscard]] bool frame_low(const Low& low);
    /// Takes the samples up to `until`; false: the character is broken.
    bool sample(Tick until, std::uint8_t level);

    BitRate rate_ = BitRate::Fc128;
    State state_ = State::Idle;
    Tick high_since_ = 0;  ///< in Start
    Tick character_ = 0;   ///< start edge
    unsigned next_ = 0;    ///< bit to be sampled, 0 start to 9 stop, 10 none
    NrzFrame frame_{};
};

}  // namespace rf
