/// \file card_clock.hpp
/// A card clock that is not the reader's: off by some ppm, or taken from the field and so without
/// ticks in pauses.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/tick.hpp"
#include "port/world.hpp"

namespace tb {

/// Decides, tick by tick, which samples of the air the cards see.
///
/// A clock taken from the field stops somewhere in a pause and runs again before its end, so the
/// ticks that are lost lie just before E. Which those are is known at E only, so the cards run
/// HoldTicks behind the air while a reader's frame goes on, and catch up before they have anything
/// to say.
class CardClock {
public:
    /// `comparator`: the cards see 0 or 255.
    CardClock(const port::AirProfile& profile, bool comparator);

    /// Ticks lost in each of the following pauses, used up in turn and then from the start again;
    /// takes the place of the seeded draw.
    void lose(std::vector<unsigned> ticks);

    /// The cards have seen the air up to tick `now` by other means.
    void start_at(base::Tick now) { done_ = now; }

    /// The air at tick `now` had `level` and the reader's `pause`. Calls `step(level)` for each
    /// tick of the cards' clock that falls into this one.
    void tick(base::Tick now, std::uint8_t level, bool pause,
              const std::function<void(std::uint8_t)>& step);

    /// Whether a card with this profile needs such a clock at all.
    static bool needed(const port::AirProfile& profile) {
        return profile.offset_ppm != 0 || profile.carrier_clock != 0;
    }

private:
    static constexpr unsigned HoldTicks = 64;
    static constexpr unsigned FrameGapTicks = 320;  ///< no pause for so long: the frame is over
    static constexpr unsigned VisibleTicks = 4;  ///< of each pause, so that it can be seen at all

    [[nodiscard]] unsigned draw();
    void one(const std::function<void(std::uint8_t)>& step);

    int offset_ppm_;
    unsigned most_lost_;
    std::uint32_t random_;
    unsigned threshold_;
    bool comparator_;
    std::vector<unsigned> given_;
    std::size_t next_given_ = 0;

    std::int64_t phase_ = 0;  ///< millionths of a tick
    std::vector<std::uint8_t> history_ = std::vector<std::uint8_t>(2 * HoldTicks, 0);
    base::Tick done_ = 0;  ///< the cards have seen the air up to here
    bool low_ = false;
    base::Tick last_low_ = 0;
    bool in_frame_ = false;
    base::Tick lost_from_ = 0, lost_until_ = 0;
};

}  // namespace tb
