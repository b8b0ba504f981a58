#include "cardos/sectors.hpp"

#include <algorithm>
#include <utility>

namespace cardos {
namespace {

// A 4K card has 32 sectors of 4 blocks, then 8 of 16.
constexpr std::size_t SmallSectors = 32;
constexpr std::size_t SmallBlocks = 4;
constexpr std::size_t LargeBlocks = 16;
constexpr std::size_t RightsAt = 6;
constexpr std::size_t RightsBytes = 3;
constexpr std::size_t BlockBytes = std::tuple_size_v<port::Block>;

}  // namespace

std::optional<SectorPlace> Sectors::place(unsigned sector) const {
    SectorPlace place{sector * SmallBlocks, SmallBlocks};
    if (sector >= SmallSectors)
        place = {SmallSectors * SmallBlocks + (sector - SmallSectors) * LargeBlocks, LargeBlocks};
    if (place.first + place.count > store_.block_count()) return std::nullopt;
    return place;
}

port::Block Sectors::read(std::size_t block) const {
    const auto bytes =
        store_.memory().read_latest(store_.sector_range(), block * BlockBytes, BlockBytes);
    port::Block result{};
    std::copy(bytes.begin(), bytes.end(), result.begin());
    return result;
}

void Sectors::write(std::size_t block, const port::Block& data) {
    objects_.write_outside(store_.sector_range(), block * BlockBytes, data);
    written_ = true;
}

bool Sectors::is_trailer(std::size_t block) {
    constexpr std::size_t Small = SmallSectors * SmallBlocks;
    return block < Small ? block % SmallBlocks == SmallBlocks - 1
                         : block % LargeBlocks == LargeBlocks - 1;
}

port::Block Sectors::shown_to_air(std::size_t number, port::Block block, Tick now) {
    // Every session and every access of it begins with the trailer.
    if (!is_trailer(number)) return block;
    const bool busy = now < busy_until_;
    if (air_ == Air::Idle) air_ = busy ? Air::ShutOut : Air::Session;
    // Access bits that contradict themselves refuse everything; the keys stay, so that the gate is
    // told so and not that its key is wrong.
    if (busy || air_ == Air::ShutOut) std::fill_n(block.begin() + RightsAt, RightsBytes, 0);
    return block;
}

void Sectors::written_by(Tick done) noexcept {
    if (std::exchange(written_, false)) busy_until_ = done;
}

}  // namespace cardos
