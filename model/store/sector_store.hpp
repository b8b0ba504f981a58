/// \file sector_store.hpp
/// The sector memory of a MIFARE Classic card and its configuration block, in non-volatile memory.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "nvm/memory.hpp"
#include "port/store_port.hpp"
#include "port/world.hpp"

namespace store {

using base::Tick;

/// The blocks of a card as it is delivered: zero, on MIFARE Classic trailers with keys FF x 6 and
/// FF 07 80 69. Block 0 is zero; who makes a card writes it.
[[nodiscard]] std::vector<port::Block> delivery_blocks(port::CardKind kind);

/// A store over model/nvm. Powered from the start.
/// Example: store::SectorStore memory{port::CardKind::Classic1k};  memory.read(3, 0)[6] == 0xFF
class SectorStore final : public port::StorePort {
public:
    struct Options {
        Tick programming_ticks = 27'136;  ///< T: multiple of 128, 128..131072
        std::uint64_t seed = 1;           ///< of torn and weak bits
        std::uint32_t wear_limit = 100'000;
        bool journal = true;           ///< false only in tests that show what it is good for
        std::size_t object_pages = 0;  ///< heap of store::Objects beside the sectors
    };

    explicit SectorStore(port::CardKind kind) : SectorStore(delivery_blocks(kind), Options{}) {}
    SectorStore(port::CardKind kind, const Options& options)
        : SectorStore(delivery_blocks(kind), options) {}
    /// A card with this content; throws std::invalid_argument unless it has 20, 64 or 256 blocks.
    explicit SectorStore(std::span<const port::Block> blocks) : SectorStore(blocks, Options{}) {}
    SectorStore(std::span<const port::Block> blocks, const Options& options);
    /// The same with cells from a file; throws std::invalid_argument when they do not fit.
    SectorStore(port::CardKind kind, const Options& options, nvm::Nvm::State cells);

    /// Both throw std::out_of_range for a block that the card does not have: engines check before.
    [[nodiscard]] port::Block read(port::BlockAddress block, Tick now) override;
    Programming program(port::BlockAddress block, const port::Block& data, Tick start) override;
    void power_lost(Tick at) override { memory_.power_lost(at); }
    void power_up(Tick at) override { memory_.power_up(at); }
    [[nodiscard]] std::unique_ptr<port::StorePort> clone() const override;

    [[nodiscard]] std::size_t block_count() const noexcept { return blocks_; }
    [[nodiscard]] port::CardKind kind() const noexcept;
    [[nodiscard]] const Options& options() const noexcept { return options_; }

    /// For the card's own software, which shares this memory. The last two ranges only with
    /// `object_pages`.
    [[nodiscard]] nvm::Memory& memory() noexcept { return memory_; }
    [[nodiscard]] const nvm::Range& sector_range() const { return layout_.ranges()[0]; }
    [[nodiscard]] const nvm::Range& object_root() const { return layout_.ranges().at(2); }
    [[nodiscard]] const nvm::Range& object_heap() const { return layout_.ranges().at(3); }

    /// What the card would hold after all that is under way is done, or after the next power-up.
    /// Changes nothing. Without the configuration block.
    [[nodiscard]] std::vector<port::Block> contents() const;
    [[nodiscard]] port::Block configuration() const;
    /// The cells in that same state, for a file.
    [[nodiscard]] nvm::Nvm::State settled_cells() const;

    /// Ends of the steps (programming or recovery) still under way at `now`: where to cut.
    [[nodiscard]] std::vector<Tick> step_ends(Tick now) { return memory_.step_ends(now); }

    /// For tests: the page of this block has seen `erases` erases.
    void set_wear(port::BlockAddress block, std::uint32_t erases);
    [[nodiscard]] std::size_t weak_bits() const noexcept { return memory_.cells().weak_bits(); }

private:
    [[nodiscard]] SectorStore settled() const;
    [[nodiscard]] const nvm::Range& range_of(port::BlockAddress block) const;
    [[nodiscard]] static std::size_t offset_of(port::BlockAddress block) noexcept;

    Options options_;
    std::size_t blocks_;
    nvm::Layout layout_;
    nvm::Memory memory_;
};

}  // namespace store
