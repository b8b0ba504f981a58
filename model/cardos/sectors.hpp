/// \file sectors.hpp
/// The sector memory as the card's own software reaches it: from the inside, as plain blocks.
#pragma once

#include <cstddef>
#include <optional>

#include "port/store_port.hpp"
#include "store/objects.hpp"
#include "store/sector_store.hpp"

namespace cardos {

using base::Tick;

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
    [[nodiscard]] static bool is_trailer(std::size_t block);
    /// As of the last thing done, whatever its date.
    [[nodiscard]] port::Block read(std::size_t block) const;
    /// In the open transaction; read() sees it when that is done.
    void write(std::size_t block, const port::Block& data);

    // Two owners, one at a time (docs/choices.md, Card OS).

    /// A gate's session is open: whoever comes over contacts has to wait.
    [[nodiscard]] bool in_use_over_air() const noexcept { return air_ != Air::Idle; }
    /// The air's engine reads a block at tick `now`; what it gets of it. While the card OS writes,
    /// sectors are shown as blocked, and a session that begins then stays shut out.
    [[nodiscard]] port::Block shown_to_air(std::size_t number, port::Block block, Tick now);
    /// The air's session is over.
    void release_air() noexcept { air_ = Air::Idle; }
    /// What the card OS has written in the command just done is safe at tick `done`.
    void written_by(Tick done) noexcept;
    void power_lost() noexcept {
        air_ = Air::Idle;
        busy_until_ = 0;
    }

private:
    enum class Air : std::uint8_t { Idle, Session, ShutOut };

    store::SectorStore& store_;
    store::Objects& objects_;
    Air air_ = Air::Idle;
    bool written_ = false;  ///< by the command under way
    Tick busy_until_ = 0;   ///< with what the card OS writes
};

}  // namespace cardos
