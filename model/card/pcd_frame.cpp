#include "card/pcd_frame.hpp"

#include "rf/miller.hpp"
#include "rf/nrz.hpp"

namespace card {

std::vector<rf::Low> PcdFrame::lows() const {
    if (!raw.empty()) {
        return {raw.begin(), raw.end()};
    }
    if (frame.technology == port::Technology::B) {
        return rf::nrz_lows(frame.bits, frame.start, frame.rate, framing);
    }
    return rf::pauses_at(rf::pause_starts(frame.bits, frame.start, frame.rate), pause_ticks);
}

}  // namespace card
