#include "store/sector_store.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "store/objects.hpp"

namespace store {
namespace {

constexpr std::size_t BlockBytes = 16;
constexpr Tick ProgrammingUnit = 128;
constexpr Tick LongestProgramming = 131'072;

/// A sector of 16 blocks, the root of the objects.
constexpr std::size_t TransactionPages = 4 + 1;

nvm::Layout layout_of(std::size_t blocks, std::size_t object_pages) {
    nvm::Layout layout;
    layout.add("sectors", blocks * BlockBytes);
    layout.add("configuration", BlockBytes);
    if (object_pages != 0) {
        layout.add("root", Objects::RootBytes);
        layout.add("heap", object_pages * nvm::PageBytes);
    }
    return layout;
}

nvm::Memory::Options memory_options(const SectorStore::Options& options) {
    if (options.programming_ticks < ProgrammingUnit ||
        options.programming_ticks > LongestProgramming ||
        options.programming_ticks % ProgrammingUnit != 0)
        throw std::invalid_argument("programming time is a multiple of 128 ticks, 128 to 131072");
    nvm::Memory::Options memory;
    memory.seed = options.seed;
    memory.wear_limit = options.wear_limit;
    memory.journal.enabled = options.journal;
    if (options.object_pages != 0) memory.journal.transaction_pages = TransactionPages;
    return memory;
}

std::size_t checked_count(std::size_t blocks) {
    if (!port::kind_with_blocks(blocks))
        throw std::invalid_argument("no card has " + std::to_string(blocks) + " blocks");
    return blocks;
}

bool is_trailer(std::size_t block) { return block < 128 ? block % 4 == 3 : block % 16 == 15; }

}  // namespace

std::vector<port::Block> delivery_blocks(port::CardKind kind) {
    constexpr port::Block Trailer{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x07,
                                  0x80, 0x69, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    std::vector<port::Block> blocks(port::blocks_of(kind));
    if (port::is_type2(kind)) return blocks;
    for (std::size_t i = 0; i < blocks.size(); ++i)
        if (is_trailer(i)) blocks[i] = Trailer;
    return blocks;
}

SectorStore::SectorStore(std::span<const port::Block> blocks, const Options& options)
    : options_{options},
      blocks_{checked_count(blocks.size())},
      layout_{layout_of(blocks_, options.object_pages)},
      memory_{layout_, memory_options(options)} {
    for (std::size_t i = 0; i < blocks.size(); ++i)
        memory_.preset(layout_.ranges()[0], i * BlockBytes, blocks[i]);
}

SectorStore::SectorStore(port::CardKind kind, const Options& options, nvm::Nvm::State cells)
    : options_{options},
      blocks_{port::blocks_of(kind)},
      layout_{layout_of(blocks_, options.object_pages)},
      memory_{layout_, memory_options(options), std::move(cells)} {
    memory_.power_up(0);
    memory_.finish();
}

port::CardKind SectorStore::kind() const noexcept {
    return port::kind_with_blocks(blocks_).value();
}

const nvm::Range& SectorStore::range_of(port::BlockAddress block) const {
    if (block == port::ConfigurationBlock) return layout_.ranges()[1];
    if (block >= blocks_) throw std::out_of_range("no block " + std::to_string(block));
    return layout_.ranges()[0];
}

std::size_t SectorStore::offset_of(port::BlockAddress block) noexcept {
    return block == port::ConfigurationBlock ? 0 : std::size_t{block} * BlockBytes;
}

port::Block SectorStore::read(port::BlockAddress block, Tick now) {
    memory_.settle(now);
    const base::Bytes bytes = memory_.read(range_of(block), offset_of(block), BlockBytes, now);
    port::Block result{};
    std::copy(bytes.begin(), bytes.end(), result.begin());
    return result;
}

port::StorePort::Programming SectorStore::program(port::BlockAddress block, const port::Block& data,
                                                  Tick start) {
    memory_.settle(start);
    nvm::Transaction transaction;
    transaction.write(range_of(block), offset_of(block), data);
    const auto done = memory_.commit(transaction, start, options_.programming_ticks);
    if (!done) return {start + options_.programming_ticks, false};
    return {*done, true};
}

std::unique_ptr<port::StorePort> SectorStore::clone() const {
    return std::make_unique<SectorStore>(*this);
}

SectorStore SectorStore::settled() const {
    SectorStore copy = *this;
    copy.memory_.finish();
    copy.memory_.power_up(0);
    copy.memory_.finish();
    return copy;
}

std::vector<port::Block> SectorStore::contents() const {
    SectorStore copy = settled();
    std::vector<port::Block> blocks;
    for (std::size_t i = 0; i < blocks_; ++i)
        blocks.push_back(copy.read(static_cast<port::BlockAddress>(i), 0));
    return blocks;
}

port::Block SectorStore::configuration() const {
    return settled().read(port::ConfigurationBlock, 0);
}

nvm::Nvm::State SectorStore::settled_cells() const { return settled().memory_.cells().state(); }

void SectorStore::set_wear(port::BlockAddress block, std::uint32_t erases) {
    const std::size_t address = range_of(block).address + offset_of(block);
    memory_.cells().set_erases(address / nvm::PageBytes, erases);
}

}  // namespace store
