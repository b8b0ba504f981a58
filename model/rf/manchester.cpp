#include "rf/manchester.hpp"

#include <algorithm>
#include <cassert>

namespace rf {

base::Bytes manchester_slots(base::BitView bits) {
    base::Bytes slots{SlotD};
    slots.reserve(bits.size() + 2);
    for (const auto bit : bits) {
        slots.push_back(bit != 0 ? SlotD : SlotE);
    }
    slots.push_back(SlotF);
    return slots;
}

void Superposition::clear() noexcept {
    slots_.clear();
    framing_ = false;
}

void Superposition::add(base::BitView bits, Tick start) {
    if (slots_.empty()) {
        start_ = start;
    }
    assert(start >= start_);
    const Tick offset = start - start_;
    const std::size_t first = offset / BitTicks;
    const std::size_t heard = slots_.empty() ? 0 : slots_.size() - 1;
    if (heard != 0 && first > heard) {
        return;  // behind the end of the first frame
    }
    // All cards count from the same pause, so that only a scripted card can miss the bit grid.
    framing_ = framing_ || offset % BitTicks != 0;
    const auto added = manchester_slots(bits);
    slots_.resize(std::max(slots_.size(), first + added.size()), SlotF);
    for (std::size_t i = 0; i < added.size(); ++i) {
        slots_[first + i] = static_cast<std::uint8_t>(slots_[first + i] | added[i]);
    }
}

AirBits Superposition::read() const {
    AirBits heard;
    heard.framing = framing_;
    bool collided = false;
    for (std::size_t i = 1; i < slots_.size() && slots_[i] != SlotF; ++i) {
        const bool both = slots_[i] == SlotBoth;
        heard.bits.push_back((slots_[i] & SlotD) != 0 ? 1 : 0);
        heard.collisions.push_back(both ? 1 : 0);
        collided = collided || both;
    }
    if (!collided) {
        heard.collisions.clear();
    }
    return heard;
}

}  // namespace rf
