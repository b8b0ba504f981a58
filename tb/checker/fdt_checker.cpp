#include "checker/fdt_checker.hpp"

#include <algorithm>

namespace tb {

namespace {

constexpr base::Tick Bit = 128;
constexpr base::Tick HalfBit = 64;
constexpr base::Tick FrameGap = 320;  // longer than any distance inside a frame
constexpr base::Tick AfterZ = 20;
constexpr base::Tick AfterX = 84;
constexpr base::Tick LeastIndex = 9;

}  // namespace

void FdtChecker::level(base::Tick tick, unsigned level) {
    const bool below = level < low_;
    if (below && !below_) {
        const base::Tick distance = tick - pause_;
        // A frame begins with a Z; a distance of one and a half bits changes between Z and X.
        const base::Tick halves = (distance + HalfBit / 2) / HalfBit;
        if (distance > FrameGap)
            after_x_ = false;
        else if (halves % 2 != 0)
            after_x_ = !after_x_;
        pause_ = tick;
        heard_ = true;
    }
    if (!below && below_) crossing_ = tick;
    below_ = below;
}

void FdtChecker::load(base::Tick tick) {
    const bool first = heard_ && tick - last_load_ > AnswerGap;
    last_load_ = tick;
    if (!first) return;
    heard_ = false;
    const base::Tick delay = tick - crossing_ - (after_x_ ? AfterX : AfterZ);
    const base::Tick n = (delay + Bit / 2) / Bit;
    const base::Tick grid = Bit * std::max(n, LeastIndex);
    worst_ = std::max(worst_, delay > grid ? delay - grid : grid - delay);
    ++measured_;
    ++indices_[n];
}

}  // namespace tb
