#include "control/flash.hpp"

#include <algorithm>

namespace control {
namespace {

void check(std::size_t offset, std::size_t size) {
    if (offset > Flash::RegionBytes || size > Flash::RegionBytes - offset)
        throw std::out_of_range{"beyond the end of a region"};
}

}  // namespace

MemoryFlash::MemoryFlash() { regions_.fill(base::Bytes(RegionBytes, Erased)); }

base::Bytes MemoryFlash::read(Region region, std::size_t offset, std::size_t size) const {
    check(offset, size);
    if (dead_) throw PowerCut{};
    const auto& bytes = regions_.at(static_cast<std::size_t>(region));
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(offset);
    return {from, from + static_cast<std::ptrdiff_t>(size)};
}

bool MemoryFlash::torn() {
    if (dead_) throw PowerCut{};
    if (cutting_ && left_-- == 0) {
        dead_ = true;
        return true;
    }
    ++writes_;
    return false;
}

void MemoryFlash::program(Region region, std::size_t offset, base::ByteView data) {
    check(offset, data.size());
    const bool half = torn();
    auto& bytes = regions_.at(static_cast<std::size_t>(region));
    const std::size_t done = half ? data.size() / 2 : data.size();
    // Cells go from 1 to 0 only: programming twice shows.
    for (std::size_t i = 0; i < done; ++i) bytes[offset + i] &= data[i];
    if (half) throw PowerCut{};
}

void MemoryFlash::erase(Region region) {
    const bool half = torn();
    auto& bytes = regions_.at(static_cast<std::size_t>(region));
    const auto end = half ? bytes.begin() + RegionBytes / 2 : bytes.end();
    std::fill(bytes.begin(), end, Erased);
    if (half) throw PowerCut{};
}

}  // namespace control
