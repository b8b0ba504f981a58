/// \file sector_buffer.hpp
/// The buffer file of a sector: its backup, and what the user has entered to take its place.
#pragma once

#include <cstdint>

#include "cardos/context.hpp"

namespace cardos {

/// All blocks of the sector at this moment, keys included.
[[nodiscard]] base::Bytes sector_bytes(Context& context, const SectorPlace& place);

/// After a change the backup stays until something new is entered, so that a change that was cut
/// off, or that the user regrets, can be taken back.
class SectorBuffer {
public:
    enum class State : std::uint8_t {
        Idle,     ///< a backup, and nothing to be done with it
        Entered,  ///< something was entered and is not yet in the sector
        Changed   ///< the sector was changed, and can be changed back
    };

    SectorBuffer(Context& context, unsigned sector, const SectorPlace& place);
    ~SectorBuffer();
    SectorBuffer(const SectorBuffer&) = delete;
    SectorBuffer& operator=(const SectorBuffer&) = delete;

    /// This sector is not served: it has no buffer file.
    [[nodiscard]] bool missing() const noexcept { return content_.empty(); }
    [[nodiscard]] State state() const noexcept { return static_cast<State>(content_[0]); }
    [[nodiscard]] base::ByteView backup() const noexcept;
    /// What was entered, or what the sector was changed to; the backup when Idle.
    [[nodiscard]] base::ByteView entry() const noexcept;

    // In the open transaction.

    /// Idle, with `sector` as the backup.
    void keep(base::ByteView sector);
    /// Entered, with `sector` as the backup and as what is entered.
    void begin_entry(base::ByteView sector);
    /// Puts blocks into what is entered.
    void enter(std::size_t offset, base::ByteView data);
    /// Changed, from `old` to `written`.
    void changed(base::ByteView old, base::ByteView written);

private:
    void save(State state, base::ByteView backup, base::ByteView entry);

    Context& context_;
    std::uint16_t number_;
    std::size_t size_;
    base::Bytes content_;  ///< state, backup, entry unless Idle
};

}  // namespace cardos
