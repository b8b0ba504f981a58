/// \file store_port.hpp
/// The card's memory as its engines see it: raw blocks, no access rules.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/tick.hpp"
#include "port/apdu_port.hpp"

namespace port {

using Block = std::array<std::uint8_t, 16>;

/// Block of the sector memory, 0..255; ConfigurationBlock holds what is no sector data.
using BlockAddress = std::uint16_t;
inline constexpr BlockAddress ConfigurationBlock = 256;

/// One card's store. Ticks never go back.
class StorePort {
public:
    virtual ~StorePort() = default;

    /// The block at tick `now`. A block whose programming is under way reads as before it.
    [[nodiscard]] virtual Block read(BlockAddress block, base::Tick now) = 0;

    struct Programming {
        base::Tick done = 0;  ///< when the new content is safe: `start` + programming time
        bool ok = true;       ///< false: the cell is worn out, nothing was changed
    };
    /// Starts to program a block at tick `start`.
    virtual Programming program(BlockAddress block, const Block& data, base::Tick start) = 0;

    /// Power went away at tick `at`: what was not done by then is torn.
    virtual void power_lost(base::Tick at) = 0;
    /// Power is there again: unfinished transactions are completed or undone.
    virtual void power_up(base::Tick at) = 0;

    /// The card OS behind the air interface that shares this memory; nullptr: the card has none.
    [[nodiscard]] virtual ApduPort* air() noexcept { return nullptr; }

    /// An independent copy, card OS included, for the second world of a lockstep run. It does its
    /// cryptography in the model.
    [[nodiscard]] virtual std::unique_ptr<StorePort> clone() const = 0;
};

}  // namespace port
