#include "rf/miller.hpp"

#include <cassert>

namespace rf {

FrameEnd frame_end(base::BitView bits, Tick start, unsigned pause_ticks) noexcept {
    assert(!bits.empty());
    const bool last_is_x = bits.back() != 0;
    // After a 1 the EOC is Y: the X of that bit is the last pause. After a 0 it is a Z of its own.
    const Tick last = start + BitTicks * bits.size() + (last_is_x ? HalfBitTicks : BitTicks);
    return {last + pause_ticks + 1, last_is_x};
}

std::vector<Tick> pause_starts(base::BitView bits, Tick start) {
    std::vector<Tick> starts{start};
    starts.reserve(bits.size() + 2);
    bool after_one = false;
    Tick at = start;
    const auto zero = [&] {
        at += BitTicks;
        if (!after_one) {
            starts.push_back(at);
        }
        after_one = false;
    };
    for (const auto bit : bits) {
        if (bit != 0) {
            at += BitTicks;
            starts.push_back(at + HalfBitTicks);
            after_one = true;
        } else {
            zero();
        }
    }
    zero();
    return starts;
}

FrameEnd MillerDecoder::current_end() const noexcept {
    return {last_ + pause_ticks_ + 1, last_is_x_};
}

std::optional<Tick> MillerDecoder::decision() const noexcept {
    if (!active_) {
        return std::nullopt;
    }
    return current_end().decision();
}

void MillerDecoder::pause(Tick start) {
    if (!active_) {
        active_ = true;
        frame_.bits.clear();
        frame_.start = start;
        frame_.broken = false;
        frame_.lone = true;
        last_is_x_ = false;
        last_ = start;
        return;
    }
    const Tick halves = (start - last_ + HalfBitTicks / 2) / HalfBitTicks;
    last_ = start;
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
