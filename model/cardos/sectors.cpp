#include "cardos/sectors.hpp"

#include <algorithm>

namespace cardos {
namespace {

// A 4K card has 32 sectors of 4 blocks, then 8 of 16.
constexpr std::size_t SmallSectors = 32;
constexpr std::size_t SmallBlocks = 4;
constexpr std::size_t LargeBlocks = 16;
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
}

}  // namespace cardos
