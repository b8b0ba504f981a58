#include "verilated/card_clock.hpp"

#include <algorithm>

namespace tb {

namespace {

constexpr std::int64_t Million = 1'000'000;

}  // namespace

CardClock::CardClock(const port::AirProfile& profile, bool comparator)
    : offset_ppm_{profile.offset_ppm},
      most_lost_{profile.carrier_clock},
      random_{profile.carrier_clock_seed == 0 ? 1U : profile.carrier_clock_seed},
      threshold_{profile.carrier / 2},
      comparator_{comparator} {}

void CardClock::lose(std::vector<unsigned> ticks) {
    given_ = std::move(ticks);
    next_given_ = 0;
    most_lost_ = given_.empty() ? 0 : *std::max_element(given_.begin(), given_.end());
}

unsigned CardClock::draw() {
    if (!given_.empty()) {
        const unsigned lost = given_[next_given_];
        next_given_ = (next_given_ + 1) % given_.size();
        return lost;
    }
    random_ ^= random_ << 13U;
    random_ ^= random_ >> 17U;
    random_ ^= random_ << 5U;
    return random_ % (most_lost_ + 1);
}

void CardClock::one(const std::function<void(std::uint8_t)>& step) {
    ++done_;
    if (done_ >= lost_from_ && done_ < lost_until_) return;
    const std::uint8_t level = history_[done_ % history_.size()];
    phase_ += offset_ppm_;
    if (phase_ <= -Million) {
        phase_ += Million;
        return;
    }
    step(level);
    if (phase_ >= Million) {
        phase_ -= Million;
        step(level);
    }
}

void CardClock::tick(base::Tick now, std::uint8_t level, bool pause,
                     const std::function<void(std::uint8_t)>& step) {
    const bool high = level >= threshold_;
    history_[now % history_.size()] = comparator_ ? (high ? 255 : 0) : level;

    // The end of a pause shows in the level one tick after the pause.
    if (pause) {
        in_frame_ = most_lost_ != 0;
        last_low_ = now;
    } else if (low_ && in_frame_) {
        const base::Tick end = now + 1;
        lost_until_ = end - VisibleTicks;
        lost_from_ = lost_until_ - draw();
    }
    low_ = pause;
    if (now - last_low_ > FrameGapTicks) in_frame_ = false;

    if (in_frame_) {
        if (now - done_ > HoldTicks) one(step);
        return;
    }
    for (int i = 0; i < 2 && done_ < now; ++i) one(step);
}

}  // namespace tb
