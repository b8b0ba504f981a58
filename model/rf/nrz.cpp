#include "rf/nrz.hpp"

namespace rf {
namespace {

constexpr std::size_t BitsOfCharacter = 8;
constexpr Tick CharacterBits = 10;
constexpr unsigned StopBit = 9;
constexpr std::size_t MostCharacters = 256 + 3;

}  // namespace

std::vector<Low> nrz_lows(base::BitView bits, Tick start, BitRate rate,
                          const port::FramingB& framing) {
    const Tick bit = port::bit_ticks(rate);
    std::vector<Low> lows{{start, start + bit * framing.sof_low}};
    Tick at = lows.back().off + bit * framing.sof_high;
    for (std::size_t i = 0; i + BitsOfCharacter <= bits.size(); i += BitsOfCharacter) {
        if (i != 0) {
            at += framing.egt;
        }
        lows.push_back({at, at + bit});
        for (std::size_t k = 0; k < BitsOfCharacter; ++k) {
            const Tick from = at + bit * (1 + k);
            if (bits[i + k] != 0) {
                continue;
            }
            if (lows.back().off == from) {
                lows.back().off = from + bit;
            } else {
                lows.push_back({from, from + bit});
            }
        }
        at += bit * CharacterBits;
    }
    lows.push_back({at, at + bit * framing.sof_low});
    return lows;
}

FrameEnd nrz_end(base::BitView bits, Tick start, BitRate rate,
                 const port::FramingB& framing) noexcept {
    const Tick characters = bits.size() / BitsOfCharacter;
    const Tick gaps = characters == 0 ? 0 : characters - 1;
    const Tick off = start +
                     port::bit_ticks(rate) *
                         (2 * framing.sof_low + framing.sof_high + CharacterBits * characters) +
                     framing.egt * gaps;
    return {end_after({start, off}), false, BitRate::Fc128};
}

std::optional<NrzFrame> NrzDecoder::low(const Low& low) {
    if (4 * (low.off - low.on) < bit()) {
        return std::nullopt;
    }
    if (state_ == State::Start) {
        const Tick high = 2 * (low.on - high_since_);
        if (high >= 3 * bit() && high <= 7 * bit()) {
            state_ = State::Frame;
            character_ = low.on;
            next_ = 0;
        } else {
            state_ = State::Idle;
        }
    }
    if (state_ == State::Frame) {
        if (frame_low(low)) {
            state_ = State::Idle;
            frame_.end = {end_after(low), false, BitRate::Fc128};
            return frame_;
        }
        if (state_ == State::Frame) {
            return std::nullopt;
        }
    }
    begin(low);
    return std::nullopt;
}

void NrzDecoder::begin(const Low& low) {
    const Tick length = 2 * (low.off - low.on);
    if (length < 19 * bit() || length > 23 * bit()) {
        return;
    }
    state_ = State::Start;
    high_since_ = low.off;
    frame_.start = low.on;
    frame_.bits.clear();
}

bool NrzDecoder::frame_low(const Low& low) {
    if (!sample(low.on, 1)) {
        state_ = State::Idle;
        return false;
    }
    if (next_ > StopBit) {
        if (low.on > character_ + CharacterBits * bit() + EgtMax) {
            state_ = State::Idle;
            return false;
        }
        character_ = low.on;
        next_ = 0;
    }
    const Tick length = 2 * (low.off - low.on);
    const bool end_of_frame = character_ == low.on && length >= 19 * bit() && length <= 23 * bit();
    if (!end_of_frame && !sample(low.off, 0)) {
        state_ = State::Idle;
    }
    return end_of_frame;
}

bool NrzDecoder::sample(Tick until, std::uint8_t level) {
    // Each bit is looked at in its middle.
    for (; next_ <= StopBit && 2 * character_ + (2 * next_ + 1) * bit() < 2 * until; ++next_) {
        if (next_ == 0 || next_ == StopBit) {
            const std::uint8_t right = next_ == 0 ? 0 : 1;
            if (level != right || frame_.bits.size() > MostCharacters * BitsOfCharacter) {
                return false;
            }
        } else {
            frame_.bits.push_back(level);
        }
    }
    return true;
}

}  // namespace rf
