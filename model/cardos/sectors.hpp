/// \file sectors.hpp
/// The sector memory as the card's own software reaches it: from the inside, as plain blocks.
#pragma once

#include <cstddef>
#include <optional>

#include "port/store_port.hpp"
#include "store/objects.hpp"
#include "store/sector_store.hpp"

namespace cardos {

/// Where the blocks of one sector lie.
struct SectorPlace {
    std::size_t first = 0;
    std::size_t count = 0;  ///< 4 or 16, trailer included

    [[nodiscard]] std::size_t trailer() const noexcept { return first + count - 1; }
};

class Sectors {
public:
    Sectors(store::SectorStore& store, store::Objects& objects)
        : store_{store}, objects_{objects} {}

    /// Nothing when the card has no such sector.
    [[nodiscard]] std::optional<SectorPlace> place(unsigned sector) const;
    /// As of the last thing done, whatever its date.
    [[nodiscard]] port::Block read(std::size_t block) const;
    /// In the open transaction; read() sees it when that is done.
    void write(std::size_t block, const port::Block& data);

    /// A reader over the air is at work in the sectors: the other side has to wait.
    [[nodiscard]] bool in_use_over_air() const noexcept { return in_use_over_air_; }
    void set_in_use_over_air(bool in_use) noexcept { in_use_over_air_ = in_use; }

private:
    store::SectorStore& store_;
    store::Objects& objects_;
    bool in_use_over_air_ = false;
};

}  // namespace cardos
