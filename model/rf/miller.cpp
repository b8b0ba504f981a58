#include "rf/miller.hpp"

#include <cassert>

namespace rf {
namespace {

// Of those at least so many ticks are seen, by rate.
constexpr std::array<Tick, 4> ShortestPause{10, 6, 4, 2};

}  // namespace

FrameEnd frame_end(base::BitView bits, Tick start, unsigned pause_ticks, BitRate rate) noexcept {
    assert(!bits.empty());
    const Tick bit = port::bit_ticks(rate);
    const bool last_is_x = bits.back() != 0;
    // After a 1 the EOC is Y: the X of that bit is the last pause. After a 0 it is a Z of its own.
    const Tick last = start + bit * bits.size() + (last_is_x ? bit / 2 : bit);
    return {end_after({last, last + pause_ticks}), last_is_x, rate};
}

std::vector<Tick> pause_starts(base::BitView bits, Tick start, BitRate rate) {
    const Tick bit_ticks = port::bit_ticks(rate);
    std::vector<Tick> starts{start};
    starts.reserve(bits.size() + 2);
    bool after_one = false;
    Tick at = start;
    const auto zero = [&] {
        at += bit_ticks;
        if (!after_one) {
            starts.push_back(at);
        }
        after_one = false;
    };
    for (const auto bit : bits) {
        if (bit != 0) {
            at += bit_ticks;
            starts.push_back(at + bit_ticks / 2);
            after_one = true;
        } else {
            zero();
        }
    }
    zero();
    return starts;
}

std::vector<Low> pauses_at(const std::vector<Tick>& starts, unsigned pause_ticks) {
    std::vector<Low> pauses;
    pauses.reserve(starts.size());
    for (const auto start : starts) {
        pauses.push_back({start, start + pause_ticks});
    }
    return pauses;
}

std::optional<Tick> MillerDecoder::decision() const noexcept {
    if (!active_) {
        return std::nullopt;
    }
    return current_end().decision();
}

bool MillerDecoder::in_time(const Low& pause) const noexcept {
    const Tick decision = current_end().decision();
    if (rate_ == BitRate::Fc128) {
        return pause.on + PauseBeforeDecision <= decision;
    }
    const auto index = static_cast<std::size_t>(rate_) - 1;
    return end_after(pause) + FastPauseBeforeDecision[index] <= decision;
}

void MillerDecoder::pause(const Low& pause) {
    if (pause.off - pause.on < ShortestPause[static_cast<std::size_t>(rate_)]) {
        return;
    }
    if (!active_) {
        active_ = true;
        frame_.bits.clear();
        frame_.start = pause.on;
        frame_.broken = false;
        frame_.lone = true;
        last_is_x_ = false;
        last_ = pause;
        return;
    }
    if (!in_time(pause)) {
        return;
    }
    const Tick half_bit = port::bit_ticks(rate_) / 2;
    const Tick halves = (pause.on - last_.on + half_bit / 2) / half_bit;
    last_ = pause;
    frame_.lone = false;
    auto& bits = frame_.bits;
    if (frame_.broken) {
        return;
    }
    if (halves == 2) {
        bits.push_back(last_is_x_ ? 1 : 0);
    } else if (halves == 3 && !last_is_x_) {
        bits.push_back(1);
        last_is_x_ = true;
    } else if (halves == 3) {
        bits.insert(bits.end(), {0, 0});
        last_is_x_ = false;
    } else if (halves == 4 && last_is_x_) {
        bits.insert(bits.end(), {0, 1});
    } else {
        frame_.broken = true;
        last_is_x_ = false;
    }
}

MillerFrame MillerDecoder::finish() {
    active_ = false;
    frame_.end = current_end();
    // The zero of the EOC is no data.
    if (!last_is_x_ && !frame_.broken && !frame_.bits.empty()) {
        frame_.bits.pop_back();
    }
    return frame_;
}

}  // namespace rf
